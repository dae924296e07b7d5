"""The convolutional layer, as one matrix product."""

import torch
from torch import Tensor

from nnfund.scratch import init
from nnfund.scratch.checks import check_dtype, check_gradient, check_positive
from nnfund.scratch.layers.layer import Layer, parameter
from nnfund.scratch.layers.windows import Pair, crop, fold, output_size, pad, pair, unfold


class Conv2d(Layer):
    """Slide `out_channels` small filters over images, as `torch.nn.Conv2d` does.

    Each output pixel is the sum of one window times one filter, plus a bias. With every window copied into a
    column, all of them are one product: (filters as rows) @ (windows as columns). Like PyTorch's, this is a
    cross-correlation: the filter is not flipped.

    Args:
        in_channels: Channels of the input, such as 3 for colour images.
        out_channels: Number of filters.
        kernel_size: Height and width of a filter, one number or a pair.
        stride: How far the window moves.
        padding: Rows and columns of zeros around the image.
        bias: Whether each filter adds a number of its own.
        input_grad: Whether `backward` computes dL/dx; the first layer of a network can do without.
        dtype: Precision of the parameters; PyTorch's default when None.
    """

    parameter_names = ("weight", "bias")

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | Pair,
        stride: int | Pair = 1,
        padding: int | Pair = 0,
        bias: bool = True,
        *,
        input_grad: bool = True,
        dtype: torch.dtype | None = None,
    ) -> None:
        check_positive(in_channels=in_channels, out_channels=out_channels)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride = pair("stride", stride)
        self.padding = pair("padding", padding, least=0)
        self.input_grad = input_grad
        self.weight = parameter(torch.empty(out_channels, in_channels, *self.kernel_size, dtype=dtype))
        self.bias = parameter(torch.empty(out_channels, dtype=dtype)) if bias else None
        init.default_(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, out_channels, H', W') for x of shape (N, in_channels, H, W)."""
        size = output_size(x, self.kernel_size, self.stride, self.padding)
        in_channels = self.weight.shape[1]
        if x.shape[1] != in_channels:
            raise ValueError(f"x must have {in_channels} channels (N, C, H, W), got shape {tuple(x.shape)}")
        check_dtype("x", x, like=self.weight)
        padded = pad(x, self.padding)
        self.padded_size = (padded.shape[2], padded.shape[3])
        self.columns = unfold(padded, self.kernel_size, self.stride).flatten(1, 2)  # (N, C·k·k, H'·W')
        y = self.weight.flatten(1) @ self.columns  # (out, C·k·k) @ (N, C·k·k, H'·W')
        if self.bias is not None:
            y += self.bias[:, None]
        self.y = y.unflatten(2, size)
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor | None:
        """Add dL/dW and dL/db to the parameters' `.grad`; return dL/dx, or None without `input_grad`."""
        check_gradient(grad_y, self.y)
        grad_y = grad_y.flatten(2)  # (N, out, H'·W')
        grad_weight = (grad_y @ self.columns.mT).sum(dim=0)  # (out, C·k·k): summed over samples and windows
        self.weight.grad += grad_weight.view_as(self.weight)
        if self.bias is not None:
            self.bias.grad += grad_y.sum(dim=(0, 2))
        if not self.input_grad:
            return None
        grad_columns = self.weight.flatten(1).T @ grad_y  # (C·k·k, out) @ (N, out, H'·W')
        grad_columns = grad_columns.unflatten(1, (self.weight.shape[1], -1))
        grad_padded = fold(grad_columns, self.padded_size, self.kernel_size, self.stride)
        return crop(grad_padded, self.padding)
