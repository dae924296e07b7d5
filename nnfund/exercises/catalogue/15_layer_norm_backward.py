r"""The backward pass of layer norm.

Level: advanced
Page: 15_initialization_and_normalization

Batch norm normalises each feature over the samples. *Layer norm* normalises each sample over its features.
For `x` of shape (N, features), with mean $\mu$ and variance $v$ of each *row* (divided by the number of
features),

$$y = \gamma\,\hat x + \beta, \qquad \hat x = \frac{x - \mu}{\sqrt{v + \varepsilon}}.$$

`weight` is $\gamma$, of shape (features,). Given `grad_y`, the gradient of the loss with respect to $y$,
return those with respect to `x`, to $\gamma$ and to $\beta$, without autograd. The page's formula for batch
norm leads to it; mind which mean runs where, and that $\gamma$ now differs *within* a mean.
"""

import torch
from torch import Tensor


def layer_norm_backward(
    x: Tensor, grad_y: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients for x (N, features), weight (features,) and bias (features,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

PARTS = ("for x", "for weight", "for bias")


def checks(answer):
    for n, features, eps in ((2, 3, 1e-5), (3, 3, 1e-5), (5, 4, 0.5), (1, 6, 1e-5)):
        x, grad_y = torch.randn(2, n, features, dtype=torch.float64)
        weight = torch.randn(features, dtype=torch.float64)
        leaves = [x.clone().requires_grad_(), weight.clone().requires_grad_()]
        leaves.append(torch.zeros_like(weight).requires_grad_())
        y = torch.nn.functional.layer_norm(leaves[0], (features,), leaves[1], leaves[2], eps)
        expected = torch.autograd.grad(y, leaves, grad_y)
        yield Case(answer.layer_norm_backward, x, grad_y, weight, eps, expected=expected, parts=PARTS)


def backward(x, grad_y, weight, eps=1e-5, dim=1, correction=0, first=True, means=2, params=0):
    mean, var = x.mean(dim, keepdim=True), x.var(dim, correction=correction, keepdim=True)
    std = (var + eps).sqrt()
    normal = (x - mean) / std
    grad = grad_y * weight if first else grad_y
    along = (grad * normal).mean(dim, keepdim=True)
    grad_x = grad - (grad.mean(dim, keepdim=True) if means else 0) - (normal * along if means > 1 else 0)
    grad_x = grad_x / std if first else weight * grad_x / std
    return grad_x, (grad_y * normal).sum(params), grad_y.sum(params)


def weight_last(x, grad_y, weight, eps=1e-5):
    """The last two are right. In the gradient for `x`, `weight` was multiplied *after* the means. It differs
    within a row, so it belongs inside them: multiply `grad_y` by it first.
    """
    return backward(x, grad_y, weight, eps, first=False)


def no_weight(x, grad_y, weight, eps=1e-5):
    """The last two are right. In the gradient for `x`, `weight` is missing: y is normal · weight + bias, so
    what arrives at the normalised values is `grad_y * weight`.
    """
    return backward(x, grad_y, torch.ones_like(weight), eps)


def constants(x, grad_y, weight, eps=1e-5):
    """The last two are right. For `x`, mean and variance were taken for constants. They depend on `x`, too,
    and each takes something away: see the formula of the page.
    """
    return backward(x, grad_y, weight, eps, means=0)


def variance_constant(x, grad_y, weight, eps=1e-5):
    """The last two are right. For `x`, the way through the *variance* is missing: the part along the
    normalised values.
    """
    return backward(x, grad_y, weight, eps, means=1)


def over_samples(x, grad_y, weight, eps=1e-5):
    """This is batch norm: mean and variance run over the samples, `dim=0`. Here they run over the features of
    each sample: `dim=1, keepdim=True`.
    """
    return backward(x, grad_y, weight, eps, dim=0)


def divided_by_one_less(x, grad_y, weight, eps=1e-5):
    """The variance is a little too large: `var` divides by the number minus 1. Layer norm divides by the
    number of features: `correction=0`.
    """
    return backward(x, grad_y, weight, eps, correction=1)


def summed_over_features(x, grad_y, weight, eps=1e-5):
    """The gradient for `x` is right. The other two have a number for each *feature*, and add up the samples:
    `sum(dim=0)`.
    """
    return backward(x, grad_y, weight, eps, params=1)


def no_keepdim(x, grad_y, weight, eps=1e-5):
    """`mean(dim=1)` has the shape (N,), and does not fit to `x`, of shape (N, features). Keep the axis:
    `keepdim=True`.
    """
    return (x - x.mean(1)) / (x.var(1, correction=0) + eps).sqrt(), grad_y, grad_y


MISTAKES = [
    weight_last,
    no_weight,
    constants,
    variance_constant,
    over_samples,
    divided_by_one_less,
    summed_over_features,
    no_keepdim,
]
