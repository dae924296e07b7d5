"""Batch normalisation."""

import torch
from torch import Tensor

from nnfund.scratch.checks import check_dtype, check_gradient, check_positive, check_shape
from nnfund.scratch.layers.layer import Layer, parameter


class BatchNorm1d(Layer):
    """Standardise each feature over the batch, then scale by γ and shift by β (Ioffe and Szegedy, 2015).

    In training, y = γ (x − mean) / √(var + eps) + β with the batch's own mean and variance, so the output has
    mean β and standard deviation |γ|. In evaluation, running averages take their place. γ and β are called
    `weight` and `bias`, as in `torch.nn.BatchNorm1d`.

    Args:
        num_features: Number of features C of an input (N, C).
        eps: Added to the variance, so that a constant feature does not divide by 0.
        momentum: Share of the newest batch in the running averages.
        dtype: Precision of the parameters; PyTorch's default when None.
    """

    parameter_names = ("weight", "bias")
    buffer_names = ("running_mean", "running_var", "num_batches_tracked")

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        *,
        dtype: torch.dtype | None = None,
    ) -> None:
        check_positive(num_features=num_features)
        self.eps = eps
        self.momentum = momentum
        self.weight = parameter(torch.ones(num_features, dtype=dtype))  # γ
        self.bias = parameter(torch.zeros(num_features, dtype=dtype))  # β
        self.running_mean = torch.zeros(num_features, dtype=dtype)
        self.running_var = torch.ones(num_features, dtype=dtype)
        self.num_batches_tracked = torch.tensor(0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised batch, of the shape (N, C) of x.

        Raises:
            ValueError: In training, with a batch of one: a single sample has no variance.
        """
        check_shape("x", x, ("N", len(self.weight)))
        check_dtype("x", x, like=self.weight)
        if self.training:
            if len(x) < 2:
                raise ValueError(f"x must hold at least 2 samples in training, got {len(x)}; or call eval()")
            mean = x.mean(dim=0)  # (C,)
            var = x.var(dim=0, correction=0)  # (C,): divided by N to normalise
            self._track(mean, var * len(x) / (len(x) - 1))  # divided by N − 1 to estimate, as torch does
        else:
            mean, var = self.running_mean, self.running_var
        self.batch_decides = self.training  # whether mean and var depend on x: backward needs to know
        self.scale = (var + self.eps).rsqrt()
        self.normalised = (x - mean) * self.scale  # (N, C)
        self.y = self.weight * self.normalised + self.bias
        return self.y

    def backward(self, grad_y: Tensor) -> Tensor:
        """Add dL/dγ and dL/dβ to the parameters' `.grad`; return dL/dx."""
        check_gradient(grad_y, self.y)
        self.weight.grad += (grad_y * self.normalised).sum(dim=0)
        self.bias.grad += grad_y.sum(dim=0)

        grad = grad_y * self.weight  # dL/dnormalised
        if self.batch_decides:
            # Moving x_i moves the mean and the variance too. That takes out of the gradient its own mean and
            # its component along the normalised batch: neither can change what is standardised afterwards.
            along = (grad * self.normalised).mean(dim=0)
            grad = grad - grad.mean(dim=0) - self.normalised * along
        return grad * self.scale

    def _track(self, mean: Tensor, var: Tensor) -> None:
        self.running_mean += self.momentum * (mean - self.running_mean)
        self.running_var += self.momentum * (var - self.running_var)
        self.num_batches_tracked += 1
