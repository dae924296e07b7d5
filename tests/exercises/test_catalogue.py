"""Each exercise keeps its promise: the stub fails, the solution passes, each mistake gets its own hint."""

import re
from pathlib import Path

import pytest
import torch

from nnfund.exercises import all_exercises
from nnfund.exercises.asking import run
from nnfund.exercises.exercise import CATALOGUE, LEVELS, MARKER
from nnfund.exercises.grading import fitting_hints, grade, grade_file, mistakes

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(path.stem for path in (REPOSITORY / "tutorials_src").glob("[0-9]*.py"))
BELITTLING = r"\b(simply|just|obviously|of course|trivially|clearly)\b"

each_exercise = pytest.mark.parametrize("exercise", all_exercises(), ids=lambda exercise: exercise.name)


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@each_exercise
def test_the_stub_is_not_begun_and_the_solution_passes(exercise, tmp_path):
    stub = tmp_path / exercise.file_name
    stub.write_text(exercise.stub, "utf-8")
    assert not grade_file(exercise, stub).begun
    verdict = grade_file(exercise, exercise.solution_path)
    assert verdict.passed, verdict


@each_exercise
def test_each_mistake_fails_and_gets_its_own_hint_and_no_other(exercise):
    listed = list(mistakes(exercise))
    assert len(listed) >= 2
    assert len({hint for hint, _ in listed}) == len(listed), "two mistakes with one hint"
    for hint, mistake in listed:
        outcomes = list(run(exercise, mistake))
        failed = [outcome for outcome in outcomes if outcome.wrong]
        assert failed, f"passes the checks: {hint}"
        assert fitting_hints(exercise, outcomes, failed[0]) == [hint]
        assert grade(exercise, mistake).hint == hint


@each_exercise
def test_an_exercise_says_what_it_should(exercise):
    assert re.fullmatch(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*", exercise.name)
    assert exercise.level in LEVELS
    assert exercise.page in PAGES
    assert exercise.name[:2] == exercise.page[:2]
    assert exercise.asked, "no function or class of the stub raises NotImplementedError"
    assert len(exercise.task) > 100
    assert exercise.seconds <= 60
    assert exercise.hints() == [hint for hint, _ in mistakes(exercise)]
    for text in (exercise.task, *exercise.hints()):
        assert not re.search(BELITTLING, text, re.I), text
    assert all(20 < len(hint) < 400 and "\n\n" not in hint for hint in exercise.hints())


@each_exercise
def test_what_a_reader_gets_holds_the_task_and_no_check(exercise):
    compile(exercise.stub, exercise.file_name, "exec")
    assert exercise.task in exercise.stub
    assert "checks(" not in exercise.stub
    assert "MISTAKES" not in exercise.stub
    assert "nnfund.exercises" not in exercise.stub
    assert exercise.path.read_text("utf-8").count(MARKER) == 1


@each_exercise
def test_the_checks_ask_the_same_each_time(exercise):
    solution = exercise.load_solution()
    first, second = ([o.case.inputs for o in run(exercise, solution)] for _ in range(2))
    assert repr(first) == repr(second)
    assert len(first) >= 2, "one question is too few"


def test_each_exercise_has_its_solution():
    solutions = CATALOGUE.parent / "solutions"
    assert {path.name for path in CATALOGUE.glob("*.py")} == {path.name for path in solutions.glob("*.py")}
