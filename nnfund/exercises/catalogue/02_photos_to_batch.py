"""From photos to a batch for a network.

Level: basic
Page: 02_tensors

Photos come as a NumPy array of shape (N, rows, columns, 3), with whole numbers from 0 to 255
(`uint8`). The last axis holds red, green and blue. A network wants a tensor of the shape (N, 3,
rows, columns), of dtype `float32`, with numbers from 0 to 1. Make the one from the other, by a few
calls and without a loop.
"""

import numpy as np
import torch
from torch import Tensor


def to_batch(photos: np.ndarray) -> Tensor:
    """Map photos (N, rows, columns, 3), 0 to 255, to a batch (N, 3, rows, columns), 0 to 1."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    small = np.array([[[[255, 0, 0], [0, 51, 102]]]], dtype=np.uint8)  # one row of two pixels
    expected = torch.tensor([[[[1.0, 0]], [[0, 0.2]], [[0, 0.4]]]])
    yield Case(answer.to_batch, small, expected=expected)
    for shape in [(1, 2, 2, 3), (2, 3, 4, 3), (3, 4, 2, 3)]:
        photos = np.random.randint(0, 256, shape, dtype=np.uint8)  # noqa: NPY002 - the engine seeds it
        expected = torch.tensor(photos).permute(0, 3, 1, 2).float() / 255
        yield Case(answer.to_batch, photos, expected=expected)

    def change_the_batch(photos):
        """The photos, after to_batch(photos) was multiplied by 0 in place"""
        answer.to_batch(photos).zero_()
        return torch.from_numpy(photos)

    photos = np.full((1, 2, 2, 3), 200, dtype=np.uint8)
    yield Case(change_the_batch, photos, expected=torch.tensor(photos))


def reshaped(photos):
    """The shape is right, and the colours are scrambled: `view` and `reshape` keep the order in which the
    numbers are read. You want the axes in another order, and that is `permute`.
    """
    n, rows, columns, colors = photos.shape
    return torch.from_numpy(photos).reshape(n, colors, rows, columns).float() / 255


def turned(photos):
    """The colours are where they should be, but rows and columns have changed places: each photo lies on its
    side. The new order of the axes is: photos, colours, rows, columns.
    """
    return torch.from_numpy(photos).permute(0, 3, 2, 1).float() / 255


def not_scaled(photos):
    """The numbers still go up to 255. Divide by 255, so that they go up to 1."""
    return torch.from_numpy(photos).permute(0, 3, 1, 2).float()


def doubles(photos):
    """The numbers are float64. NumPy makes that of a division, and the tensor inherits it. A layer's weights
    are float32: convert with `.float()`.
    """
    return torch.from_numpy(photos / 255).permute(0, 3, 1, 2)


def whole(photos):
    """The numbers are still `uint8`, which has whole numbers only: all between 0 and 1 is lost. Convert to
    float first, then divide.
    """
    return torch.from_numpy(photos // 255).permute(0, 3, 1, 2)


def axes_stayed(photos):
    """The colours are still the last axis. Bring the axes into the order photos, colours, rows, columns, with
    `permute`.
    """
    return torch.from_numpy(photos).float() / 255


MISTAKES = [reshaped, turned, not_scaled, doubles, whole, axes_stayed]
