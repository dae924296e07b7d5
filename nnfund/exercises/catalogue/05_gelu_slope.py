r"""The slope of GELU.

Level: intermediate
Page: 05_activations

GELU is $x\,\Phi(x)$, where $\Phi$ is the distribution function of the normal distribution: the
probability that a normal number (mean 0, standard deviation 1) is below $x$. In PyTorch it is
`torch.special.ndtr`.

Write its slope as a formula, for tensors of any shape. The slope of $\Phi$ is the bell curve,
$e^{-x^2/2} / \sqrt{2\pi}$. Do not use autograd.
"""

import math

import torch
from torch import Tensor


def gelu_slope(x: Tensor) -> Tensor:
    """Return the slope of GELU at each entry of x."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from torch import nn

from nnfund.exercises import Case


def checks(answer):
    for x in (
        torch.tensor([-2.0, -0.5, 0.0, 1.0]),
        torch.randn(3, 4),
        torch.tensor([-40.0, 40.0]),
        torch.tensor(0.3),
    ):
        leaf = x.clone().requires_grad_()
        (slope,) = torch.autograd.grad(nn.functional.gelu(leaf).sum(), leaf)
        yield Case(answer.gelu_slope, x, expected=slope)


def bell(x):
    return torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def x_left_out(x):
    """This is the slope of x times a constant: Φ was not differentiated. GELU is a product of x and Φ(x), and
    both change with x: the product rule has two terms.
    """
    return torch.special.ndtr(x)


def product_of_slopes(x):
    """This is the slope of x times the slope of Φ. The slope of a product is not the product of the slopes:
    it is a sum of two terms.
    """
    return bell(x)


def second_term_only(x):
    """Half of it is here: x times the bell curve. The slope of the other factor, x, is 1: it meets Φ(x)."""
    return x * bell(x)


def no_x(x):
    """The two terms are there, and in the second one the factor x is missing: where Φ is differentiated, x
    stays.
    """
    return torch.special.ndtr(x) + bell(x)


def not_normalised(x):
    """The bell curve must be divided by √(2π), or the area under it is not 1."""
    return torch.special.ndtr(x) + x * torch.exp(-(x**2) / 2)


def minus_of_the_square(x):
    """The bell grows where it should fall, so that the slope is far off or inf: in Python, (-x) ** 2 is x²,
    and -x ** 2 is −x².
    """
    return torch.special.ndtr(x) + x * torch.exp((-x) ** 2 / 2) / math.sqrt(2 * math.pi)


def sigmoid_like(x):
    """These look like the slope of x σ(1.702 x), a common stand-in for GELU. It is near, and not equal: use Φ
    itself, `torch.special.ndtr`.
    """
    s = torch.sigmoid(1.702 * x)
    return s + 1.702 * x * s * (1 - s)


def slope_of_sigmoid(x):
    """σ(1 − σ) is the slope of the sigmoid. Φ looks like it, and has another slope: the bell curve."""
    phi = torch.special.ndtr(x)
    return phi + x * phi * (1 - phi)


def one_number(x):
    """`math.exp` takes a single number. For a tensor use `torch.exp`."""
    return torch.special.ndtr(x) + x * math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


MISTAKES = [
    x_left_out,
    product_of_slopes,
    second_term_only,
    no_x,
    not_normalised,
    minus_of_the_square,
    slope_of_sigmoid,
    sigmoid_like,
    one_number,
]
