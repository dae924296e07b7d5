"""Pooling: one number for each window of each channel."""

import torch
from torch import Tensor

from nnfund.scratch.checks import check_dtype, check_gradient
from nnfund.scratch.layers.layer import Layer
from nnfund.scratch.layers.windows import Pair, crop, fold, output_size, pad, pair, unfold


class MaxPool2d(Layer):
    """The largest number of each window, as `torch.nn.MaxPool2d`.

    Args:
        kernel_size: Height and width of the window, one number or a pair.
        stride: How far the window moves; by default its own size, so that windows do not overlap.
        padding: Rows and columns around the image, at most half the window; they are never the maximum.
    """

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
    ) -> None:
        self.kernel_size, self.stride, self.padding = _window(kernel_size, stride, padding)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, H', W') for x of shape (N, C, H, W)."""
        size = output_size(x, self.kernel_size, self.stride, self.padding)
        check_dtype("x", x)
        padded = pad(x, self.padding, value=-torch.inf)
        self.padded_size = (padded.shape[2], padded.shape[3])
        columns = unfold(padded, self.kernel_size, self.stride)  # (N, C, k·k, H'·W')
        self.columns_shape = columns.shape
        largest, self.winners = columns.max(dim=2, keepdim=True)  # (N, C, 1, H'·W')
        self.y = largest.squeeze(2).unflatten(2, size)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx: each window's gradient goes to its winner alone."""
        check_gradient(grad_y, self.y)
        grad_columns = grad_y.new_zeros(self.columns_shape)
        grad_columns.scatter_(2, self.winners, grad_y.flatten(2).unsqueeze(2))
        return crop(fold(grad_columns, self.padded_size, self.kernel_size, self.stride), self.padding)


class AvgPool2d(Layer):
    """The mean of each window, as `torch.nn.AvgPool2d`.

    Args:
        kernel_size: Height and width of the window, one number or a pair.
        stride: How far the window moves; by default its own size, so that windows do not overlap.
        padding: Rows and columns of zeros around the image, at most half the window; they count in the mean.
    """

    def __init__(
        self, kernel_size: int | Pair, stride: int | Pair | None = None, padding: int | Pair = 0
    ) -> None:
        self.kernel_size, self.stride, self.padding = _window(kernel_size, stride, padding)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, H', W') for x of shape (N, C, H, W)."""
        size = output_size(x, self.kernel_size, self.stride, self.padding)
        check_dtype("x", x)
        padded = pad(x, self.padding)
        self.padded_size = (padded.shape[2], padded.shape[3])
        columns = unfold(padded, self.kernel_size, self.stride)  # (N, C, k·k, H'·W')
        self.y = columns.mean(dim=2).unflatten(2, size)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return dL/dx: each window's gradient is shared equally among its pixels."""
        check_gradient(grad_y, self.y)
        pixels = self.kernel_size[0] * self.kernel_size[1]
        share = grad_y.flatten(2).unsqueeze(2) / pixels  # (N, C, 1, H'·W')
        grad_columns = share.expand(-1, -1, pixels, -1)
        return crop(fold(grad_columns, self.padded_size, self.kernel_size, self.stride), self.padding)


def _window(
    kernel_size: int | Pair, stride: int | Pair | None, padding: int | Pair
) -> tuple[Pair, Pair, Pair]:
    kernel = pair("kernel_size", kernel_size)
    around = pair("padding", padding, least=0)
    if 2 * around[0] > kernel[0] or 2 * around[1] > kernel[1]:
        raise ValueError(f"padding must be at most half of kernel_size={kernel}, got {around}")
    return kernel, kernel if stride is None else pair("stride", stride), around
