"""Shuffled pixels, and the weights that do not care."""

from torch import Tensor


def weight_for_shuffled(weight: Tensor, permutation: Tensor) -> Tensor:
    """Return the first layer's weight (out, pixels) that undoes the shuffling."""
    return weight[:, permutation]  # at place j stands pixel permutation[j] now, with its own weight
