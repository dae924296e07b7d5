"""The callback that makes a run of `fit` survive being stopped."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any

import torch

from nnfund.training.callbacks import Callback, Run
from nnfund.training.checkpoint import load_checkpoint, save_checkpoint


class Checkpoint(Callback):
    """Save the run after each epoch, and go on from the file when `resume` is True.

    A run that was interrupted, also by SIGKILL in the middle of writing, and is started again with
    `resume=True` and otherwise the same arguments ends with the same weights, bit for bit, as one that was
    not: on the same machine with the same number of threads, on a GPU where its operations are
    deterministic. An unfinished epoch is repeated.

    Args:
        path: The checkpoint file. One is written before the first epoch too.
        resume: Go on from `path`. False starts anew and overwrites it.

    Raises:
        FileNotFoundError: `resume` is True and there is no file at `path`.
        CheckpointError: The file is damaged or does not fit.
        ValueError: It is not the last of the callbacks, whose states it saves when they have seen the epoch.
    """

    def __init__(self, path: str | PathLike[str], *, resume: bool = False):
        self.path, self.resume = Path(path), resume

    def on_start(self, run: Run) -> None:
        """Load the checkpoint into the run, or write the first."""
        if run.callbacks[-1] is not self:
            names = [type(callback).__name__ for callback in run.callbacks]
            raise ValueError(f"callbacks={names} must have Checkpoint last: it saves what the others keep")
        if self.resume:
            run.epoch, run.history = load_checkpoint(self.path, **_parts(run))
        else:
            self.after_epoch(run)

    def after_epoch(self, run: Run) -> None:
        """Write the checkpoint."""
        save_checkpoint(self.path, epoch=run.epoch, history=run.history, **_parts(run))


class _State:
    """Gives `state_dict` and `load_state_dict` to what has its state in one place."""

    def __init__(self, get: Callable[[], Any], put: Callable[[Any], Any]):
        self.get, self.put = get, put

    def state_dict(self) -> dict[str, Any]:
        return {"state": self.get()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.put(state["state"])


def _parts(run: Run) -> dict[str, Any]:
    """Everything in a run that has a state."""
    parts: dict[str, Any] = {"model": run.model, "optimizer": run.optimizer}
    parts["stop"] = _State(lambda: run.stop, lambda stop: setattr(run, "stop", stop))
    candidates = {"scheduler": run.scheduler, "train_loader": run.train_loader, "val_loader": run.val_loader}
    candidates |= {f"callback_{index}": callback for index, callback in enumerate(run.callbacks)}
    for name, part in candidates.items():
        if hasattr(part, "load_state_dict"):
            parts[name] = part
        elif isinstance(getattr(part, "generator", None), torch.Generator):  # a DataLoader's order
            parts[name] = _State(part.generator.get_state, part.generator.set_state)
    return parts
