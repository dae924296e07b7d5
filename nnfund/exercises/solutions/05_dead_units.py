"""Count the dead units of a layer."""

from torch import Tensor, nn


def count_dead(model: nn.Sequential, inputs: Tensor) -> int:
    """Return how many units of the first layer are silent for all the inputs."""
    sums = model[0](inputs)  # (N, units)
    silent = (sums <= 0).all(dim=0)  # (units,): the samples disappear
    return int(silent.sum())
