"""Softmax: scores into probabilities."""

from torch import Tensor

from nnfund.scratch.checks import check_dtype, check_gradient
from nnfund.scratch.layers.layer import Layer


class Softmax(Layer):
    """y_i = exp(x_i) / Σ_j exp(x_j) along one dimension, 1 by default: the classes of (N, C)."""

    def __init__(self, dim: int = 1) -> None:
        self.dim = dim

    def forward(self, x: Tensor) -> Tensor:
        """Return positive numbers that sum to 1 along `dim`."""
        check_dtype("x", x)
        if not -x.dim() <= self.dim < x.dim():
            raise ValueError(f"dim={self.dim} does not exist in x of shape {tuple(x.shape)}")
        shifted = x - x.amax(dim=self.dim, keepdim=True)  # the same result, and no exponential above 1
        powers = shifted.exp()
        self.y = powers / powers.sum(dim=self.dim, keepdim=True)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx_i = y_i (g_i − Σ_j g_j y_j): every output depends on every input."""
        check_gradient(grad_y, self.y)
        average = (grad_y * self.y).sum(dim=self.dim, keepdim=True)
        return self.y * (grad_y - average)
