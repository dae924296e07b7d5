"""Dropout."""

import torch
from torch import Tensor

from nnfund.scratch.checks import check_between, check_dtype, check_gradient
from nnfund.scratch.layers.layer import Layer


class Dropout(Layer):
    """Set each number to 0 with probability p and divide the others by 1 − p; in evaluation, change nothing.

    The division keeps the expected value, so that nothing has to be rescaled in evaluation ("inverted"
    dropout). Srivastava et al. (2014) multiply the weights in evaluation instead (section 4), and name this
    way, too (section 10).
    """

    def __init__(self, p: float = 0.5) -> None:
        check_between("p", p, 0, 1)
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """Return x with some numbers dropped and the others scaled up, or x itself in evaluation."""
        check_dtype("x", x)
        if self.training and self.p > 0:
            keep = 1 - self.p
            self.mask = torch.empty_like(x).bernoulli_(keep) / keep  # 0 or 1 / (1 − p)
            self.y = x * self.mask
        else:
            self.mask = None
            self.y = x
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Return grad_y with the same numbers dropped and the others scaled the same."""
        check_gradient(grad_y, self.y)
        return grad_y if self.mask is None else grad_y * self.mask
