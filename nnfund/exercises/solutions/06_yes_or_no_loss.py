"""The loss of a yes-or-no question."""

from torch import Tensor, nn


def yes_or_no_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean binary cross-entropy of logits (N, 1) and labels (N,)."""
    targets = labels[:, None].float()  # (N, 1), the shape of the logits, and floats
    return nn.BCEWithLogitsLoss()(logits, targets)
