"""Save a run so that it can go on later as if nothing had happened.

A checkpoint file is one line of text and then what `torch.save` writes:

    nnfund checkpoint 1 <SHA-256 of all that follows, hexadecimal>

The number is the version of the format. Writing is atomic, so a process killed at any moment leaves the last
whole checkpoint; the checksum finds any damaged bit; and reading goes through `weights_only=True`, which
builds tensors, numbers and containers and refuses everything else that a pickle could run.
"""

from __future__ import annotations

import hashlib
import io
from os import PathLike
from pathlib import Path
from typing import Any

import torch

from nnfund.training.atomic import to_bytes, write_atomically
from nnfund.training.history import History
from nnfund.training.seeds import random_states, restore_random_states

VERSION = 1
MAGIC = b"nnfund checkpoint "


class CheckpointError(ValueError):
    """A checkpoint is damaged, unsafe or made for something else."""


def save_checkpoint(path: str | PathLike[str], *, epoch: int, history: History, **parts: Any) -> None:
    """Write a run's state to `path`, atomically.

    Args:
        path: The file; missing folders are made.
        epoch: Number of finished epochs.
        history: What was recorded so far.
        **parts: Everything else whose state the run depends on, by name, each with `state_dict()` and
            `load_state_dict()`: `model=…, optimizer=…, scheduler=…, train_loader=…`.

    The states of the random number generators (torch on all devices, NumPy, `random`) are saved with it.
    """
    states = {name: [type(part).__name__, part.state_dict()] for name, part in parts.items()}
    values = {"epoch": epoch, "history": history.to_dict(), "random": random_states(), "parts": states}
    payload = to_bytes(values)
    write_atomically(path, _header(payload) + payload)


def load_checkpoint(path: str | PathLike[str], **parts: Any) -> tuple[int, History]:
    """Put the state saved at `path` into `parts` and the random number generators.

    Args:
        path: A file that `save_checkpoint` wrote.
        **parts: The same names as when it was saved, with objects built in the same way.

    Returns:
        The number of finished epochs and the history.

    Raises:
        FileNotFoundError: There is no such file.
        CheckpointError: The file is no checkpoint, is damaged or unsafe, or holds other parts.
    """
    path = Path(path)
    values = _read(path)
    saved = values["parts"]
    if saved.keys() != parts.keys():
        raise CheckpointError(f"{path} holds the parts {sorted(saved)}, but {sorted(parts)} were asked for")
    for name, part in parts.items():
        kind, state = saved[name]
        if kind != type(part).__name__:
            raise CheckpointError(f"{path} holds a {kind} as {name}, not a {type(part).__name__}")
        try:
            part.load_state_dict(state)
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            raise CheckpointError(f"{path}: its {name} does not fit the {kind} given: {error}") from error
    restore_random_states(values["random"])
    return values["epoch"], History.from_dict(values["history"])


def _header(payload: bytes) -> bytes:
    return MAGIC + f"{VERSION} {hashlib.sha256(payload).hexdigest()}\n".encode()


def _read(path: Path) -> dict[str, Any]:
    """The values in the file, after every check that can be made without knowing the parts."""
    header, newline, payload = path.read_bytes().partition(b"\n")
    if not header.startswith(MAGIC):
        raise CheckpointError(f"{path} is no checkpoint of nnfund, or its first bytes are damaged")
    version = header.removeprefix(MAGIC).split(b" ")[0]
    if version != str(VERSION).encode():
        raise CheckpointError(
            f"{path} has format version {version.decode(errors='replace')!r}, this nnfund reads {VERSION}; "
            "use the nnfund that wrote it"
        )
    if header + newline != _header(payload):
        raise CheckpointError(f"{path} is damaged: its checksum differs. Use an older copy, or start anew")
    try:
        values = torch.load(io.BytesIO(payload), map_location="cpu", weights_only=True)
    except Exception as error:  # the checksum holds, so somebody made it so: it may raise anything
        raise CheckpointError(
            f"{path} was refused: it holds more than tensors, numbers and containers, which a file made by "
            f"nnfund does not; loading it otherwise could run code ({type(error).__name__})"
        ) from error
    if not isinstance(values, dict) or values.keys() != {"epoch", "history", "random", "parts"}:
        raise CheckpointError(f"{path} is no checkpoint of nnfund: it lacks what save_checkpoint writes")
    return values
