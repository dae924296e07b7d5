"""XOR with weights set by hand."""

import torch
from torch import Tensor


def xor_weights() -> tuple[Tensor, Tensor, Tensor, float]:
    """Return hidden_weight (2, 2), hidden_bias (2,), output_weight (2,), and output_bias."""
    hidden_weight = torch.ones(2, 2)  # both neurons look at x1 + x2, which is 0, 1, or 2
    hidden_bias = torch.tensor([-0.5, -1.5])  # "at least one", "both"
    output_weight = torch.tensor([1.0, -1.0])  # the first, but not the second
    return hidden_weight, hidden_bias, output_weight, -0.5
