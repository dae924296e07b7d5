"""RMSprop."""

from collections.abc import Iterable

import torch
from torch import Tensor

from nnfund.scratch.checks import check_between
from nnfund.scratch.optimizers.optimizer import Optimizer


class RMSprop(Optimizer):
    """Divide each gradient by the root of a running mean of its square (Hinton, Coursera lecture 6e, 2012).

    Each parameter then moves by about `lr`, however large its gradients are, once the mean has filled. It
    starts at 0, so the first step is longer: lr / √(1 − alpha), ten times `lr` by default.

    Args:
        params: The parameters to move.
        lr: Learning rate.
        alpha: Share of the past in the running mean.
        eps: Added to the root, so that a parameter with no gradient does not divide by 0.
        weight_decay: λ; λ θ is added to the gradient.
        momentum: μ in the velocity v ← μ v + scaled gradient.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_between("alpha", alpha, 0, 1)
        check_between("weight_decay", weight_decay, 0, float("inf"))
        check_between("momentum", momentum, 0, 1)
        self.alpha = alpha
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.mean_square = torch.zeros_like(self.theta)
        self.velocity = torch.zeros_like(self.theta)

    def step(self) -> None:
        """Move the parameters once."""
        self._check_views()
        grad = self.grad + self.weight_decay * self.theta
        self.mean_square.lerp_(grad**2, 1 - self.alpha)  # s ← α s + (1 − α) gradient²
        scaled = grad / (self.mean_square.sqrt() + self.eps)
        self.velocity.mul_(self.momentum).add_(scaled)
        self.theta.add_(self.velocity, alpha=-self.lr)
