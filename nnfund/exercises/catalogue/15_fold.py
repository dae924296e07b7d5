"""Fold a batch norm into the layer before it.

Level: intermediate
Page: 15_initialization_and_normalization

In evaluation mode, a batch norm multiplies and shifts each feature by fixed numbers:

    weight * (x - running_mean) / (running_var + eps) ** 0.5 + bias

A linear layer before it is an affine map, too, and two affine maps in a row are one. Return a *new*
`nn.Linear` whose outputs equal those of `norm(linear(x))`: the network computes the same, with a layer less.
`linear` may have been made with `bias=False`; its `bias` is then None. Leave `linear` and `norm` as they are.
"""

import torch
from torch import nn


def fold(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    """Return one linear layer that does what linear and then norm do in evaluation mode."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def draw(inputs, outputs, bias=True, eps=1e-5):
    linear, norm = nn.Linear(inputs, outputs, bias=bias), nn.BatchNorm1d(outputs, eps=eps).eval()
    for values in (norm.weight, norm.bias, norm.running_mean):
        nn.init.normal_(values, std=2)
    nn.init.uniform_(norm.running_var, 0.5, 3)
    return linear, norm


def checks(answer):
    def outputs(linear, norm, x):
        """The outputs of fold(linear, norm) for x"""
        return answer.fold(linear, norm)(x).detach()

    def class_of(linear, norm):
        """The class of what fold(linear, norm) returns"""
        return type(answer.fold(linear, norm)).__name__

    def unchanged(linear, norm, x):
        """Whether norm(linear(x)) is after fold(linear, norm) what it was before"""
        before = norm(linear(x))
        answer.fold(linear, norm)
        return torch.equal(before, norm(linear(x)))

    for inputs, features, eps in ((3, 2, 1e-5), (3, 3, 1e-5), (2, 4, 0.5)):
        linear, norm = draw(inputs, features, eps=eps)
        x = torch.randn(4, inputs)
        yield Case(outputs, linear, norm, x, expected=norm(linear(x)).detach())
    yield Case(class_of, *draw(3, 2), expected="Linear")
    yield Case(unchanged, *draw(2, 2), torch.randn(3, 2), expected=True)
    linear, norm = draw(3, 2, bias=False)
    x = torch.randn(4, 3)
    yield Case(outputs, linear, norm, x, expected=norm(linear(x)).detach())


def build(linear, norm, scale, bias, by=lambda s: s[:, None]):
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(linear.weight * by(scale))
        folded.bias.copy_(bias)
    return folded


def scale_of(norm):
    return norm.weight / (norm.running_var + norm.eps) ** 0.5


def bias_of(linear):
    return 0 if linear.bias is None else linear.bias


def bias_forgotten(linear, norm):
    """The weights are right. The bias of `linear` is lost: it is part of what batch norm gets, so it is
    shifted and scaled as well.
    """
    scale = scale_of(norm)
    return build(linear, norm, scale, norm.bias - norm.running_mean * scale)


def bias_not_scaled(linear, norm):
    """The weights are right. The bias of `linear` was added as it is; batch norm multiplies it like
    everything that `linear` gives.
    """
    scale = scale_of(norm)
    return build(linear, norm, scale, bias_of(linear) + norm.bias - norm.running_mean * scale)


def mean_not_scaled(linear, norm):
    """The weights are right. The running mean is subtracted *before* the multiplication, so it must be
    multiplied, too.
    """
    scale = scale_of(norm)
    return build(linear, norm, scale, bias_of(linear) * scale + norm.bias - norm.running_mean)


def no_root(linear, norm):
    """Divided by the variance; batch norm divides by its root."""
    scale = norm.weight / (norm.running_var + norm.eps)
    return build(linear, norm, scale, (bias_of(linear) - norm.running_mean) * scale + norm.bias)


def no_eps(linear, norm):
    """Right where `eps` is tiny. This batch norm has a large one: add `norm.eps` to the variance."""
    scale = norm.weight / norm.running_var**0.5
    return build(linear, norm, scale, (bias_of(linear) - norm.running_mean) * scale + norm.bias)


def columns(linear, norm):
    """The *columns* of the weights were scaled. Each output is a row of `weight`, of shape (out, in): turn
    the factors into a column, (out, 1).
    """
    scale = scale_of(norm)
    bias = (bias_of(linear) - norm.running_mean) * scale + norm.bias
    return build(linear, norm, scale, bias, by=lambda s: s)


def in_place(linear, norm):
    """The outputs are right, but `linear` itself was changed. Make a new `nn.Linear`, or copy first:
    `copy.deepcopy(linear)`.
    """
    scale = scale_of(norm)
    bias = (bias_of(linear) - norm.running_mean) * scale + norm.bias
    linear.weight.data *= scale[:, None]
    linear.bias = nn.Parameter(bias.detach())
    return linear


def bias_needed(linear, norm):
    """This `linear` was made with `bias=False`, and its `bias` is None. Then it counts as 0."""
    scale = scale_of(norm)
    return build(linear, norm, scale, (linear.bias - norm.running_mean) * scale + norm.bias)


def both_in_a_row(linear, norm):
    """The outputs are right, but these are still two layers. Put the numbers of both into the weight and the
    bias of *one* `nn.Linear`.
    """
    return nn.Sequential(linear, norm)


def tensor_for_parameter(linear, norm):
    """A layer's weight is an `nn.Parameter`. Fill it within `torch.no_grad()`, by `weight.copy_(...)`, or
    wrap the tensor: `nn.Parameter(...)`.
    """
    folded = nn.Linear(linear.in_features, linear.out_features)
    folded.weight = linear.weight * scale_of(norm)[:, None]
    return folded


MISTAKES = [
    both_in_a_row,
    tensor_for_parameter,
    bias_forgotten,
    bias_not_scaled,
    mean_not_scaled,
    no_root,
    no_eps,
    columns,
    in_place,
    bias_needed,
]
