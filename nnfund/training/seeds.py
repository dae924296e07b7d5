"""Random numbers: seed them once, and save and restore their states."""

import random

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
