"""Windows that share their memory."""

import torch
from torch import Tensor


def windows(sequence: Tensor, size: int) -> Tensor:
    """Return a view (number of windows, size) of a sequence (length,)."""
    step = sequence.stride(0)  # places between neighbours: 2 for x[::2]
    rows = len(sequence) - size + 1
    return torch.as_strided(sequence, (rows, size), (step, step))  # down and right both move by one element
