"""What every optimizer has in common: all parameters as one vector.

An update rule treats every number alike, so an optimizer puts all parameters into one long vector `theta`,
and all gradients into one long vector `grad`. The layers' tensors become views of them: they keep their
shapes and names, and share their memory with the vectors. Each rule then reads as it stands in its paper, and
one operation updates the whole network, which is faster than one operation for each tensor.
"""

from collections.abc import Iterable

import torch
from torch import Tensor

from nnfund.scratch.checks import check_between


class Optimizer:
    """Holds the parameters as one vector; a subclass's `step` says how it moves.

    It takes `nn.Module.parameters()` too. An optimizer takes the parameters over: when a new one is made for
    them, the old one refuses to step.

    Attributes:
        lr: Learning rate; a schedule may set it before each step.
        theta: All parameters, one after the other.
        grad: All gradients, in the same order.
    """

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        check_between("lr", lr, 0, float("inf"))
        self.lr = lr
        self.params = list(params)
        if not self.params:
            raise ValueError("params must hold at least one tensor, got none: pass model.parameters()")
        if len({id(p) for p in self.params}) < len(self.params):
            raise ValueError("params must hold each tensor once, got one twice: it would move twice")
        if len({p.dtype for p in self.params}) > 1:
            raise ValueError(
                f"params must be of one dtype, got {sorted({str(p.dtype) for p in self.params})}"
            )

        sizes = [p.numel() for p in self.params]
        self.theta = torch.cat([p.detach().flatten() for p in self.params])
        self.grad = torch.zeros_like(self.theta)
        for p, theta, grad in zip(self.params, self.theta.split(sizes), self.grad.split(sizes), strict=True):
            p.data = theta.view_as(p)
            p.grad = grad.view_as(p)
        self.views = [(p.data_ptr(), p.grad) for p in self.params]

    def zero_grad(self) -> None:
        """Set all gradients to 0, in place, because `backward` adds to what is there."""
        self.grad.zero_()

    def step(self) -> None:
        """Move the parameters once."""
        raise NotImplementedError(f"{type(self).__name__} needs a step()")

    def _check_views(self) -> None:
        for p, (pointer, grad) in zip(self.params, self.views, strict=True):
            if p.data_ptr() != pointer:
                raise RuntimeError(
                    f"the parameter of shape {tuple(p.shape)} has other memory than when this optimizer was "
                    "made, perhaps because of a newer optimizer: make a new one"
                )
            if p.grad is not grad:
                raise RuntimeError(
                    f"the parameter of shape {tuple(p.shape)} has another .grad than when this optimizer was "
                    "made: clear gradients with optimizer.zero_grad()"
                )
