r"""A sigmoid that never overflows.

Level: basic
Page: 05_activations

Write the sigmoid, $1 / (1 + e^{-x})$, for tensors of any shape, so that the value *and* the slope
that autograd finds are right from −1000 to 1000. float32 holds numbers up to about
$3.4 \cdot 10^{38}$, and $e^{1000}$ is more than that.

Do not call `torch.sigmoid` or anything that calls it.
"""

import torch
from torch import Tensor


def stable_sigmoid(x: Tensor) -> Tensor:
    """Return the sigmoid of each entry of x."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def slope(x):
        """The slope of stable_sigmoid at x, by autograd"""
        x = x.clone().requires_grad_()
        (grad,) = torch.autograd.grad(answer.stable_sigmoid(x).sum(), x)
        return grad

    near, far = torch.randn(3, 4), torch.tensor([-1000.0, -100.0, 0.0, 100.0, 1000.0])
    for x in (near, far):
        yield Case(answer.stable_sigmoid, x, expected=torch.sigmoid(x))
    yield Case(answer.stable_sigmoid, torch.tensor(-2.0), expected=torch.sigmoid(torch.tensor(-2.0)))
    for x in (near, far):
        expected = torch.sigmoid(x) * (1 - torch.sigmoid(x))
        yield Case(slope, x, expected=expected)


def both_branches(x):
    """Some results are nan. `torch.where` sends a gradient into both branches; the branch that was not
    taken has overflowed, and 0 times inf is nan. Give both branches an exponent that is never above 0.
    """
    return torch.where(x >= 0, 1 / (1 + torch.exp(-x)), torch.exp(x) / (1 + torch.exp(x)))


def other_formula(x):
    """exp(x) / (1 + exp(x)) is inf / inf for large x: nan. Use another formula where x is positive."""
    return torch.exp(x) / (1 + torch.exp(x))


def textbook(x):
    """The values are right, and a slope is nan: at x = −1000, exp(-x) is inf, and autograd multiplies it
    by 0. Use an exponential that is never above 1.
    """
    return 1 / (1 + torch.exp(-x))


def flat_at_zero(x):
    """All is right but the slope at x = 0. PyTorch takes 0 for the slope of `abs` at its corner, and the
    sigmoid's is 0.25 there. `torch.where(x >= 0, -x, x)` has the same values, and a slope of −1 at 0.
    """
    small = torch.exp(-x.abs())
    return torch.where(x >= 0, torch.ones_like(x), small) / (1 + small)


def clamped(x):
    """Clamping cuts off: beyond the limit, all numbers get the same value, and the slope 0. Use an
    exponential that is never above 1 instead.
    """
    return 1 / (1 + torch.exp(-x.clamp(-2, 2)))


def wrong_sign(x):
    """It falls where it should rise: the exponent is −x, not x."""
    return torch.where(x >= 0, torch.exp(-x.abs()), torch.ones_like(x)) / (1 + torch.exp(-x.abs()))


MISTAKES = [both_branches, other_formula, textbook, flat_at_zero, clamped, wrong_sign]
