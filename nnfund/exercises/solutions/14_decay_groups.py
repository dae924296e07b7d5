"""Weights decay, biases do not."""

from torch import nn


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Return two parameter groups: those that decay, and those that do not."""
    parameters = list(model.parameters())  # a list: parameters() can be gone through only once
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},  # not the default
    ]
