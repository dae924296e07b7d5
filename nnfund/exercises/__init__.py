"""Exercises that grade themselves: a stub, checks over drawn inputs, and a hint for each known mistake.

One file of `catalogue/` is one exercise; its solution lies in `solutions/` under the same name.
"""

from nnfund.exercises.case import Case
from nnfund.exercises.exercise import Exercise, all_exercises, find_exercises
from nnfund.exercises.verdict import Verdict

__all__ = ["Case", "Exercise", "Verdict", "all_exercises", "find_exercises"]
