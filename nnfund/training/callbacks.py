"""How options join the training loop: objects that are called at four moments of a run.

`fit` itself is the five stanzas that the pages show. Whatever else a run may want (clipped gradients,
early stopping, checkpoints) is a callback: an object with methods for the moments it cares about, which
receives the whole `Run`. The alternative, composition (wrapping the loader, the loss or the optimizer),
is as plain for clipping, but a checkpoint needs model, optimizer, loader and epoch *at one moment*, and
early stopping needs to end the loop; wrapped objects see neither. A callback costs the loop one line per
moment and is written in a few lines by a reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from nnfund.training.history import History


@dataclass
class Run:
    """What `fit` works on, as its callbacks see it.

    Attributes:
        epoch: Number of finished epochs. A callback may set it in `on_start`, to resume.
        epochs: Number of epochs after which the run is done.
        stop: Set to True by a callback to end the run after this epoch.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LRScheduler | None
    train_loader: Iterable[Any]
    val_loader: Iterable[Any] | None
    callbacks: Sequence[Callback]
    epochs: int
    epoch: int = 0
    stop: bool = False
    history: History = field(default_factory=History)


class Callback:
    """Base of all callbacks: four moments, at each of which nothing happens.

    A callback that keeps something from epoch to epoch also has `state_dict()` and `load_state_dict()`,
    and is then saved with a checkpoint.
    """

    def on_start(self, run: Run) -> None:
        """Before the first epoch."""

    def before_step(self, run: Run) -> None:
        """In every batch, when the gradients are there and the optimizer has not used them yet."""

    def after_epoch(self, run: Run) -> None:
        """After validation; `run.history` and `run.epoch` include this epoch."""

    def on_end(self, run: Run) -> None:
        """After the last epoch, not after an error."""


class ClipGradients(Callback):
    """Scale the gradients down when their joint Euclidean norm exceeds `max_norm`.

    The direction of the step stays, its length is limited (Pascanu, Mikolov and Bengio, 2013, "On the
    difficulty of training recurrent neural networks", section 3.2).

    Raises:
        ValueError: `max_norm` is not positive.
    """

    def __init__(self, max_norm: float):
        if not max_norm > 0:
            raise ValueError(f"max_norm={max_norm!r} must be a positive number, for example 1.0")
        self.max_norm = max_norm

    def before_step(self, run: Run) -> None:
        """Scale all gradients of the model by one common factor."""
        torch.nn.utils.clip_grad_norm_(run.model.parameters(), self.max_norm)
