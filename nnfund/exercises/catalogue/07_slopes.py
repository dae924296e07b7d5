"""Slopes by autograd, and no trace left.

Level: basic
Page: 07_autograd

`function` takes a tensor and returns one number, a tensor of shape (), for example
`(x**2 + 3 * x + 1).sum()`. Return its slope at each entry of `x`, as a tensor of the shape of `x`.

Whoever calls you goes on using `x`, so leave it as it was: it asks for no gradient when it comes, and
must ask for none afterwards. Called twice with the same `x`, your function gives the same slopes twice.
"""

from collections.abc import Callable

import torch
from torch import Tensor


def slopes(function: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Return the slope of function(x) at each entry of x, in the shape of x."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def polynomial(x):
    return (x**2 + 3 * x + 1).sum()


def checks(answer):
    def of_polynomial(x):
        """slopes(function, x) for a function that returns (x**2 + 3 * x + 1).sum()"""
        return answer.slopes(polynomial, x)

    def of_product(x):
        """slopes(function, x) for a function that returns x.prod(), the product of all entries"""
        return answer.slopes(torch.prod, x)

    def second_call(x):
        """slopes(function, x) twice with the same x and (x**2 + 3 * x + 1).sum(): the second result"""
        answer.slopes(polynomial, x)
        return answer.slopes(polynomial, x)

    def trace(x):
        """x.requires_grad, and whether x.grad is None, after slopes(function, x)"""
        answer.slopes(polynomial, x)
        return x.requires_grad, x.grad is None

    x = torch.tensor([0.0, 1.0, -2.0])
    yield Case(of_polynomial, x, expected=2 * x + 3)
    x = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 2.0, 0.5]])
    yield Case(of_product, x, expected=x.prod() / x)
    x = torch.randn(4)
    yield Case(second_call, x, expected=2 * x + 3)
    yield Case(trace, x, expected=(False, True), parts=("x.requires_grad", "x.grad is None"))


def not_asked(function, x):
    """Autograd has recorded nothing: nobody asked for it. Before the function is called, its argument must
    have `requires_grad=True`. Ask that of a copy, so that `x` stays as it was.
    """
    return torch.autograd.grad(function(x), x)[0]


def adds_up(function, x):
    """The first call is right, the second gives twice as much. `backward()` *adds* to `x.grad`, and the
    first call's slopes were still there. Take a fresh copy of `x` in each call.
    """
    x.requires_grad_()
    function(x).backward()
    return x.grad.clone()


def marked(function, x):
    """The slopes are right, but `x` asks for a gradient from now on, and everything computed with it is
    recorded. `requires_grad_()` changes the tensor itself; call it on a copy.
    """
    x.requires_grad_()
    return torch.autograd.grad(function(x), x)[0]


def cleared(function, x):
    """The slopes are right, but something is left behind in `x`: its request for a gradient, or `x.grad`.
    Both belong to the tensor itself. Work on a copy, and `x` never learns of it.
    """
    x.requires_grad_()
    x.grad = None
    function(x).backward()
    return x.grad.clone()


def not_a_leaf(function, x):
    """`.grad` is None: only a leaf, a tensor that no operation made, keeps its gradient. Here the copy
    was made from a tensor that was already recorded. First copy, then ask.
    """
    copy = x.requires_grad_().clone()
    function(copy).backward()
    return None  # which is what `copy.grad` holds; to read it would warn


def value(function, x):
    """This is the value of the function, one number. Asked is how fast it changes with each entry of
    `x`.
    """
    return function(x)


def a_tuple(function, x):
    """The slopes are right, and still in a tuple: `torch.autograd.grad` returns one entry for each
    tensor that it was asked about. Take the first.
    """
    leaf = x.clone().requires_grad_()
    return torch.autograd.grad(function(leaf), leaf)


MISTAKES = [not_asked, a_tuple, adds_up, marked, cleared, not_a_leaf, value]
