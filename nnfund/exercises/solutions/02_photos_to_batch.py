"""From photos to a batch for a network."""

import numpy as np
import torch
from torch import Tensor


def to_batch(photos: np.ndarray) -> Tensor:
    """Map photos (N, rows, columns, 3), 0 to 255, to a batch (N, 3, rows, columns), 0 to 1."""
    pixels = torch.from_numpy(photos)  # shares the array's memory, still uint8
    return pixels.permute(0, 3, 1, 2).float() / 255  # float() makes a copy
