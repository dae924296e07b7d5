"""How good is a model on a data set: `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn

LossFn = Callable[[Tensor, Tensor], Tensor]
Metric = Callable[[Tensor, Tensor], float]


@torch.no_grad()
def evaluate(
    model: nn.Module,
    loader: Iterable[Any],
    *,
    loss_fn: LossFn,
    metrics: dict[str, Metric] | None = None,
    device: torch.device | str | None = None,
) -> dict[str, float]:
    """Mean loss per sample and metrics of `model` over all of `loader`, in evaluation mode.

    A metric is computed once from all outputs and targets (on the CPU), not averaged over batches: the mean
    of batch accuracies is wrong when the last batch is smaller, the mean of batch F1 scores always. Every
    module of the model is afterwards in the mode it was in before.

    Returns:
        `{"loss": …}` and one entry per metric.

    Raises:
        ValueError: `loader` is empty, or an argument does not fit.
    """
    check_scoring(loss_fn, metrics)
    if device is not None:
        model.to(device)
    modes = [(module, module.training) for module in model.modules()]
    total, samples, all_outputs, all_targets = 0.0, 0, [], []
    model.eval()
    try:
        for inputs, targets in on_device(loader, device):
            outputs = model(inputs)
            total += loss_fn(outputs, targets).item() * len(targets)
            samples += len(targets)
            if metrics:
                all_outputs.append(outputs.cpu())
                all_targets.append(targets.cpu())
    finally:
        for module, training in modes:
            module.training = training
    if samples == 0:
        raise ValueError(
            f"loader={type(loader).__name__} gave no sample; pass one that is not empty or used up"
        )
    results = {"loss": total / samples}
    if metrics:
        outputs, targets = torch.cat(all_outputs), torch.cat(all_targets)
        results |= {name: float(metric(outputs, targets)) for name, metric in metrics.items()}
    return results


def on_device(loader: Iterable[Any], device: torch.device | str | None) -> Iterable[Any]:
    """The loader's batches, moved to `device` when there is one."""
    if device is None:
        return loader
    return ((inputs.to(device), targets.to(device)) for inputs, targets in loader)


def check_scoring(loss_fn: LossFn, metrics: dict[str, Metric] | None) -> None:
    """Refuse a loss that is no mean, and a metric that would hide the loss."""
    reduction = getattr(loss_fn, "reduction", "mean")
    if reduction != "mean":
        raise ValueError(
            f"loss_fn has reduction={reduction!r}; samples are weighted here, which needs reduction='mean'"
        )
    if metrics and "loss" in metrics:
        raise ValueError(
            "metrics has a function named 'loss', which is the name of loss_fn's value; choose another"
        )
