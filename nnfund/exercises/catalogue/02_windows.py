"""Windows that share their memory.

Level: advanced
Page: 02_tensors

`windows(sequence, size)` is a table whose row i holds the elements i to i + size − 1 of the
sequence. With the sequence 1 2 3 4 5 and size 3:

    1 2 3
    2 3 4
    3 4 5

Return all the windows that fit, as a *view*: no number may be copied, so that a change of the
sequence shows in the windows. Use `torch.as_strided(sequence, shape, strides)`. The sequence has
one axis, and it may be a view itself, such as `x[::2]`.
"""

import torch
from torch import Tensor


def windows(sequence: Tensor, size: int) -> Tensor:
    """Return a view (number of windows, size) of a sequence (length,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def after_a_change(sequence, size):
        """w = windows(sequence, size), then sequence[1] = 100, then w"""
        w = answer.windows(sequence, size)
        sequence[1] = 100
        return w.clone()

    def every_other(x, size):
        """windows(x[::2], size): of a view that takes every other element"""
        return answer.windows(x[::2], size).clone()

    def expected(sequence, size):
        return torch.stack([sequence[i : i + size] for i in range(len(sequence) - size + 1)])

    yield Case(answer.windows, torch.arange(1, 6), 3, expected=expected(torch.arange(1, 6), 3))
    sequence = torch.randn(7)
    for size in (2, 1, 7):
        yield Case(answer.windows, sequence, size, expected=expected(sequence, size))
    changed = torch.tensor([0, 100, 2, 3])
    yield Case(after_a_change, torch.arange(4), 2, expected=expected(changed, 2), may_change=True)
    yield Case(every_other, torch.arange(9), 3, expected=expected(torch.arange(0, 9, 2), 3))


def copied(sequence, size):
    """The numbers are right, but the windows do not share them: indexing with a table of places makes a copy.
    So does `stack`. Build the windows with `torch.as_strided`.
    """
    places = torch.arange(len(sequence) - size + 1)[:, None] + torch.arange(size)
    return sequence[places]


def one_is_missing(sequence, size):
    """The last window is missing. Of 5 elements, windows of 3 can start at places 0, 1 and 2: that is one
    more than 5 − 3.
    """
    return torch.as_strided(sequence, (len(sequence) - size, size), (sequence.stride(0),) * 2)


def side_by_side(sequence, size):
    """These windows lie side by side: each starts where the one before has ended, as in a `view`. Moving down
    one row should move one place along the sequence.
    """
    rows, step = len(sequence) // size, sequence.stride(0)
    return torch.as_strided(sequence, (rows, size), (size * step, step))


def stride_of_one(sequence, size):
    """Right for a sequence that lies in one piece. In x[::2] the next element is two places away: do not
    write 1, ask the sequence for its stride, `sequence.stride(0)`.
    """
    return torch.as_strided(sequence, (len(sequence) - size + 1, size), (1, 1))


def same_row(sequence, size):
    """All rows are the same: with a stride of 0, moving down one row does not move at all."""
    return torch.as_strided(sequence, (len(sequence) - size + 1, size), (0, sequence.stride(0)))


MISTAKES = [copied, one_is_missing, side_by_side, stride_of_one, same_row]
