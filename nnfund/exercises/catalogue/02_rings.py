"""Rings without a loop.

Level: basic
Page: 02_tensors

Make a square table of whole numbers (`int64`) that holds rings around its centre. `rings(5)` is

    2 2 2 2 2
    2 1 1 1 2
    2 1 0 1 2
    2 1 1 1 2
    2 2 2 2 2

`n` is odd. Write no loop: let a column of numbers meet a row of numbers. Useful are `torch.arange`,
`abs` and `torch.maximum`, which takes the larger one of two tensors at each place.
"""

import torch
from torch import Tensor


def rings(n: int) -> Tensor:
    """Return an int64 table (n, n) of square rings around a 0."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    for n in (5, 3, 1, 9):
        expected = [[max(abs(i - n // 2), abs(j - n // 2)) for j in range(n)] for i in range(n)]
        yield Case(answer.rings, n, expected=torch.tensor(expected))


def diamonds(n):
    """These rings are diamonds: the two distances, across and down, were added. In a square ring the larger
    one of them counts.
    """
    far = (torch.arange(n) - n // 2).abs()
    return far[:, None] + far


def cross(n):
    """There are zeros all along the middle row and column: that is the smaller one of the two distances. Take
    the larger one.
    """
    far = (torch.arange(n) - n // 2).abs()
    return torch.minimum(far[:, None], far)


def from_the_corner(n):
    """The 0 is in the corner: the distances are counted from place 0. Take the centre's place off first."""
    place = torch.arange(n)
    return torch.maximum(place[:, None], place)


def floats(n):
    """The numbers are right, but they are floats: `torch.zeros` and a division with / make floats. Divide
    whole numbers with //.
    """
    far = (torch.arange(n) - (n - 1) / 2).abs()
    return torch.maximum(far[:, None], far)


def half_a_place(n):
    """The centre is half a place off, so that no entry is 0. Places are counted from 0: with n = 5 the middle
    one is 2, not 2.5.
    """
    far = (torch.arange(n) - n / 2).abs()
    return torch.maximum(far[:, None], far)


def one_row(n):
    """This is one row. To get a table, turn one of the two into a column, with `[:, None]`: then broadcasting
    lets each number of the column meet each number of the row.
    """
    far = (torch.arange(n) - n // 2).abs()
    return torch.maximum(far, far)


def abs_last(n):
    """The lower right part is right. Above and to the left of the centre the differences are negative, and
    the larger one of −2 and 1 is 1: take `abs` of each first, then the larger one.
    """
    place = torch.arange(n) - n // 2
    return torch.maximum(place[:, None], place).abs()


def python_max(n):
    """Python's `max` asks *once* which of two things is larger, and a tensor has no single answer.
    `torch.maximum` chooses at each place.
    """
    far = (torch.arange(n) - n // 2).abs()
    return max(far[:, None], far)


MISTAKES = [one_row, from_the_corner, half_a_place, floats, abs_last, diamonds, cross, python_max]
