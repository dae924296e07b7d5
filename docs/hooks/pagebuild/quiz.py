"""The questions of the final test: read from docs/quiz/questions.toml, computed and checked by the build.

In a question's texts, `{{ expression }}` stands for what the expression gives. `quiz_page` makes the page.
"""

import hashlib
import importlib.metadata
import json
import math
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

EXPRESSION = re.compile(r"\{\{(.+?)\}\}", re.S)


class QuestionError(ValueError):
    """What is wrong with a question."""


@dataclass(frozen=True)
class Question:
    """A question with choices, or one that asks for a number.

    Args:
        part: The heading under which it stands.
        text: What is asked, in Markdown of one paragraph.
        page: The tutorial, with the heading, that shows the answer: `02_tensors.py#broadcasting`.
        because: Why the answer is right.
        right: The right choice.
        wrong: Each wrong choice, and why it is none.
        number: An expression for the number that is asked for, instead of choices.
        within: By how much a typed number may differ.
        setup: Executed before `code`, and not shown.
        code: Shown below the question, and executed before any expression of it.
        holds: An expression that must be true, or else the build fails: the fact behind the answer.
    """

    part: str
    text: str
    page: str
    because: str
    right: str = ""
    wrong: dict[str, str] = field(default_factory=dict)
    number: str = ""
    within: float = 0
    setup: str = ""
    code: str = ""
    holds: str = ""


@dataclass(frozen=True)
class Computed:
    """A question's texts, by their sources, with values in place; `value` where a number is asked for."""

    texts: dict[str, str]
    value: float | None


def read_questions(path: Path) -> list[Question]:
    """Return the questions in the file at `path`.

    Raises:
        QuestionError: If it is no TOML, or a question has other fields than `Question`.
    """
    try:
        return [Question(**table) for table in tomllib.loads(path.read_text("utf-8"))["question"]]
    except (OSError, KeyError, TypeError, tomllib.TOMLDecodeError) as problem:
        raise QuestionError(f"{type(problem).__name__}: {problem}") from problem


def compute_all(questions: list[Question], kept: Path) -> list[Computed]:
    """Compute each question, or read what was computed from the file `kept`: importing PyTorch takes seconds.

    Raises:
        QuestionError: As `compute` does, with the question named.
    """
    identity = f"{importlib.metadata.version('torch')} {questions}".encode() + Path(__file__).read_bytes()
    key = hashlib.sha256(identity).hexdigest()
    found = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if found.get("key") != key:
        computed = []
        for i, question in enumerate(questions, 1):
            try:
                computed.append(vars(compute(question)))
            except QuestionError as problem:
                raise QuestionError(f"question {i}, {question.text!r}: {problem}") from problem
        found = {"key": key, "computed": computed}
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")
    return [Computed(**one) for one in found["computed"]]


def compute(question: Question) -> Computed:
    """Run the code of `question`, put values for its expressions, and check that one answer is right.

    Raises:
        QuestionError: If it has no right answer or several, if choices coincide, if a wrong choice has no
            reason, if something raises, or if what must hold does not.
    """
    if bool(question.right) == bool(question.number):
        raise QuestionError("give either a right choice or a number, and not both")
    if bool(question.right) != bool(question.wrong):
        raise QuestionError("give wrong choices together with a right one, and none to a number")
    if not all(reason.strip() for reason in [question.because, *question.wrong.values()]):
        raise QuestionError("say why the answer is right, and why each wrong choice is not")
    names = _names()
    _run(f"{question.setup}\n{question.code}", exec, names)
    if question.holds and not _run(question.holds, eval, names):
        raise QuestionError(f"this does not hold: {question.holds}")
    sources = [question.text, question.because, question.right, *question.wrong, *question.wrong.values()]
    texts = {source: _filled(source, names) for source in sources}
    choices = [" ".join(texts[choice].split()) for choice in (question.right, *question.wrong)]
    if len(set(choices)) < len(choices):
        raise QuestionError(f"choices coincide: {choices}")
    value = float(_run(question.number, eval, names)) if question.number else None
    if value is not None and not math.isfinite(value):
        raise QuestionError(f"{question.number} gives {value}: nobody can type that")
    return Computed(texts, value)


def _names() -> dict:
    import torch
    from torch import nn
    from torch.nn import functional

    torch.manual_seed(0)
    return {"torch": torch, "nn": nn, "F": functional, "math": math}


def _filled(text: str, names: dict) -> str:
    return EXPRESSION.sub(lambda found: str(_run(found[1].strip(), eval, names)), text)


def _run(source: str, run: Callable, names: dict):
    try:
        return run(source, names)
    except Exception as problem:
        raise QuestionError(f"{source.strip()!r} raises {type(problem).__name__}: {problem}") from problem
