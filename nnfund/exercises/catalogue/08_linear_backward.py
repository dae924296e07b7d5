"""The backward pass of a linear layer.

Level: intermediate
Page: 08_backpropagation

A linear layer computes `y = x @ weight.T + bias`: one row per sample, one column per neuron. The
layer above hands down `grad_y`, the slope of the loss with respect to each entry of `y`. Return the
slopes with respect to what went in: `x`, `weight`, and `bias`.

| name | shape |
|---|---|
| `x` | (N, in) |
| `weight` | (out, in) |
| `bias` | (out,) |
| `y`, `grad_y` | (N, out) |

A slope has the shape of what it belongs to. Do not use autograd.
"""

import torch
from torch import Tensor


def linear_backward(grad_y: Tensor, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return dL/dx (N, in), dL/dweight (out, in) and dL/dbias (out,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("dL/dx", "dL/dweight", "dL/dbias")


def checks(answer):
    for n, inputs, outputs in [(2, 3, 4), (5, 2, 1), (1, 3, 2), (3, 3, 3)]:
        grad_y = torch.randn(n, outputs)
        x, weight, bias = (
            torch.randn(*shape, requires_grad=True) for shape in ((n, inputs), (outputs, inputs), (outputs,))
        )
        expected = torch.autograd.grad(x @ weight.T + bias, (x, weight, bias), grad_y)
        x, weight = x.detach(), weight.detach()
        yield Case(answer.linear_backward, grad_y, x, weight, expected=expected, parts=PARTS)


def mean_of_bias(grad_y, x, weight):
    """The bias was added in every row, so its slope is the *sum* over the rows. Where the loss is a mean, the
    division by N is already in `grad_y`.
    """
    return grad_y @ weight, grad_y.T @ x, grad_y.mean(0)


def bias_per_sample(grad_y, x, weight):
    """The slope of the bias has a row for each sample. But all samples share one bias: add them up."""
    return grad_y @ weight, grad_y.T @ x, grad_y


def weight_turned(grad_y, x, weight):
    """dL/dweight lies on its side. `weight` is (out, in), so its slope is (out, N) @ (N, in)."""
    return grad_y @ weight, x.T @ grad_y, grad_y.sum(0)


def bias_over_neurons(grad_y, x, weight):
    """dL/dbias is summed over the neurons; `dim=1` leaves one number per sample. Sum over the samples,
    `dim=0`: that leaves one per neuron.
    """
    return grad_y @ weight, grad_y.T @ x, grad_y.sum(1)


def another_order(grad_y, x, weight):
    """The slopes are right, in another order: first x, then weight, then bias."""
    return grad_y.T @ x, grad_y.sum(0), grad_y @ weight


MISTAKES = [mean_of_bias, bias_per_sample, weight_turned, bias_over_neurons, another_order]
