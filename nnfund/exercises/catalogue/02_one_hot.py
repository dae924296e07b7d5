"""One-hot labels without a loop.

Level: basic
Page: 02_tensors

A label such as 2 says which class a sample has. Losses that are written by hand need it as a row
that is 1 at the label and 0 elsewhere. Turn `labels`, of shape (N,), into such a table of shape
(N, classes), with the dtype float32.

Write no loop: compare a column with a row, and let broadcasting fill the table.
"""

import torch
from torch import Tensor


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Return a float32 table (N, classes) with a 1 at each row's label."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    yield Case(answer.one_hot, torch.tensor([2, 0, 1]), 3, expected=torch.eye(3)[[2, 0, 1]])
    for n, classes in [(5, 4), (1, 7), (3, 3)]:
        labels = torch.randint(classes, (n,))
        expected = torch.zeros(n, classes)
        expected[range(n), labels] = 1
        yield Case(answer.one_hot, labels, classes, expected=expected)
    yield Case(answer.one_hot, torch.tensor([3, 3]), 5, expected=torch.eye(5)[[3, 3]])


def booleans(labels, classes):
    """The table has True and False where numbers are asked. `.float()` makes 1 and 0 of them."""
    return labels[:, None] == torch.arange(classes)


def whole_numbers(labels, classes):
    """The ones and zeros are whole numbers, int64. A loss multiplies with floats: end with `.float()`."""
    return (labels[:, None] == torch.arange(classes)).long()


def turned(labels, classes):
    """The table lies on its side. Samples are rows here, so it is the labels that become a column,
    `labels[:, None]`, and the classes that stay a row.
    """
    return (labels == torch.arange(classes)[:, None]).float()


def from_one(labels, classes):
    """The ones stand one column too far to the left: classes are counted from 0, as `torch.arange` does."""
    return (labels[:, None] == torch.arange(1, classes + 1)).float()


MISTAKES = [booleans, whole_numbers, turned, from_one]
