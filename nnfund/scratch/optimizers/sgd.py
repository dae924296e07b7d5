"""Stochastic gradient descent."""

from collections.abc import Iterable

import torch
from torch import Tensor

from nnfund.scratch.checks import check_between
from nnfund.scratch.optimizers.optimizer import Optimizer


class SGD(Optimizer):
    """θ ← θ − lr · gradient, with momentum if asked for (Sutskever et al., 2013, section 2).

    Args:
        params: The parameters to move.
        lr: Learning rate.
        momentum: μ in the velocity v ← μ v + gradient, which then takes the gradient's place.
        weight_decay: λ; λ θ is added to the gradient, as if λ/2 · ‖θ‖² were added to the loss.
        nesterov: Whether gradient + μ v takes the gradient's place, in place of v.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params, lr)
        check_between("momentum", momentum, 0, 1)
        check_between("weight_decay", weight_decay, 0, float("inf"))
        if nesterov and momentum == 0:
            raise ValueError("nesterov=True needs a momentum, got momentum=0: try momentum=0.9")
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.nesterov = nesterov
        self.velocity = torch.zeros_like(self.theta)

    def step(self) -> None:
        """Move the parameters once."""
        self._check_views()
        direction = self.grad
        if self.weight_decay > 0:
            direction = direction + self.weight_decay * self.theta
        if self.momentum > 0:
            torch.add(direction, self.velocity, alpha=self.momentum, out=self.velocity)  # v ← μ v + gradient
            direction = direction + self.momentum * self.velocity if self.nesterov else self.velocity
        self.theta.add_(direction, alpha=-self.lr)
