"""The fully connected layer."""

import torch
from torch import Tensor

from nnfund.scratch import init
from nnfund.scratch.checks import check_dtype, check_gradient, check_positive, check_shape
from nnfund.scratch.layers.layer import Layer, parameter


class Linear(Layer):
    """Affine map y = x Wᵀ + b, with the shapes and first values of `torch.nn.Linear`.

    Args:
        in_features: Size of each input, the columns of W.
        out_features: Size of each output, the rows of W.
        bias: Whether to add b.
        input_grad: Whether `backward` computes dL/dx. The first layer of a network can do without: nobody
            asks how the loss depends on the pixels, and autograd, too, leaves that product out.
        dtype: Precision of the parameters; PyTorch's default when None.
    """

    parameter_names = ("weight", "bias")

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        input_grad: bool = True,
        dtype: torch.dtype | None = None,
    ) -> None:
        check_positive(in_features=in_features, out_features=out_features)
        self.weight = parameter(torch.empty(out_features, in_features, dtype=dtype))
        self.bias = parameter(torch.empty(out_features, dtype=dtype)) if bias else None
        self.input_grad = input_grad
        init.default_(self.weight, self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return x Wᵀ + b, of shape (N, out), for x of shape (N, in)."""
        check_shape("x", x, ("N", self.weight.shape[1]), hint="flatten(1) makes rows of images")
        check_dtype("x", x, like=self.weight)
        self.x = x  # backward needs it
        self.y = x @ self.weight.T  # (N, in) @ (in, out)
        if self.bias is not None:
            self.y += self.bias
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor | None:
        """Add dL/dW and dL/db to the parameters' `.grad`; return dL/dx, or None without `input_grad`."""
        check_gradient(grad_y, self.y)
        self.weight.grad.addmm_(grad_y.T, self.x)  # += (out, N) @ (N, in)
        if self.bias is not None:
            self.bias.grad += grad_y.sum(dim=0)
        return grad_y @ self.weight if self.input_grad else None  # (N, out) @ (out, in)
