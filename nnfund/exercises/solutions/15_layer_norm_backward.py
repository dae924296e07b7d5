"""The backward pass of layer norm."""

from torch import Tensor


def layer_norm_backward(
    x: Tensor, grad_y: Tensor, weight: Tensor, eps: float = 1e-5
) -> tuple[Tensor, Tensor, Tensor]:
    """Return the gradients for x (N, features), weight (features,) and bias (features,)."""
    mean = x.mean(dim=1, keepdim=True)  # (N, 1): one per sample
    std = (x.var(dim=1, correction=0, keepdim=True) + eps).sqrt()
    normal = (x - mean) / std  # (N, features)

    grad_normal = grad_y * weight  # before any mean: weight differs within a row
    along = (grad_normal * normal).mean(dim=1, keepdim=True)
    grad_x = (grad_normal - grad_normal.mean(dim=1, keepdim=True) - normal * along) / std
    return grad_x, (grad_y * normal).sum(dim=0), grad_y.sum(dim=0)  # weight and bias: over the samples
