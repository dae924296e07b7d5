"""Adam, and AdamW, which differ in what weight decay means."""

from collections.abc import Iterable

import torch
from torch import Tensor

from nnfund.scratch.checks import check_between
from nnfund.scratch.optimizers.optimizer import Optimizer


class Moments:
    """Running means of the gradient and of its square, and the direction that Adam takes from them."""

    def __init__(self, theta: Tensor, betas: tuple[float, float], eps: float) -> None:
        check_between("betas[0]", betas[0], 0, 1)
        check_between("betas[1]", betas[1], 0, 1)
        self.betas = betas
        self.eps = eps
        self.t = 0
        self.mean = torch.zeros_like(theta)  # m in the paper
        self.mean_square = torch.zeros_like(theta)  # v in the paper

    def direction(self, grad: Tensor) -> Tensor:
        """Take one more gradient into account and return m̂ / (√v̂ + eps), Kingma and Ba's algorithm 1."""
        beta1, beta2 = self.betas
        self.t += 1
        self.mean.lerp_(grad, 1 - beta1)  # m ← β₁ m + (1 − β₁) gradient
        self.mean_square.lerp_(grad**2, 1 - beta2)
        # Both started from 0, so early on they are too small, by a factor that is known:
        mean = self.mean / (1 - beta1**self.t)
        mean_square = self.mean_square / (1 - beta2**self.t)
        return mean / (mean_square.sqrt() + self.eps)


class Adam(Optimizer):
    """Momentum, divided by the root of a running mean of the squared gradient (Kingma and Ba, 2015).

    Args:
        params: The parameters to move.
        lr: Learning rate: about the most that each parameter moves in a step.
        betas: Share of the past in the two running means.
        eps: Added to the root, so that a parameter with no gradient does not divide by 0.
        weight_decay: λ; λ θ is added to the gradient, and so divided by that root as well.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr)
        check_between("weight_decay", weight_decay, 0, float("inf"))
        self.weight_decay = weight_decay
        self.moments = Moments(self.theta, betas, eps)

    def step(self) -> None:
        """Move the parameters once."""
        self._check_views()
        grad = self.grad + self.weight_decay * self.theta
        self.theta.add_(self.moments.direction(grad), alpha=-self.lr)


class AdamW(Optimizer):
    """Adam with weight decay that shrinks all parameters alike (Loshchilov and Hutter, 2019, algorithm 2).

    Args:
        params: The parameters to move.
        lr: Learning rate: about the most that each parameter moves in a step.
        betas: Share of the past in the two running means.
        eps: Added to the root, so that a parameter with no gradient does not divide by 0.
        weight_decay: λ; each step first multiplies θ by 1 − lr · λ.
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr)
        check_between("weight_decay", weight_decay, 0, float("inf"))
        self.weight_decay = weight_decay
        self.moments = Moments(self.theta, betas, eps)

    def step(self) -> None:
        """Move the parameters once."""
        self._check_views()
        self.theta.mul_(1 - self.lr * self.weight_decay)
        self.theta.add_(self.moments.direction(self.grad), alpha=-self.lr)
