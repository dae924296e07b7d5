"""An accuracy, and how far to trust it."""

from torch import Tensor


def accuracy_with_error(logits: Tensor, targets: Tensor) -> tuple[float, float]:
    """Return the share of right answers, and its standard error."""
    right = logits.argmax(dim=1) == targets  # (N,)
    p = right.float().mean().item()
    return p, (p * (1 - p) / len(targets)) ** 0.5  # 98 %, ± 0.1: about 20,000 images
