"""All distances at once."""

from torch import Tensor


def distances(points: Tensor, centres: Tensor) -> Tensor:
    """Return the squared distances (N, K) between points (N, 2) and centres (K, 2)."""
    differences = points[:, None, :] - centres  # (N, 1, 2) - (K, 2) -> (N, K, 2)
    return differences.square().sum(dim=2)  # (N, K)
