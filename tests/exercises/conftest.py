from types import SimpleNamespace

import pytest
import torch

from nnfund.exercises.exercise import read_exercise

SMALL = '''"""Double a tensor.

Level: basic
Page: 02_tensors

Return twice the tensor.
"""

from torch import Tensor


def double(x: Tensor) -> Tensor:
    """Return 2x."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch
from nnfund.exercises import Case


def checks(answer):
    for n in (2, 3):
        x = torch.randn(n)
        yield Case(answer.double, x, expected=2 * x)


def squared(x):
    """That is the square."""
    return x * x


def halved(x):
    """That is the half."""
    return x / 2


MISTAKES = [squared, halved]
'''


@pytest.fixture(autouse=True)
def surroundings(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNFUND_STATE", str(tmp_path / "state"))


@pytest.fixture
def make(tmp_path):
    """Write an exercise of one's own, with its solution, and read it."""

    def write(text=SMALL, solution="def double(x):\n    return 2 * x\n", name="02_double"):
        path = tmp_path / "catalogue" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
        exercise = read_exercise(path)
        right = {}
        exec(solution, right)
        object.__setattr__(exercise, "load_solution", lambda: SimpleNamespace(**right))
        return exercise

    return write


@pytest.fixture
def grade_text(tmp_path, make):
    """Grade the text of a file, in this process."""
    from nnfund.exercises.grading import grade_file

    def graded(text, exercise=None):
        path = tmp_path / "my.py"
        path.write_text(text, "utf-8")
        return grade_file(exercise or make(), path)

    return graded
