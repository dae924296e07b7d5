"""What a reader is told, for each way in which an answer can go wrong."""

import re

import pytest

from nnfund.exercises.exercise import read_exercise

from .conftest import SMALL


def text_of(verdict):
    return "\n".join([verdict.headline, *(f"{label}: {text}" for label, text in verdict.facts), verdict.hint])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("def double(x):\n    return x +", r"syntax error in line 2.*Where: Line 2:\n    return x \+"),
        ("def double(x):\nreturn x", "indentation error in line 2"),
        ("def duoble(x):\n    return 2 * x", "no function `double`.*Did you mean: `duoble`"),
        ("", "no function `double`.*The file defines: nothing"),
        ("double = 3", "`double` should be a function; it is 3"),
        ("class double:\n    pass", "should be a function; it is a class"),
        ("def double(x, y):\n    return 2 * x", r"Asked: double\(x\)\nYours: double\(x, y\)"),
        ("def double():\n    return 2", r"Yours: double\(\)"),
        ("def double(x):\n    print(2 * x)", "printed, but not returned.*Came: None.*Printed: tensor"),
        ("def double(x):\n    y = 2 * x", "ends without `return`"),
        ("def double(x):\n    return x.tolist()", "A tensor is asked; a list came"),
        ("def double(x):\n    return 2 * x[:1]", r"shape \(2,\) is asked; \(1,\) came"),
        ("def double(x):\n    return (2 * x).double()", "dtype torch.float32 is asked; torch.float64 came"),
        ("def double(x):\n    x *= 2\n    return x", "changes its input `x` in place"),
        ("def double(x):\n    return x + 1", r"2 of 2 numbers differ; the first at \[0\]"),
        ("def double(x):\n    return x * x", "That is the square."),
        ("def double(x):\n    return x / 2", "That is the half."),
        ("import nowhere_to_be_found\ndef double(x): ...", "stops before .*No module.*Line 1"),
        ("def double(x):\n    return x[7]", "stops with an error.*IndexError.*Line 2:\n    return x"),
        ("def double(x):\n    raise SystemExit(0)", "ends the program.*Line 2"),
        ("import sys\nsys.exit()", "ends the program.*Line 2"),
        ("def double(x):\n    return double(x)", "calls itself without end"),
        ("def double(x):\n    while True: print('a' * 1000)", "a loop that never ends.*Line 2"),
        (
            "import torch\ndef double(x):\n    return torch.nn.Module()(x)",
            "stops with an error.*Module .*Line 3",
        ),
        ("def double(x):\n    n = 0 / 0\n    return x", "ZeroDivisionError"),
    ],
)
def test_each_mistake_is_told_clearly(answer, told, grade_text):
    verdict = grade_text(answer)
    assert not verdict.passed
    assert verdict.begun
    assert re.search(told, text_of(verdict), re.S), text_of(verdict)
    assert "Traceback" not in text_of(verdict)


def test_a_value_is_told_with_its_question(grade_text):
    verdict = grade_text("def double(x):\n    return x * x")
    assert [label for label, _ in verdict.facts] == ["Asked", "Expected", "Came"]
    assert verdict.facts[0][1].startswith("double(x)\nx = [")


@pytest.mark.parametrize(
    "answer",
    [
        "def double(x):\n    return 2 * x",
        "double = lambda x: x + x",
        "def double(tensor, factor=2):\n    return factor * tensor",
        "import torch\ndef double(x):\n    torch.manual_seed(3)\n    return torch.randn(1) * 0 + 2 * x",
        "from __future__ import annotations\ndef double(x: Nonsense) -> More:\n    return 2 * x",
        "﻿def double(x):\n    return 2 * x",
        "def double(x):\n    return 2 * x\nif __name__ == '__main__':\n    raise SystemExit",
    ],
)
def test_what_is_right_passes_however_it_is_written(answer, grade_text):
    assert grade_text(answer).passed


def test_text_that_is_not_utf8(make, tmp_path):
    from nnfund.exercises.grading import grade_file

    path = tmp_path / "my.py"
    path.write_bytes("# é\ndef double(x): ...".encode("latin-1"))
    assert "UTF-8" in grade_file(make(), path).headline


TRIPLE = """
def triple(x: Tensor) -> Tensor:
    raise NotImplementedError
"""
ASK_TWICE = """
        yield Case(answer.double, x, expected=2 * x)
        yield Case(answer.triple, x, expected=3 * x)
"""
TWO = SMALL.replace("\n\n# ===", f"\n{TRIPLE}\n\n# ===")
TWO = TWO.replace("\n        yield Case(answer.double, x, expected=2 * x)\n", ASK_TWICE)
TWO = TWO.replace("[squared, halved]", '[("double", squared), ("triple", halved)]')


def test_what_pytorch_has_not_implemented_is_an_error_of_the_answer(make, grade_text):
    verdict = grade_text("def double(x):\n    raise NotImplementedError('max: not for complex')", make())
    assert verdict.begun
    assert "max: not for complex" in text_of(verdict)


def test_of_two_functions_one_may_be_done_first(make, grade_text):
    right = "def double(x):\n    return 2 * x\n\ndef triple(x):\n    return 3 * x\n"
    exercise = make(TWO, right)
    assert exercise.asked == ("double", "triple")
    assert exercise.hints() == ["That is the square.", "That is the half."]
    assert grade_text(right, exercise).passed
    half = grade_text(
        "def double(x):\n    return 2 * x\n\ndef triple(x):\n    raise NotImplementedError", exercise
    )
    assert half.begun
    assert "2 of 4 pass" in text_of(half)
    assert grade_text(right.replace("3 * x", "x / 2"), exercise).hint == "That is the half."


CLASS = '''"""A counter that is a module.

Level: basic
Page: 10_modules

Count.
"""

from torch import nn


class Counter(nn.Module):
    def __init__(self, start):
        super().__init__()
        raise NotImplementedError

    def up(self, by):
        raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def after(by):
        """Counter(1).up(by)"""
        return answer.Counter(1).up(by)

    yield Case(after, 2, expected=3)


MISTAKES = []
'''
RIGHT = """
from torch import nn

class Counter(nn.Module):
    def __init__(self, start):
        super().__init__()
        self.value = start
    def up(self, by):
        return self.value + by
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", ""), "All 1 checks pass"),
        (("(nn.Module)", ""), "should derive from `Module`"),
        (("def up", "def upp"), "has no method `up`.*Did you mean: `upp`"),
        (("def up(self, by)", "def up(self)"), r"Asked: Counter.up\(self, by\)\nYours: Counter.up\(self\)"),
        (("self.value + by", "self.valeu + by"), "AttributeError.*Line 9"),
        (("+ by", "- by"), r"3 is expected; -1 came.*Asked: Counter\(1\).up\(by\)\nby = 2"),
    ],
)
def test_a_class_is_checked_like_a_function(change, told, make, grade_text):
    exercise = make(CLASS, RIGHT, "10_counter")
    assert re.search(told, text_of(grade_text(RIGHT.replace(*change), exercise)), re.S)


def test_an_exercise_that_lacks_something_says_what(tmp_path):
    path = tmp_path / "02_double.py"
    for wrong, told in [
        (("Level: basic", "Level: easy"), "Level"),
        (("# === checks", "# checks"), "no line"),
    ]:
        path.write_text(SMALL.replace(*wrong), "utf-8")
        with pytest.raises(ValueError, match=told):
            read_exercise(path)
