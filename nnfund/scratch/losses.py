"""Losses: how wrong a batch of outputs is, as one number, and how that number depends on each output.

A loss is called with outputs and targets; its `backward()` starts the backward pass:

    loss = loss_fn(model(inputs), targets)
    model.backward(loss_fn.backward())

All of them take a mean, as PyTorch's do by default: over all numbers or, where targets are class numbers,
over the samples. `reduction="sum"` adds up instead.
"""

import torch
from torch import Tensor

from nnfund.scratch.checks import check_dtype, check_shape


class Loss:
    """What the losses have in common: `forward(outputs, targets)`, `backward()`, and the reduction.

    Attributes:
        count: The number of terms that the latest forward pass averaged; 1 when it summed.
    """

    count: int | None = None

    def __init__(self, reduction: str = "mean") -> None:
        if reduction not in ("mean", "sum"):
            raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
        self.reduction = reduction

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss, a tensor with no dimensions."""
        raise NotImplementedError(f"{type(self).__name__} needs a forward(outputs, targets)")

    def backward(self) -> Tensor:
        """Return dL/doutputs of the latest forward pass, in the shape of the outputs."""
        raise NotImplementedError(f"{type(self).__name__} needs a backward()")

    def __call__(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return `forward(outputs, targets)`."""
        return self.forward(outputs, targets)

    def _reduce(self, terms: Tensor) -> Tensor:
        self.count = terms.numel() if self.reduction == "mean" else 1
        return terms.sum() / self.count

    def _check_forward(self) -> None:
        if self.count is None:
            raise RuntimeError("backward was called before forward: call loss_fn(outputs, targets) first")


class MSELoss(Loss):
    """Mean squared error: the mean of (output − target)² over all numbers."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for outputs and targets of one shape."""
        _check_alike(outputs, targets)
        self.difference = outputs - targets
        return self._reduce(self.difference**2)

    def backward(self) -> Tensor:
        """Return 2 (output − target) / count."""
        self._check_forward()
        return 2 * self.difference / self.count


class L1Loss(Loss):
    """Mean absolute error: the mean of |output − target| over all numbers."""

    def forward(self, outputs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for outputs and targets of one shape."""
        _check_alike(outputs, targets)
        self.difference = outputs - targets
        return self._reduce(self.difference.abs())

    def backward(self) -> Tensor:
        """Return the sign of (output − target), divided by the count."""
        self._check_forward()
        return self.difference.sign() / self.count


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of logits z and targets t in [0, 1]: −t log σ(z) − (1 − t) log(1 − σ(z))."""

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for logits and targets of one shape, also where σ(z) rounds to 0 or 1."""
        _check_alike(logits, targets)
        self.logits, self.targets = logits, targets
        # The same function with no logarithm of a number near 0: max(z, 0) − z t + log(1 + exp(−|z|)).
        return self._reduce(logits.clamp(min=0) - logits * targets + (-logits.abs()).exp().log1p())

    def backward(self) -> Tensor:
        """Return (σ(z) − t) / count: how far each probability is from its target."""
        self._check_forward()
        return (self.logits.sigmoid() - self.targets) / self.count


class NLLLoss(Loss):
    """Negative log-likelihood: minus the log-probability that was given to the right class."""

    def forward(self, log_probs: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for log-probabilities (N, C) and class numbers (N,)."""
        _check_classes("log_probs", log_probs, targets)
        self.log_probs, self.targets = log_probs, targets
        return self._reduce(-_pick(log_probs, targets))

    def backward(self) -> Tensor:
        """Return −1 / count at the right classes and 0 elsewhere."""
        self._check_forward()
        return -_onehot(self.targets, like=self.log_probs) / self.count


class CrossEntropyLoss(Loss):
    """Cross-entropy of logits and class numbers: −log softmax(logits), at the right class.

    It takes logits, not probabilities: the softmax is inside, where its logarithm can be computed without
    rounding a small probability to 0.
    """

    def forward(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss for logits (N, C) and class numbers (N,)."""
        _check_classes("logits", logits, targets)
        shifted = logits - logits.amax(dim=1, keepdim=True)  # the same softmax, and no exponential above 1
        self.log_probs = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
        self.targets = targets
        return self._reduce(-_pick(self.log_probs, targets))

    def backward(self) -> Tensor:
        """Return (softmax(logits) − onehot(targets)) / count."""
        self._check_forward()
        return (self.log_probs.exp() - _onehot(self.targets, like=self.log_probs)) / self.count


def _pick(scores: Tensor, targets: Tensor) -> Tensor:
    return scores.gather(1, targets[:, None])  # (N, C) -> (N, 1): the score of each row's class


def _onehot(targets: Tensor, like: Tensor) -> Tensor:
    return torch.zeros_like(like).scatter_(1, targets[:, None], 1)  # (N, C): 1 at each row's class


def _check_alike(outputs: Tensor, targets: Tensor) -> None:
    _check_not_empty("outputs", outputs)
    check_dtype("outputs", outputs)
    check_shape("targets", targets, tuple(outputs.shape), hint="like the outputs")
    check_dtype("targets", targets)


def _check_not_empty(name: str, outputs: Tensor) -> None:
    if outputs.numel() == 0:
        raise ValueError(f"{name} must hold at least one number, got shape {tuple(outputs.shape)}")


def _check_classes(name: str, scores: Tensor, targets: Tensor) -> None:
    _check_not_empty(name, scores)
    check_dtype(name, scores)
    check_shape(name, scores, ("N", "C"))
    check_shape("targets", targets, (len(scores),), hint="one class number for each row")
    if targets.dtype != torch.int64:
        raise ValueError(f"targets must be class numbers of dtype torch.int64, got {targets.dtype}")
    low, high = targets.aminmax()
    if low < 0 or high >= scores.shape[1]:
        raise ValueError(f"targets must be in 0 … {scores.shape[1] - 1}, got {int(low)} … {int(high)}")
