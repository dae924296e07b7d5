"""Rosenblatt's perceptron: one affine map, a threshold, and a rule that learns from mistakes only."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class PerceptronRun:
    """What `Perceptron.fit` did; `print(run)` says in words whether it converged.

    Attributes:
        mistakes: Samples on the wrong side when their turn came, one count per epoch.
        converged: Whether the last epoch made no mistake: then no weight can change any more.
        path: The boundary after each update, (updates + 1, in_features + 1) with the bias in the last
            column and the starting point in the first row; None unless it was asked for.
    """

    mistakes: list[int]
    converged: bool
    path: Tensor | None = None

    def __str__(self) -> str:
        if self.converged:
            return f"Converged: epoch {len(self.mistakes)} made no mistake."
        return (
            f"Stopped after {len(self.mistakes)} epochs without converging: "
            f"the last one still made {self.mistakes[-1]} mistakes."
        )


class Perceptron(nn.Module):
    """Linear classifier for two classes, trained by Rosenblatt's rule.

    It starts at zero and draws no random number. Its parameters take no gradient: the rule sets them.
    Calling it gives scores (N,), w·x + b, positive on the side of class 1; `predict` gives classes.

    Source: Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in
    the brain", Psychological Review 65 (1958); that it converges when a line separates the classes:
    Novikoff, "On convergence proofs on perceptrons" (1962).

    Args:
        in_features: Values per sample.

    Raises:
        ValueError: When `in_features` is not positive.
    """

    def __init__(self, in_features: int) -> None:
        super().__init__()
        if in_features < 1:
            raise ValueError(f"in_features: got {in_features}; give a positive integer")
        self.weight = nn.Parameter(torch.zeros(in_features), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(()), requires_grad=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map inputs (N, in_features) to scores (N,)."""
        return inputs @ self.weight + self.bias

    def predict(self, inputs: Tensor) -> Tensor:
        """Map inputs (N, in_features) to classes 0 or 1, (N,); a score of zero counts as class 0."""
        return (self(inputs) > 0).long()

    @torch.no_grad()
    def fit(
        self,
        inputs: Tensor,
        targets: Tensor,
        lr: float = 1.0,
        max_epochs: int = 100,
        keep_path: bool = False,
    ) -> PerceptronRun:
        """Go through the samples in order, moving the boundary at each mistake, until an epoch has none.

        Where no line separates the classes this never happens: it stops after `max_epochs`, and the result
        says so. A second call continues from the weights of the first. `lr` scales the weights and, from
        the starting point zero, leaves every decision as it was.

        Args:
            inputs: Samples, (N, in_features).
            targets: Their classes, (N,), each 0 or 1.
            lr: Step length, positive.
            max_epochs: Passes over the samples, at most.
            keep_path: Record the weights and the bias after each update.

        Raises:
            ValueError: When a shape does not fit, `targets` holds anything but 0 and 1, an input is not
                finite, or `lr` or `max_epochs` is not positive.
        """
        self._check(inputs, targets, lr, max_epochs)
        samples = list(zip(inputs.to(self.weight), targets.tolist(), strict=True))
        path = [self._boundary()]
        mistakes = []
        for _ in range(max_epochs):
            mistakes.append(0)
            for x, target in samples:
                error = target - int(self(x) > 0)  # 0 where right, else +1 or -1
                if error:
                    self.weight += lr * error * x
                    self.bias += lr * error
                    mistakes[-1] += 1
                    if keep_path:
                        path.append(self._boundary())
            if mistakes[-1] == 0:
                break
        return PerceptronRun(mistakes, mistakes[-1] == 0, torch.stack(path) if keep_path else None)

    def extra_repr(self) -> str:
        """Show the input size in `print(model)`."""
        return f"in_features={len(self.weight)}"

    def _boundary(self) -> Tensor:
        return torch.cat([self.weight, self.bias[None]])  # (in_features + 1,), a copy

    def _check(self, inputs: Tensor, targets: Tensor, lr: float, max_epochs: int) -> None:
        features = len(self.weight)
        if inputs.ndim != 2 or inputs.shape[1] != features or len(inputs) == 0:
            raise ValueError(f"inputs: got shape {tuple(inputs.shape)}; give (N, {features}) with N >= 1")
        if not inputs.isfinite().all():
            raise ValueError("inputs: got nan or infinity; remove or replace those samples")
        if targets.shape != inputs.shape[:1]:
            raise ValueError(f"targets: got shape {tuple(targets.shape)}; give ({len(inputs)},)")
        if not ((targets == 0) | (targets == 1)).all():
            raise ValueError(f"targets: got the values {targets.unique().tolist()[:5]}; give only 0 and 1")
        if lr <= 0:
            raise ValueError(f"lr: got {lr}; give a positive number")
        if max_epochs < 1:
            raise ValueError(f"max_epochs: got {max_epochs}; give at least 1")
