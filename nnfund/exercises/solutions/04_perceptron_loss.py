"""Rosenblatt's rule as gradient descent."""

import torch
from torch import Tensor


def perceptron_loss(scores: Tensor, y: Tensor) -> Tensor:
    """Return the losses (N,) for scores (N,) and y (N,), each −1 or +1."""
    wrong = y * scores <= 0  # a score of 0 counts as wrong
    return torch.where(wrong, -y * scores, 0.0)  # in the branch of 0 the slope is -y, at the corner as well
