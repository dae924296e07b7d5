"""Random numbers: seed all their sources, and save and restore their states."""

import random
from typing import Any

import numpy as np
import torch


def set_seed(seed: int) -> None:
    """Seed every source of random numbers that a training script uses: torch (all devices), NumPy, `random`.

    The same seed gives the same run on the same machine, version of torch and number of threads; across
    machines only nearly so, since sums are rounded in another order.

    Raises:
        ValueError: `seed` is not a whole number from 0 to 2³² − 1, which NumPy requires.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
        raise ValueError(f"seed={seed!r} must be a whole number from 0 to 4294967295")
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  (libraries that draw from NumPy's global state are meant)
    torch.manual_seed(seed)


def random_states() -> dict[str, Any]:
    """The states of the sources that `set_seed` seeds, as tensors, numbers and lists."""
    name, keys, *rest = np.random.get_state()  # noqa: NPY002
    states = {
        "python": random.getstate(),
        "numpy": (name, torch.from_numpy(keys.astype(np.int64)), *rest),
        "torch": torch.get_rng_state(),
    }
    if torch.cuda.is_available():
        states["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random_states(states: dict[str, Any]) -> None:
    """Continue every source where `random_states` found it; sources this machine lacks are left out."""
    random.setstate(states["python"])
    name, keys, *rest = states["numpy"]
    np.random.set_state((name, keys.numpy().astype(np.uint32), *rest))  # noqa: NPY002
    torch.set_rng_state(states["torch"])
    if "cuda" in states and torch.cuda.device_count() == len(states["cuda"]):
        torch.cuda.set_rng_state_all(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])
