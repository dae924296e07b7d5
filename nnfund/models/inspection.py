"""What a model is made of: how many parameters, and which shape leaves each layer."""

from torch import nn


def count_parameters(model: nn.Module, trainable_only: bool = False) -> int:
    """Count the numbers that a model's parameters hold.

    A parameter that two layers share counts once; buffers, such as the running mean of a batch norm,
    are not parameters.

    Args:
        model: Any module.
        trainable_only: Leave out the parameters with `requires_grad=False`.
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)
