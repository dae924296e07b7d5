"""Which mistake is the most frequent?

Level: basic
Page: 23_project

`matrix` is a confusion matrix: the row is the true class, the column the predicted one, and each number says
how often that happened. Right answers stand on the diagonal. Return the names of the two classes that were
confused most often, `(true, predicted)`; `classes` holds the names in the order of the rows. If two mistakes
are equally frequent, return the one in the upper row, and in one row the left one. The matrix stays as it is.
"""

import torch
from torch import Tensor


def most_confused(matrix: Tensor, classes: list[str]) -> tuple[str, str]:
    """Return the true and the predicted class of the most frequent mistake."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("true", "predicted")


def checks(answer):
    animals = ["cat", "dog", "bird"]
    case = answer.most_confused
    matrix = torch.tensor([[50, 7, 1], [4, 60, 0], [2, 3, 40]])
    yield Case(case, matrix, animals, expected=("cat", "dog"), parts=PARTS)
    matrix = torch.tensor([[900, 1, 4], [5, 70, 2], [6, 9, 800]])
    yield Case(case, matrix, animals, expected=("bird", "dog"), parts=PARTS)
    # Together, a and b are confused most often; the most frequent single mistake is another.
    matrix = torch.tensor([[9, 6, 0, 0], [6, 8, 0, 0], [0, 1, 0, 8], [0, 1, 0, 9]])
    yield Case(case, matrix, ["a", "b", "c", "d"], expected=("c", "d"), parts=PARTS)
    # By share, the rare class suffers most; asked is the number.
    matrix = torch.tensor([[90, 10, 0], [9, 90, 1], [0, 3, 1]])
    yield Case(case, matrix, animals, expected=("cat", "dog"), parts=PARTS)
    matrix = torch.tensor([[2, 5], [5, 1]])
    yield Case(case, matrix, ["yes", "no"], expected=("yes", "no"), parts=PARTS)


def mistakes_of(matrix):
    return matrix * (1 - torch.eye(len(matrix), dtype=matrix.dtype))


def largest(matrix, classes):
    row, column = divmod(int(matrix.argmax()), len(classes))
    return classes[row], classes[column]


def with_the_diagonal(matrix, classes):
    """True and predicted class are the same: this is the most frequent *right* answer. Set the diagonal to 0
    first, in a copy.
    """
    return largest(matrix, classes)


def turned(matrix, classes):
    """The two names are exchanged. The row is the true class, the column the predicted one."""
    return largest(mistakes_of(matrix), classes)[::-1]


def both_ways(matrix, classes):
    """The mistakes of both directions were added. A dog for a cat and a cat for a dog are two kinds of
    mistake here.
    """
    return largest(mistakes_of(matrix).add(mistakes_of(matrix).T), classes)


def by_share(matrix, classes):
    """Each row was divided by its sum, which gives shares: a rare class comes out first. Asked is the most
    frequent mistake, in numbers.
    """
    return largest(mistakes_of(matrix) / matrix.sum(1, keepdim=True), classes)


def worst_row(matrix, classes):
    """Row and column were chosen each for itself: the class with the most mistakes, and the one most often
    mistaken for. Asked is the largest *single* number off the diagonal.
    """
    wrong = mistakes_of(matrix)
    return classes[wrong.sum(1).argmax()], classes[wrong.sum(0).argmax()]


def numbers(matrix, classes):
    """These are the numbers of the classes. Asked are their names: `classes[row]`, `classes[column]`."""
    row, column = divmod(int(mistakes_of(matrix).argmax()), len(classes))
    return row, column


def in_place(matrix, classes):
    """The names are right, but the given matrix has lost its diagonal: `fill_diagonal_` works in place.
    Take a `clone()` first.
    """
    matrix.fill_diagonal_(0)
    return largest(matrix, classes)


MISTAKES = [with_the_diagonal, turned, both_ways, by_share, worst_row, numbers, in_place]
