"""The slope of GELU."""

import math

import torch
from torch import Tensor


def gelu_slope(x: Tensor) -> Tensor:
    """Return the slope of GELU at each entry of x."""
    bell = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return (
        torch.special.ndtr(x) + x * bell
    )  # product rule; negative below about -0.75, so GELU is not monotone
