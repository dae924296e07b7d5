"""Write a file so that a reader sees the old one or the new one, and never half of either."""

import io
import os
from os import PathLike
from pathlib import Path
from typing import Any

import torch


def to_bytes(values: Any) -> bytes:
    """What `torch.save` would write to a file."""
    buffer = io.BytesIO()
    torch.save(values, buffer)
    return buffer.getvalue()


def write_atomically(path: str | PathLike[str], content: bytes) -> None:
    """Replace the file at `path` by `content` in one step, also when power or process die meanwhile.

    The content goes to a second file in the same folder, is forced to the disk, and only then takes the
    name. A killed process may leave that second file, `<name>.part`, behind; the next write replaces it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)
    if os.name == "posix":  # the new name must reach the disk too; Windows cannot open a folder
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
