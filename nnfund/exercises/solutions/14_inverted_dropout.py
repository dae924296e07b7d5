"""Dropout, by hand."""

import torch
from torch import Tensor


def inverted_dropout(x: Tensor, p: float, generator: torch.Generator) -> Tensor:
    """Return x with a share p of zeros, the rest divided by 1 - p."""
    if p == 1:
        return torch.zeros_like(x)  # 0 / 0 would be nan
    kept = torch.rand(x.shape, generator=generator) >= p  # True with probability 1 - p
    return x * kept / (1 - p)
