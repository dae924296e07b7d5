"""Move a whole batch."""

from typing import Any

from torch import Tensor


def to_device(batch: Any, device: str) -> Any:
    """Return the batch with each tensor in it on the device."""
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: to_device(value, device) for key, value in batch.items()}
    if isinstance(batch, (list, tuple)):
        return type(batch)(to_device(one, device) for one in batch)
    return batch  # a string is a sequence, too, but not one to go through
