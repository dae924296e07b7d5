"""A sigmoid that never overflows."""

import torch
from torch import Tensor


def stable_sigmoid(x: Tensor) -> Tensor:
    """Return the sigmoid of each entry of x."""
    small = torch.exp(torch.where(x >= 0, -x, x))  # at most 1; not -x.abs(), whose slope at 0 is 0
    return torch.where(x >= 0, torch.ones_like(x), small) / (1 + small)
