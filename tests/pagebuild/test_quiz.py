"""The final test: what is wrong with a question fails the build; the real ones; the page; the checklist."""

import dataclasses
import re
import shutil
from pathlib import Path

import pytest

from .conftest import REPOSITORY, make_project

quiz = pytest.importorskip("pagebuild.quiz")
quiz_page = pytest.importorskip("pagebuild.quiz_page")

QUESTIONS = REPOSITORY / "docs" / "quiz" / "questions.toml"
CHOICES = quiz.Question(
    part="One",
    text="How many?",
    page="01_a.py#first",
    because="Since {{ len(x) }}.",
    code="x = torch.zeros(3)",
    right="`{{ len(x) }}`",
    wrong={"`{{ x.ndim }}`": "that counts axes.", "None": "there are some."},
)
NUMBER = quiz.Question(part="Two", text="How much?", page="01_a.py#first", because="So.", number="3 / 8")


@pytest.mark.parametrize(
    ("question", "change", "message"),
    [
        (CHOICES, {"right": ""}, "give either a right choice or a number"),
        (CHOICES, {"number": "3"}, "and not both"),
        (CHOICES, {"wrong": {}}, "give wrong choices together with a right one"),
        (NUMBER, {"wrong": {"4": "no."}}, "none to a number"),
        (CHOICES, {"wrong": {"`{{ 1 + 2 }}`": "no."}}, "choices coincide: ['`3`', '`3`']"),
        (CHOICES, {"wrong": {"4": " "}}, "why each wrong choice is not"),
        (CHOICES, {"because": ""}, "say why the answer is right"),
        (CHOICES, {"right": "{{ nowhere }}"}, "'nowhere' raises NameError"),
        (CHOICES, {"code": "x = 1 / 0"}, "raises ZeroDivisionError"),
        (CHOICES, {"holds": "len(x) == 4"}, "this does not hold: len(x) == 4"),
        (NUMBER, {"number": "math.inf"}, "nobody can type that"),
        (NUMBER, {"number": "3 +"}, "raises SyntaxError"),
    ],
)
def test_a_wrong_question_is_told(question, change, message):
    with pytest.raises(quiz.QuestionError, match=re.escape(message)):
        quiz.compute(dataclasses.replace(question, **change))


def test_expressions_become_their_values():
    computed = quiz.compute(CHOICES)
    assert computed.texts[CHOICES.right] == "`3`"
    assert computed.texts[CHOICES.because] == "Since 3."
    assert quiz.compute(NUMBER).value == 0.375


def test_what_was_computed_is_kept_until_a_question_changes(tmp_path, monkeypatch):
    kept = tmp_path / "cache" / "quiz.json"
    first = quiz.compute_all([CHOICES, NUMBER], kept)
    monkeypatch.setattr(quiz, "compute", lambda question: pytest.fail("computed again"))
    assert quiz.compute_all([CHOICES, NUMBER], kept) == first
    with pytest.raises(pytest.fail.Exception):
        quiz.compute_all([dataclasses.replace(CHOICES, text="How few?"), NUMBER], kept)


@pytest.mark.parametrize("text", ["[[question]]\ntext = 'What?'", "[[question", "question = 3", ""])
def test_a_file_that_holds_no_questions_is_told(tmp_path, text):
    (tmp_path / "questions.toml").write_text(text)
    with pytest.raises(quiz.QuestionError):
        quiz.read_questions(tmp_path / "questions.toml")


def test_a_page_that_is_not_there_is_told(tmp_path):
    with pytest.raises(quiz.QuestionError, match=re.escape("question 1, 'How many?': no page 01_a.py#first")):
        quiz_page.quiz_text([CHOICES], [quiz.compute(CHOICES)], tmp_path)


def test_the_real_questions_cover_the_tutorials():
    questions = quiz.read_questions(QUESTIONS)
    tutorials = {path.name for path in (REPOSITORY / "tutorials_src").glob("[0-9][0-9]_*.py")}
    assert len(questions) == 30
    assert {question.page.partition("#")[0] for question in questions} == tutorials
    assert sum(bool(q.number) or any("{{" in c for c in (q.right, *q.wrong)) for q in questions) >= 15
    assert all("#" in question.page for question in questions)
    assert len({question.text for question in questions}) == 30
    assert 'data-pass="15"' in (REPOSITORY / "docs" / "final-test.md").read_text("utf-8")


def test_the_real_questions_have_one_right_answer_each(tmp_path):
    computed = quiz.compute_all(quiz.read_questions(QUESTIONS), tmp_path / "quiz.json")
    assert sum(one.value is not None for one in computed) >= 8


@pytest.mark.parametrize(
    ("value", "text"), [(7850.0, "7,850"), (-2.0, "-2"), (0.01, "0.01"), (1.0897, "1.09")]
)
def test_a_number_is_written_as_a_reader_would(value, text):
    assert quiz_page.in_digits(value) == text


SOURCE = """\
[[question]]
part = 'One'
page = '01_a.py#first'
text = 'How long is $x$, or `x`?'
code = '''
x = torch.zeros(3)
'''
right = '`{{ len(x) }}`'
because = 'Since so.'
[question.wrong]
'`{{ x.ndim }}`' = 'that counts axes.'

[[question]]
part = 'One'
page = '01_a.py#ANCHOR'
text = 'How much is a quarter?'
number = '1 / 4'
within = 0.01
because = 'So.'
"""


def _built(folder: Path, anchor: str):
    project = make_project(folder)
    project.write("01_a", "# %% [markdown]\n# # A page\n#\n# Opening.\n#\n# ## First\n")
    (project.root / "docs/quiz/questions.toml").parent.mkdir(exist_ok=True)
    (project.root / "docs/quiz/questions.toml").write_text(SOURCE.replace("ANCHOR", anchor))
    (project.root / "docs/final-test.md").write_text(f"# Final test\n\n{quiz_page.PLACE}\n")
    shutil.rmtree(project.root / "nnfund/exercises/catalogue")
    return project, project.build()


def test_the_page_shows_questions_and_folded_answers(tmp_path):
    project, done = _built(tmp_path, "first")
    assert done.returncode == 0, done.stderr
    page = (project.root / "site/final-test/index.html").read_text("utf-8")
    for part in (
        '<h2 id="one">One',
        '<span class="quiz-count">Question 1 of 2</span> How long is <math>',
        "<code>3</code></label>",
        '<details class="question">\n<summary>Answer to question 1</summary>',
        "<li>Not <em><code>1</code></em>: that counts axes.</li>",
        'Shown on <a href="../tutorials/01_a/#first">01 · A page</a>.',
        'data-number="0.25" data-within="0.01"',
        "<strong>0.25</strong>",
    ):
        assert part in page
    right = re.search(r'data-right="(\d)"', page)[1]
    assert re.search(rf'value="{right}">\s*<label for="q-\w+-{right}"><code>3</code>', page)


def test_an_anchor_that_is_not_there_fails_the_build(tmp_path):
    _, done = _built(tmp_path, "second")
    assert done.returncode != 0
    assert "second" in done.stderr


def test_a_checklist_can_be_ticked():
    item = (
        '<li class="task-list-item"><label class="task-list-control"><input type="checkbox" disabled/>'
        '<span class="task-list-indicator"></span></label> Use <code>view</code> (<a href="../a/">A</a>)</li>'
    )
    html = quiz_page.with_checkboxes(f'<div class="checklist">\n<ul>{item}</ul></div>')
    name = re.search(r'id="(c-\w+)"', html)[1]
    assert (
        f'<label for="{name}">Use <code>view</code></label> <span><a href="../a/">A</a></span></li>' in html
    )
    assert "disabled" not in html
    assert quiz_page.with_checkboxes(item) == item  # only where a page asks for it
