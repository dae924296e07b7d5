"""One-hot labels without a loop."""

import torch
from torch import Tensor


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """Return a float32 table (N, classes) with a 1 at each row's label."""
    return (labels[:, None] == torch.arange(classes)).float()  # (N, 1) == (C,) -> (N, C)
