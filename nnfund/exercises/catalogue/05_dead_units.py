"""Count the dead units of a layer.

Level: basic
Page: 05_activations

`model` is an `nn.Sequential` that begins with a linear layer and a ReLU. A hidden unit is *dead*
when its sum is 0 or negative for every sample: its slope is then 0 everywhere, and no step moves
it. Return how many of the units of the first layer are dead for `inputs`, of shape (N, features).

A unit that is silent for most samples, but not for all, is not dead.
"""

import torch
from torch import Tensor, nn


def count_dead(model: nn.Sequential, inputs: Tensor) -> int:
    """Return how many units of the first layer are silent for all the inputs."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def dead(weight, bias, inputs):
        """count_dead(model, inputs) for a model whose first layer has this weight and this bias"""
        first = nn.Linear(weight.shape[1], len(weight))
        with torch.no_grad():
            first.weight.copy_(weight)
            first.bias.copy_(bias)
        return answer.count_dead(nn.Sequential(first, nn.ReLU(), nn.Linear(len(weight), 3)), inputs)

    weight = torch.tensor(
        [[1.0, 0.0], [0.0, 1.0], [1.0, -1.0], [0.0, 0.0], [1.0, 1.0], [-1.0, 1.0], [0.0, 0.0]]
    )
    bias = torch.tensor([0.0, 0.0, -9.0, -1.0, -9.0, -9.0, 0.0])
    inputs = torch.tensor([[1.0, -2.0], [-1.0, -1.0], [-3.0, 4.0], [-2.0, -1.0], [-1.0, -5.0]])
    yield Case(dead, weight, bias, inputs, expected=5)
    yield Case(dead, torch.zeros(6, 2), torch.zeros(6), inputs, expected=6)
    for n, units, shift in [(3, 8, 0.5), (20, 5, 2.0), (7, 7, 0.0)]:
        weight, bias, inputs = torch.randn(units, 2), torch.randn(units) - shift, torch.randn(n, 2)
        silent = [all((row @ x + b).item() <= 0 for x in inputs) for row, b in zip(weight, bias, strict=True)]
        yield Case(dead, weight, bias, inputs, expected=sum(silent))


def sums_of(model, inputs):
    return model[0](inputs)


def silent_once(model, inputs):
    """This counts units that are silent for *some* sample. Dead means silent for all of them: `all`, not
    `any`.
    """
    return int((sums_of(model, inputs) <= 0).any(dim=0).sum())


def silent_samples(model, inputs):
    """This counts samples for which all units are silent: `dim` is the axis that disappears. The samples
    should disappear, and they are axis 0.
    """
    return int((sums_of(model, inputs) <= 0).all(dim=1).sum())


def zeros(model, inputs):
    """This counts single zeros in the table of samples and units. First ask for each unit whether it is
    silent for all the samples; then count the units.
    """
    return int((sums_of(model, inputs) <= 0).sum())


def on_average(model, inputs):
    """A unit whose *mean* is not positive is not dead: one sample with a positive sum is enough for a
    gradient. Ask about all the samples, one by one.
    """
    return int((sums_of(model, inputs).mean(dim=0) <= 0).sum())


def strictly(model, inputs):
    """A sum of exactly 0 is silent as well: ReLU gives 0 there, and PyTorch takes its slope to be 0. Compare
    with <= and not with <.
    """
    return int((sums_of(model, inputs) < 0).all(dim=0).sum())


def weights_below_zero(model, inputs):
    """The bias seems to be missing. Call the first layer, `model[0](inputs)`: it adds its bias by itself."""
    return int((inputs @ model[0].weight.T <= 0).all(dim=0).sum())


def equal_zero(model, inputs):
    """Before the ReLU, silent means 0 *or negative*. This counts units whose sum is exactly 0 each time."""
    return int((sums_of(model, inputs) == 0).all(dim=0).sum())


def last_layer(model, inputs):
    """This seems to look at the outputs of the whole model. The hidden units are earlier: their sums come out
    of `model[0]`.
    """
    return int((model(inputs) <= 0).all(dim=0).sum())


MISTAKES = [
    last_layer,
    weights_below_zero,
    silent_once,
    silent_samples,
    zeros,
    equal_zero,
    strictly,
    on_average,
]
