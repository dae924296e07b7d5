"""The largest learning rate for a line.

Level: basic
Page: 09_optimizers

A line `w * x + b` is fitted to points by gradient descent. The loss is the mean of the squared errors
over the N points. Its Hessian, the matrix of second derivatives for `w` and `b`, does not depend on `y`:

| slope of the slope | w | b |
|---|---|---|
| **w** | 2 · mean of x² | 2 · mean of x |
| **b** | 2 · mean of x | 2 |

Return the number below which the learning rate must stay. `x` has the shape (N,). For the points 1, 2, 3, 4
it is about 0.12, so 0.1 works; does 0.12?
"""

import torch
from torch import Tensor


def largest_lr(x: Tensor) -> float:
    """Return the limit of the learning rate for a line through points at x (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def curvatures(x, factor=2.0):
    hessian = torch.stack([torch.stack([(x**2).mean(), x.mean()]), torch.stack([x.mean(), torch.ones(())])])
    return torch.linalg.eigvalsh(factor * hessian)


def checks(answer):
    for x in (
        torch.tensor([1.0, 2.0, 3.0, 4.0]),
        torch.tensor([-1.0, 0.0, 1.0]),
        torch.randn(7) + 5,
        torch.tensor([-0.5, 0.5, 0.3]),
    ):
        yield Case(answer.largest_lr, x, expected=(2 / curvatures(x)[-1]).item())


def no_two(x):
    """The result is twice too large: the entries of the Hessian carry a factor 2, since the loss is a
    mean of *squares*.
    """
    return (2 / curvatures(x, 1.0)[-1]).item()


def one_over(x):
    """The result is half of what it should be. At 1 / λ, a step lands in the minimum; it may go as far
    again past it before the distance grows.
    """
    return (1 / curvatures(x)[-1]).item()


def flattest(x):
    """This is the limit for the flattest direction. All directions must obey theirs, so the steepest
    decides: the *largest* eigenvalue.
    """
    return (2 / curvatures(x)[0]).item()


def slope_alone(x):
    """Only the curvature for `w` is used, as if `b` were fixed. The two move together: the steepest
    direction is a mix of both. Take the largest eigenvalue of the whole matrix.
    """
    return (2 / (2 * (x**2).mean())).item()


def summed(x):
    """It looks as if sums were taken where means are meant. The loss is a mean over the points."""
    hessian = torch.stack([torch.stack([(x**2).sum(), x.sum()]), torch.stack([x.sum(), torch.ones(())])])
    return (2 / torch.linalg.eigvalsh(2 * hessian)[-1]).item()


def the_curvature(x):
    """This is the largest curvature itself. The limit of the learning rate is 2 divided by it."""
    return curvatures(x)[-1].item()


def square_of_the_mean(x):
    """For `w` it is the mean of the squares, not the square of the mean: first square, then average."""
    m = x.mean()
    hessian = 2 * torch.stack([torch.stack([m**2, m]), torch.stack([m, torch.ones(())])])
    return (2 / torch.linalg.eigvalsh(hessian)[-1]).item()


MISTAKES = [no_two, one_over, flattest, slope_alone, summed, the_curvature, square_of_the_mean]
