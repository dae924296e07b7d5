"""Ask an answer every question of an exercise, whatever it does."""

import copy
import inspect
import random
import traceback
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nnfund.exercises.answer import SOURCE, Printed
from nnfund.exercises.case import Case
from nnfund.exercises.comparing import difference, show
from nnfund.exercises.exercise import Exercise


@dataclass(eq=False)  # results may be tensors
class Outcome:
    """What became of one case."""

    case: Case | None  # None: the check itself stopped, in the reader's code
    came: Any = None
    error: BaseException | None = None
    changed: tuple[str, ...] = ()  # inputs that are not what they were
    printed: str = ""

    @property
    def wrong(self) -> str | None:
        """What is wrong, in one sentence, or None."""
        if self.error:
            return "The code stops with an error."
        case = self.case
        if self.came is None and case.expected is not None:
            if self.printed.strip():
                return "The result is printed, but not returned: use `return` where `print` is now."
            return "Nothing came back: the function ends without `return`."
        wrong = difference(self.came, case.expected, rtol=case.rtol, atol=case.atol, parts=case.parts)
        if not wrong and self.changed:
            names = " and ".join(f"`{name}`" for name in self.changed)
            return f"The result is right, but the code changes its input {names} in place."
        return wrong

    @property
    def unwritten(self) -> bool:
        """Whether the stub's own NotImplementedError came; PyTorch raises it too, with a message."""
        frames = traceback.extract_tb(self.error.__traceback__) if self.error else []
        silent = isinstance(self.error, NotImplementedError) and not self.error.args
        return silent and frames[-1].filename == SOURCE

    def equals(self, other: "Outcome") -> bool:
        """Whether two answers did the same: returned the same, or stopped with the same error."""
        if self.error or other.error:
            return type(self.error) is type(other.error) and str(self.error) == str(other.error)
        if self.changed != other.changed:
            return False
        return difference(self.came, other.came, rtol=self.case.rtol, atol=self.case.atol) is None


Watch = Callable[[str], None]  # is told what is asked before each call, and "" when the answer is done


def ignore(asked: str) -> None:
    """Watch nothing."""


def run(exercise: Exercise, answer: SimpleNamespace, watch: Watch = ignore) -> Iterator[Outcome]:
    """Ask `answer` each question; the draws are the same whatever the answer draws."""
    checks, number = exercise.load().checks(answer), 0
    while True:
        number += 1
        seed(number)
        try:
            case = next(checks, None)
        except Exception as error:  # such as from a constructor of the reader's
            yield Outcome(None, error=error)
            return
        if case is None:
            return
        watch(asked_text(case))
        seed(-number)
        yield call(case)


def call(case: Case) -> Outcome:
    """Ask one question."""
    inputs = copy.deepcopy(case.inputs)
    outcome, printed = Outcome(case), Printed()
    try:
        with redirect_stdout(printed):
            outcome.came = _kept(case.function(*inputs))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also SystemExit: it must not end the grading
        outcome.error = error
    outcome.printed = printed.getvalue()
    if not case.may_change and not outcome.error:
        names = _names(case)
        pairs = zip(names, inputs, case.inputs, strict=True)
        outcome.changed = tuple(name for name, now, then in pairs if not _unchanged(now, then))
    return outcome


def asked_text(case: Case) -> str:
    """What was called, and with what."""
    function = case.function
    name = getattr(function, "__qualname__", type(function).__name__)
    names = _names(case)
    told = case.asked or (name.startswith("checks.") and inspect.getdoc(function))
    lines = [told or f"{name}({', '.join(names)})"]
    for name, value in zip(names, case.inputs, strict=True):
        text = show(value)
        lines.append(f"{name} = {text}" if "\n" not in text else f"{name}: {text}")
    return "\n".join(lines)


def _names(case: Case) -> list[str]:
    try:
        parameters = inspect.signature(case.function).parameters.values()
    except (TypeError, ValueError):
        parameters = ()
    names = [p.name for p in parameters if p.kind is not p.VAR_POSITIONAL and p.kind is not p.VAR_KEYWORD]
    return [*names, *(f"input {i + 1}" for i in range(len(names), len(case.inputs)))][: len(case.inputs)]


def _kept(value: Any) -> Any:
    """Generators and ranges as lists: what comes is looked at more than once."""
    return list(value) if isinstance(value, (Iterator, range)) else value


def _unchanged(now: Any, then: Any) -> bool:
    if isinstance(then, (Tensor, tuple, list, dict)):
        return difference(now, then, rtol=0, atol=0) is None
    return True


def seed(number: int) -> None:
    """Fix what PyTorch, NumPy and Python draw next."""
    torch.manual_seed(number)
    np.random.seed(number % 2**32)  # noqa: NPY002 - a reader may use it
    random.seed(number)
