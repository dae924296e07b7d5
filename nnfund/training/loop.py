"""The training loop: `fit`.

One epoch is five stanzas: forward, loss, backward with the optimizer's step, and a total in which every
sample counts once. Everything optional joins through callbacks (`nnfund.training.callbacks` says why), so
the loop here is the one that the pages write out.
"""

from __future__ import annotations

import math
import operator
import sys
import time
from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import nn
from tqdm import tqdm

from nnfund.training.callbacks import Callback, Run
from nnfund.training.evaluation import LossFn, Metric, check_scoring, evaluate, on_device
from nnfund.training.history import History


def fit(
    model: nn.Module,
    train_loader: Iterable[Any],
    *,
    loss_fn: LossFn,
    optimizer: torch.optim.Optimizer,
    epochs: int,
    val_loader: Iterable[Any] | None = None,
    metrics: dict[str, Metric] | None = None,
    scheduler: torch.optim.lr_scheduler.LRScheduler | None = None,
    callbacks: Sequence[Callback] = (),
    device: torch.device | str | None = None,
    progress: bool | None = None,
) -> History:
    """Train `model` for `epochs` passes over `train_loader`; return what was recorded.

    Args:
        model: The module to train. It is in training mode afterwards.
        train_loader: Yields `(inputs, targets)`, again in each epoch (`DataLoader`, `nnfund.data.Batches`).
        loss_fn: Maps `(outputs, targets)` to the *mean* loss of the batch, a scalar.
        optimizer: Holds the parameters of `model`.
        epochs: Number of passes in all; a resumed run counts the passes before.
        val_loader: Evaluated after each epoch, when given.
        metrics: Functions `(outputs, targets) -> float` by name, computed over all of `val_loader`; the
            history records `{"accuracy": accuracy}` as `val_accuracy`.
        scheduler: Any scheduler of `torch.optim.lr_scheduler` that steps without an argument. It is stepped
            after each **batch**, so its lengths count batches: `epochs * len(train_loader)` in all.
        callbacks: Objects called at four moments of the run: see `nnfund.training.Callback`.
        device: Where to move the model and each batch. None leaves both where they are.
        progress: Show a bar: True, False, or None for "only on a terminal".

    Raises:
        ValueError: An argument does not fit; the message names it.
        FloatingPointError: The loss became infinite or NaN; the message names epoch and batch.
    """
    check_scoring(loss_fn, metrics)
    _check(epochs, val_loader, metrics, scheduler)
    if device is not None:
        model.to(device)
    show = sys.stderr.isatty() if progress is None else progress
    run = Run(model, optimizer, scheduler, train_loader, val_loader, callbacks, epochs)
    for callback in callbacks:
        callback.on_start(run)

    model.train()
    while run.epoch < epochs and not run.stop:
        started, lr = time.perf_counter(), float(optimizer.param_groups[0]["lr"])
        batches = tqdm(
            on_device(train_loader, device),
            desc=f"epoch {run.epoch + 1}/{epochs}",
            total=operator.length_hint(train_loader) or None,
            leave=False,
            disable=not show,
        )
        train_loss = _train_epoch(run, batches, loss_fn)
        val: dict[str, float] = {}
        if val_loader is not None:
            val = evaluate(model, val_loader, loss_fn=loss_fn, metrics=metrics, device=device)
        run.history.append(train_loss=train_loss, lr=lr, seconds=time.perf_counter() - started, val=val)
        run.epoch += 1
        if show:
            tqdm.write(run.history.line(run.epoch), file=sys.stderr)
        for callback in callbacks:
            callback.after_epoch(run)

    for callback in callbacks:
        callback.on_end(run)
    return run.history


def _train_epoch(run: Run, batches: Iterable[Any], loss_fn: LossFn) -> float:
    """One pass over the training data; returns the mean loss per sample."""
    model, optimizer, scheduler = run.model, run.optimizer, run.scheduler
    total, samples = 0.0, 0
    for batch, (inputs, targets) in enumerate(batches, start=1):
        outputs = model(inputs)
        loss = loss_fn(outputs, targets)

        optimizer.zero_grad()
        loss.backward()
        for callback in run.callbacks:
            callback.before_step(run)
        optimizer.step()

        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(_non_finite(value, run, batch))
        total += value * len(targets)  # the last batch may be smaller
        samples += len(targets)
        if scheduler is not None:
            scheduler.step()
    if samples == 0:
        raise ValueError(
            f"train_loader={type(run.train_loader).__name__} gave no sample in epoch {run.epoch + 1}; pass "
            "one that is not empty and starts anew in each epoch: a DataLoader or nnfund.data.Batches"
        )
    return total / samples


def _check(epochs: int, val_loader: Any, metrics: Any, scheduler: Any) -> None:
    if not isinstance(epochs, int) or epochs < 0:
        raise ValueError(f"epochs={epochs!r} must be a whole number, 0 or more")
    if metrics and val_loader is None:
        raise ValueError(f"metrics={list(metrics)} are computed on validation data; pass val_loader too")
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        raise ValueError(
            "scheduler=ReduceLROnPlateau needs a measured value, and fit steps schedulers without one, after "
            "each batch; step it in a callback's after_epoch: scheduler.step(run.history.val_loss[-1])"
        )


def _non_finite(value: float, run: Run, batch: int) -> str:
    lr = float(run.optimizer.param_groups[0]["lr"])
    return (
        f"the loss is {value} in epoch {run.epoch + 1}, batch {batch} (lr {lr:.3g}), and the weights are "
        "of no use any more: make the model anew or load a checkpoint. Try, in this order: a learning rate "
        "ten times smaller; a warm-up (scheduler=triangular(…)); callbacks=[ClipGradients(1.0)]; inputs "
        "checked with inputs.isfinite().all() and normalised; a loss that takes logits "
        "(nn.CrossEntropyLoss, nn.BCEWithLogitsLoss), not probabilities"
    )
