"""Keep the weights of the best epoch; stop when no better one comes."""

from __future__ import annotations

import copy
import math
from os import PathLike
from typing import Any

from nnfund.training.atomic import to_bytes, write_atomically
from nnfund.training.callbacks import Callback, Run


class EarlyStopping(Callback):
    """End the run after `patience` epochs in a row without improvement; go back to the best weights.

    After the run, stopped early or not, the model holds the weights of its best epoch (Goodfellow, Bengio
    and Courville, 2016, "Deep learning", algorithm 7.1).

    Args:
        patience: Number of epochs without improvement after which to stop. None never stops: only the best
            weights are kept.
        monitor: Which list of the history decides, for example `val_loss` or `val_accuracy`.
        mode: `"min"` when lower is better, `"max"` when higher is.
        min_delta: What counts as an improvement must be better than the best by more than this.
        path: Where to write the best weights whenever they improve, if anywhere: a plain state dict for
            `model.load_state_dict(torch.load(path, weights_only=True))`.

    Attributes:
        best: The best value so far.
        best_epoch: The epoch it belongs to, counted from 1; 0 before the first.

    Raises:
        ValueError: An argument does not fit, or the history has nothing called `monitor`.
    """

    def __init__(
        self,
        patience: int | None = 3,
        *,
        monitor: str = "val_loss",
        mode: str = "min",
        min_delta: float = 0.0,
        path: str | PathLike[str] | None = None,
    ):
        if patience is not None and patience < 1:
            raise ValueError(f"patience={patience!r} must be 1 or more, or None to never stop")
        if mode not in ("min", "max"):
            raise ValueError(f"mode={mode!r} must be 'min' (lower is better) or 'max' (higher is better)")
        if not min_delta >= 0:
            raise ValueError(f"min_delta={min_delta!r} must be 0 or more")
        self.patience, self.monitor, self.mode = patience, monitor, mode
        self.min_delta, self.path = min_delta, path

    def on_start(self, run: Run) -> None:
        """Forget what an earlier run left."""
        self.best = math.inf if self.mode == "min" else -math.inf
        self.best_epoch = 0
        self.weights: dict[str, Any] | None = None

    def after_epoch(self, run: Run) -> None:
        """Compare the epoch with the best one; keep its weights, or count it against the patience."""
        value = run.history[self.monitor][-1]
        gain = self.best - value if self.mode == "min" else value - self.best
        if gain > self.min_delta:
            self.best, self.best_epoch = value, run.epoch
            self.weights = copy.deepcopy(run.model.state_dict())
            if self.path is not None:
                write_atomically(self.path, to_bytes(self.weights))
        elif self.patience is not None and run.epoch - self.best_epoch >= self.patience:
            run.stop = True

    def on_end(self, run: Run) -> None:
        """Put the best weights back into the model."""
        if self.weights is not None:
            run.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run needs."""
        return {"best": self.best, "best_epoch": self.best_epoch, "weights": self.weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        self.best, self.best_epoch, self.weights = state["best"], state["best_epoch"], state["weights"]
