"""Freeze all but one part."""

from torch import nn


def freeze_all_but(model: nn.Module, part: str) -> int:
    """Freeze all parameters of the model except those of one part; return how many numbers train."""
    model.requires_grad_(False)  # with the underscore: a method, for all parameters inside
    model.get_submodule(part).requires_grad_(True)
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
