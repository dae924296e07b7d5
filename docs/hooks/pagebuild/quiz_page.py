"""The final test and the checklist as pages. Without JavaScript the test is one on paper with folded answers.

docs/assets/quiz.js counts and remembers.
"""

import hashlib
import itertools
import re
from collections.abc import Callable
from pathlib import Path

from pagebuild.builder import Project
from pagebuild.quiz import Computed, Question, QuestionError, compute_all, read_questions
from pagebuild.rendering import fence, indented
from pagebuild.source import title_of

PLACE = "<!-- final test: the build puts the questions here -->"


def with_questions(markdown: str, project: Project, error: Callable[[str], None]) -> str:
    """Put the final test where a page asks for it; tell `error` what is wrong with its questions."""
    if PLACE not in markdown:
        return markdown
    path = project.sources.parent / "docs" / "quiz" / "questions.toml"
    try:
        questions = read_questions(path)
        computed = compute_all(questions, project.cache / "quiz.json")
        text = quiz_text(questions, computed, project.sources)
    except QuestionError as problem:
        error(f"{path.name}: {problem}")
        text = f'!!! failure "The questions failed"\n\n{indented(fence(str(problem), "text"))}'
    return markdown.replace(PLACE, text)


def quiz_text(questions: list[Question], computed: list[Computed], sources: Path) -> str:
    """Write the questions, by part, in Markdown.

    Raises:
        QuestionError: If a question's page is not among `sources`.
    """
    text, numbered = [], enumerate(zip(questions, computed, strict=True), 1)
    for part, group in itertools.groupby(numbered, key=lambda item: item[1][0].part):
        text.append(f"## {part}")
        for number, (question, found) in group:
            page = sources / question.page.partition("#")[0]
            if not page.is_file():
                raise QuestionError(f"question {number}, {question.text!r}: no page {question.page}")
            link = f"[{page.stem[:2]} · {title_of(page)}](tutorials/{question.page})"
            text += _question(question, found, f"{number} of {len(questions)}", link)
    return "\n\n".join(text)


def _question(question: Question, computed: Computed, count: str, link: str) -> list[str]:
    texts, name = computed.texts, f"q-{_digest(repr(question))}"  # a changed question forgets its answer
    if computed.value is None:
        order = sorted((question.right, *question.wrong), key=lambda choice: _digest(name + choice))
        data = f'data-right="{order.index(question.right)}"'
        fields = [_choice(name, i, texts[choice]) for i, choice in enumerate(order)]
        answer = texts[question.right]
        wrong = [choice for choice in order if choice in question.wrong]
        reasons = "\n".join(f"- Not *{texts[choice]}*: {texts[question.wrong[choice]]}" for choice in wrong)
    else:
        data = f'data-number="{computed.value:.12g}" data-within="{question.within:g}"'
        fields = [
            f'<p class="quiz-choice"><label for="{name}-n">Your number</label>\n'
            f'<input id="{name}-n" type="text" autocomplete="off" size="9"></p>'
        ]
        answer, reasons = in_digits(computed.value), ""
    answer = "\n\n".join([f"**{answer}**", texts[question.because], reasons, f"Shown on {link}."])
    return [
        f'<fieldset class="quiz" id="{name}" {data} markdown="1">',
        f'<legend markdown="span"><span class="quiz-count">Question {count}</span> '
        f"{texts[question.text]}</legend>",
        *([fence(question.code.strip(), "python")] if question.code else []),
        *fields,
        f'??? question "Answer to question {count.split()[0]}"\n\n{indented(answer)}',
        "</fieldset>",
    ]


def _choice(name: str, i: int, text: str) -> str:
    radio = f'<input id="{name}-{i}" type="radio" name="{name}" value="{i}">'
    label = f'<label for="{name}-{i}">{text}</label>'
    return f'<p class="quiz-choice" markdown="span">{radio}\n{label}</p>'


def in_digits(value: float) -> str:
    """Return a number as a reader would write it."""
    return f"{value:,.0f}" if value == int(value) else f"{value:.3g}"


def with_checkboxes(html: str) -> str:
    """Return the HTML of a page with the task lists in its `<div class="checklist">` made to tick."""
    if 'class="checklist"' not in html:
        return html
    box = r'<li class="task-list-item"><label class="task-list-control">.*?</label>'
    return re.sub(box + r"\s*(.*?)\s*(?:\((<a .*?</a>)\))?\s*</li>", _checkbox, html, flags=re.S)


def _checkbox(item: re.Match) -> str:
    text, link = item.groups()
    name = f"c-{_digest(re.sub('<.*?>', '', text))}"
    more = f" <span>{link}</span>" if link else ""
    return f'<li><input type="checkbox" id="{name}"> <label for="{name}">{text}</label>{more}</li>'


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
