"""Weights decay, biases do not.

Level: intermediate
Page: 14_regularization

An optimizer takes a list of *groups* instead of the parameters: dictionaries such as
`{"params": [...], "weight_decay": 0.1}`, each with settings of its own. Return a list of two groups for
`model`. In the first, with this `weight_decay`, are all parameters of two dimensions or more: the weights of
linear and convolutional layers. In the second, with weight decay 0, are all others: the biases, and the scale
and shift of batch norm, which have one dimension. Each parameter is in exactly one group.
"""

from torch import nn


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Return two parameter groups: those that decay, and those that do not."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch

from nnfund.exercises import Case


def checks(answer):
    def decays(model, weight_decay):
        """torch.optim.AdamW(decay_groups(model, weight_decay)): which parameters have which weight decay"""
        optimizer = torch.optim.AdamW(answer.decay_groups(model, weight_decay))
        found = {group["weight_decay"]: [] for group in optimizer.param_groups}
        for name, parameter in model.named_parameters():
            for group in optimizer.param_groups:
                if any(parameter is one for one in group["params"]):
                    found[group["weight_decay"]].append(name)
        return {decay: ", ".join(names) for decay, names in found.items()}

    def order(model, weight_decay):
        """The weight decay of the first group and of the second"""
        return [group.get("weight_decay") for group in answer.decay_groups(model, weight_decay)]

    small = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    deep = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Sequential(nn.Flatten(), nn.Linear(8, 2)))
    yield Case(decays, small, 0.5, expected={0.5: "0.weight, 2.weight", 0: "0.bias, 2.bias"})
    deep_names = {0.1: "0.weight, 2.1.weight", 0: "0.bias, 1.weight, 1.bias, 2.1.bias"}
    yield Case(decays, deep, 0.1, expected=deep_names)
    yield Case(order, small, 0.3, expected=[0.3, 0.0])


def split(model, weight_decay, decays, rest):
    named = list(model.named_parameters())
    return [
        {"params": [p for name, p in named if decays(name, p)], "weight_decay": weight_decay},
        {"params": [p for name, p in named if not decays(name, p)], **rest},
    ]


def no_zero(model, weight_decay):
    """The second group does not say `weight_decay`, so it gets the optimizer's own, which for AdamW is 0.01.
    Write the 0 down.
    """
    return split(model, weight_decay, lambda name, p: p.ndim > 1, {})


def by_name(model, weight_decay):
    """Linear layers are right. But the scale of a batch norm is called `weight`, too. What tells it from a
    matrix is not its name but its `ndim`.
    """
    return split(model, weight_decay, lambda name, p: "bias" not in name, {"weight_decay": 0.0})


def matrices_alone(model, weight_decay):
    """The weights of the convolutional layer are missing: they have four dimensions. All with *more than one*
    decay.
    """
    return split(model, weight_decay, lambda name, p: p.ndim == 2, {"weight_decay": 0.0})


def turned(model, weight_decay):
    """The wrong half decays: the biases. They are what has one dimension."""
    return split(model, weight_decay, lambda name, p: p.ndim == 1, {"weight_decay": 0.0})


def zero_first(model, weight_decay):
    """Each parameter has the right decay. The groups come in the other order than asked: first the one that
    decays.
    """
    return split(model, weight_decay, lambda name, p: p.ndim > 1, {"weight_decay": 0.0})[::-1]


def top_level(model, weight_decay):
    """Parameters of layers within layers are missing. `model.parameters()` finds them at any depth; a loop
    over the layers does not.
    """
    found = [p for layer in model for p in layer._parameters.values()]
    return [
        {"params": [p for p in found if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in found if p.ndim == 1], "weight_decay": 0.0},
    ]


def names(model, weight_decay):
    """The groups hold names. An optimizer wants the parameters themselves: of `named_parameters()`, the
    second of each pair.
    """
    named = list(model.named_parameters())
    return [
        {"params": [name for name, p in named if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [name for name, p in named if p.ndim == 1], "weight_decay": 0.0},
    ]


MISTAKES = [names, no_zero, by_name, matrices_alone, turned, zero_first, top_level]
