"""The mean of several checkpoints."""

import torch
from torch import Tensor


def average_states(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the state dicts."""
    average = {}
    for name, last in states[-1].items():
        if last.is_floating_point():
            average[name] = torch.stack([state[name] for state in states]).mean(dim=0)
        else:
            average[name] = last.clone()  # a state dict is no copy: share nothing
    return average
