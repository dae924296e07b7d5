"""Images into rows."""

from torch import Tensor

from nnfund.scratch.checks import check_gradient
from nnfund.scratch.layers.layer import Layer


class Flatten(Layer):
    """(N, C, H, W) to (N, C·H·W): the same numbers, each sample in one row."""

    def forward(self, x: Tensor) -> Tensor:
        """Return x as (N, everything else)."""
        if x.dim() < 2:
            raise ValueError(f"x must have at least 2 dimensions (N, …), got shape {tuple(x.shape)}")
        self.x = x
        self.y = x.flatten(1)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y in the shape that the input had."""
        check_gradient(grad_y, self.y)
        return grad_y.reshape(self.x.shape)
