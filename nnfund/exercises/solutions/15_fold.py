"""Fold a batch norm into the layer before it."""

import torch
from torch import nn


def fold(linear: nn.Linear, norm: nn.BatchNorm1d) -> nn.Linear:
    """Return one linear layer that does what linear and then norm do in evaluation mode."""
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()  # (out,)
    bias = 0 if linear.bias is None else linear.bias
    folded = nn.Linear(linear.in_features, linear.out_features)
    with torch.no_grad():
        folded.weight.copy_(scale[:, None] * linear.weight)  # each row, that is each output, has its factor
        folded.bias.copy_(scale * (bias - norm.running_mean) + norm.bias)
    return folded
