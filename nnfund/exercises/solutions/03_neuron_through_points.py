"""A neuron whose line goes through two points."""

import torch
from torch import Tensor


def neuron_through(p: Tensor, q: Tensor, inside: Tensor) -> tuple[Tensor, Tensor]:
    """Return the weights (2,) and the bias of a neuron with its line through p and q."""
    along = q - p
    weight = torch.stack([-along[1], along[0]])  # turned by a right angle
    bias = -weight @ p  # so that z = 0 at p, and at q as well
    if weight @ inside + bias < 0:  # the other side: turn all signs
        weight, bias = -weight, -bias
    return weight, bias
