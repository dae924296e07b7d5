"""The backward pass of a linear layer."""

from torch import Tensor


def linear_backward(grad_y: Tensor, x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return dL/dx (N, in), dL/dweight (out, in) and dL/dbias (out,)."""
    return (
        grad_y @ weight,  # (N, out) @ (out, in)
        grad_y.T @ x,  # (out, N) @ (N, in)
        grad_y.sum(0),  # each row added the same bias
    )
