"""Right among the first k."""

from torch import Tensor


def top_k_accuracy(logits: Tensor, targets: Tensor, k: int) -> float:
    """Return the share of samples whose target is among the k largest logits."""
    guesses = logits.topk(k, dim=1).indices  # (N, k)
    right = (guesses == targets[:, None]).any(dim=1)  # (N, k) against (N, 1), then one answer per row
    return right.float().mean().item()
