"""The largest learning rate for a line."""

import torch
from torch import Tensor


def largest_lr(x: Tensor) -> float:
    """Return the limit of the learning rate for a line through points at x (N,)."""
    square, mean = (x**2).mean().item(), x.mean().item()
    hessian = torch.tensor([[2 * square, 2 * mean], [2 * mean, 2.0]])
    curvatures = torch.linalg.eigvalsh(hessian)  # smallest first
    return 2 / curvatures[-1].item()  # for 1, 2, 3, 4: 0.1198, so 0.12 is too much
