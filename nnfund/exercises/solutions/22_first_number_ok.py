"""The first number to look at."""

import math

import torch
from torch import Tensor, nn


def first_number_ok(model: nn.Module, inputs: Tensor, targets: Tensor, tolerance: float = 0.5) -> bool:
    """Return whether the loss is that of a network that knows nothing."""
    was_training = model.training
    model.eval()
    with torch.no_grad():
        logits = model(inputs)
        loss = nn.functional.cross_entropy(logits, targets).item()
    model.train(was_training)  # train(False) is eval()
    return abs(loss - math.log(logits.shape[1])) <= tolerance
