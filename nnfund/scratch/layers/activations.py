"""Activations: functions applied to each number by itself, so that dL/dx = dL/dy · f'(x).

Most derivatives are shortest in terms of the output y, which the forward pass has computed anyway.
"""

import torch
from torch import Tensor

from nnfund.scratch.checks import check_dtype, check_gradient
from nnfund.scratch.layers.layer import Layer


class ReLU(Layer):
    """y = max(0, x), of any shape."""

    def forward(self, x: Tensor) -> Tensor:
        """Return max(0, x)."""
        check_dtype("x", x)
        self.y = x.clamp(min=0)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y where the output was positive and 0 elsewhere."""
        check_gradient(grad_y, self.y)
        return self.y.sign().mul_(grad_y)  # the sign of y is the slope: 1 or 0


class LeakyReLU(Layer):
    """y = x where x > 0, and `negative_slope` · x elsewhere."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: Tensor) -> Tensor:
        """Return x, scaled where it is negative."""
        check_dtype("x", x)
        self.x = x
        self.y = torch.where(x > 0, x, self.negative_slope * x)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y, scaled where the input was not positive."""
        check_gradient(grad_y, self.y)
        return torch.where(self.x > 0, grad_y, self.negative_slope * grad_y)


class ELU(Layer):
    """y = x where x > 0, and α (eˣ − 1) elsewhere (Clevert et al., 2016, eq. 15)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: Tensor) -> Tensor:
        """Return x where positive, a curve that levels off at −α elsewhere."""
        check_dtype("x", x)
        self.x = x
        below = self.alpha * x.clamp(max=0).expm1()  # clamped: eˣ of a large x would be infinite
        self.y = torch.where(x > 0, x, below)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y where x > 0 and grad_y · α eˣ = grad_y · (y + α) elsewhere."""
        check_gradient(grad_y, self.y)
        return torch.where(self.x > 0, grad_y, grad_y * (self.y + self.alpha))


class Sigmoid(Layer):
    """y = 1 / (1 + e⁻ˣ)."""

    def forward(self, x: Tensor) -> Tensor:
        """Return a number between 0 and 1 for each x."""
        check_dtype("x", x)
        self.y = torch.sigmoid(x)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y · y (1 − y)."""
        check_gradient(grad_y, self.y)
        return grad_y * self.y * (1 - self.y)


class Tanh(Layer):
    """y = tanh x."""

    def forward(self, x: Tensor) -> Tensor:
        """Return a number between −1 and 1 for each x."""
        check_dtype("x", x)
        self.y = torch.tanh(x)  # (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) would be ∞/∞ at x = 100
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y · (1 − y²)."""
        check_gradient(grad_y, self.y)
        return grad_y * (1 - self.y**2)
