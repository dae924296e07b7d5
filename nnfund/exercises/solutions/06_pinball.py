"""A loss whose minimum is a quantile."""

import torch
from torch import Tensor


def pinball(outputs: Tensor, targets: Tensor, q: float) -> Tensor:
    """Return the mean pinball loss for a q between 0 and 1."""
    r = targets - outputs
    return torch.maximum(q * r, (q - 1) * r).mean()  # above: q r wins; below: (q - 1) r, which is positive
