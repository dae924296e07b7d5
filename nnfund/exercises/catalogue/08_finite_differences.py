r"""Slopes by trying it out.

Level: basic
Page: 08_backpropagation

The judge of every backward pass: nudge one entry of `x` up by `epsilon`, then down, and look how far the
result moves. For each entry, one at a time, return

$$\frac{f(\ldots, x_i + \varepsilon, \ldots) - f(\ldots, x_i - \varepsilon, \ldots)}{2 \varepsilon}.$$

`function` takes a tensor of the shape of `x` and returns a Python number. `x` may have any shape, and your
result has the same shape and dtype. When you are done, `x` holds what it held before.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def differences(function: Callable[[Tensor], float], x: Tensor, epsilon: float) -> Tensor:
    """Return the slope of function at each entry of x, by central differences."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def cubes(x, epsilon):
        """differences(function, x, epsilon) for a function that returns (x**3).sum().item()"""
        return answer.differences(lambda x: (x**3).sum().item(), x, epsilon)

    def product(x, epsilon):
        """differences(function, x, epsilon) for a function that returns x.prod().item()"""
        return answer.differences(lambda x: x.prod().item(), x, epsilon)

    x = torch.tensor([1.0, 2.0, -1.0], dtype=torch.float64)
    yield Case(cubes, x, 0.1, expected=3 * x**2 + 0.1**2)
    x = 1 + torch.rand(2, 3, dtype=torch.float64)
    yield Case(cubes, x, 1e-4, expected=3 * x**2)
    yield Case(product, x, 1e-4, expected=x.prod() / x)


def one_sided(function, x, epsilon):
    """One nudge goes up and none goes down: this is the one-sided difference, which is less exact. Compare
    `x + epsilon` with `x - epsilon`, not with `x`.
    """
    return each(function, x, epsilon, lambda up, middle, down: (up - middle) / epsilon)


def not_halved(function, x, epsilon):
    """All slopes are twice too large. From `x - epsilon` to `x + epsilon` it is two steps: divide by
    `2 * epsilon`.
    """
    return each(function, x, epsilon, lambda up, middle, down: (up - down) / epsilon)


def precedence(function, x, epsilon):
    """Python reads `a / 2 * epsilon` from left to right, as `(a / 2) * epsilon`. Put the `2 * epsilon` into
    brackets.
    """
    return each(function, x, epsilon, lambda up, middle, down: (up - down) / 2 * epsilon)


def all_at_once(function, x, epsilon):
    """Every entry holds the same number: all of `x` was nudged at once, so all slopes came together in
    one sum. Nudge a single entry, and leave the others where they are.
    """
    return torch.full_like(x, (function(x + epsilon) - function(x - epsilon)) / (2 * epsilon))


def in_float32(function, x, epsilon):
    """`x` is float64, and the slopes are collected in float32, which is what `torch.zeros(shape)` and
    `torch.tensor(list)` make. A gradient check needs all the digits: `torch.zeros_like(x)`.
    """
    return each(function, x, epsilon, lambda up, middle, down: (up - down) / (2 * epsilon)).float()


def two_names(function, x, epsilon):
    """All slopes are 0: `up = x` and `down = x` are two names of one tensor, so both nudges went to the
    same place. `x.clone()` makes a copy.
    """
    return torch.zeros_like(x)


def left_nudged(function, x, epsilon):
    """Nudges stay in `x`. Put the old number back before you go on to the next entry, or work on a copy."""
    numbers, grad = x.view(-1), torch.zeros_like(x)
    for i in range(x.numel()):
        numbers[i] += epsilon
        above = function(x)
        numbers[i] -= 2 * epsilon
        grad.view(-1)[i] = (above - function(x)) / (2 * epsilon)
    return grad


def each(function, x, epsilon, rule):
    grad = torch.zeros_like(x)
    for i in range(x.numel()):
        nudge = torch.zeros_like(x)
        nudge.view(-1)[i] = epsilon
        grad.view(-1)[i] = rule(function(x + nudge), function(x), function(x - nudge))
    return grad


MISTAKES = [one_sided, not_halved, precedence, all_at_once, in_float32, two_names, left_nudged]
