"""The largest curvature, without the Hessian."""

from collections.abc import Callable

import torch
from torch import Tensor


def largest_curvature(loss_at: Callable[[Tensor], Tensor], theta: Tensor, steps: int = 100) -> float:
    """Return about the largest eigenvalue of the Hessian of loss_at at theta (n,)."""
    theta = theta.detach().clone().requires_grad_()
    (grad,) = torch.autograd.grad(loss_at(theta), theta, create_graph=True)  # it can be differentiated again
    v = torch.randn_like(theta)
    for _ in range(steps):
        v = v / v.norm()
        (v,) = torch.autograd.grad(grad @ v, theta, retain_graph=True)  # Hessian times v
    return v.norm().item()  # v had length 1 before the last product
