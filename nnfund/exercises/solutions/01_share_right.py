"""The share of the points that a network gets right."""

from torch import Tensor


def share_right(logits: Tensor, labels: Tensor) -> float:
    """Return the share of right answers for logits (N, 1) and labels (N,)."""
    answers = logits[:, 0] > 0  # (N,), the shape of the labels
    return (answers == labels).float().mean().item()  # True counts as 1
