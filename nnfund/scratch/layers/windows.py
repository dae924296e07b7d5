"""Sliding windows: what convolution and pooling have in common.

`unfold` copies every window of an image into a column; this is "im2col". A convolution is then one matrix
product, and pooling a maximum or a mean over each column. `fold` is its transpose: it adds each number of
each column back to the pixel it was copied from, which is where gradients have to go.
"""

import torch.nn.functional as F
from torch import Tensor

Pair = tuple[int, int]


def pair(name: str, value: int | Pair, least: int = 1) -> Pair:
    """Return (height, width) for a number or a pair.

    Raises:
        ValueError: It is neither, or a number is below `least`.
    """
    both = value if isinstance(value, tuple) else (value, value)
    if len(both) != 2 or not all(isinstance(number, int) and number >= least for number in both):
        raise ValueError(
            f"{name} must be a whole number of {least} or more, or a pair of them, got {value!r}"
        )
    return both


def output_size(x: Tensor, kernel_size: Pair, stride: Pair, padding: Pair) -> Pair:
    """Return how many windows fit along the height and the width of images x, of shape (N, C, H, W).

    Raises:
        ValueError: x is not of that shape, or the window is larger than the padded image.
    """
    if x.dim() != 4:
        raise ValueError(
            f"x must have shape (N, C, H, W), got {tuple(x.shape)}; x[None] makes a batch of one"
        )
    room = [
        size + 2 * around - window
        for size, around, window in zip(x.shape[2:], padding, kernel_size, strict=True)
    ]
    if min(room) < 0:
        raise ValueError(
            f"kernel_size={kernel_size} does not fit into images of {tuple(x.shape[2:])} with "
            f"padding={padding}: use a smaller kernel or more padding"
        )
    return room[0] // stride[0] + 1, room[1] // stride[1] + 1


def unfold(x: Tensor, kernel_size: Pair, stride: Pair) -> Tensor:
    """Copy every window of x, of shape (N, C, H, W), into a column: (N, C, height · width, windows)."""
    columns = F.unfold(x, kernel_size, stride=stride)  # (N, C · height · width, windows)
    return columns.unflatten(1, (x.shape[1], -1))


def fold(columns: Tensor, size: Pair, kernel_size: Pair, stride: Pair) -> Tensor:
    """Add columns (N, C, height · width, windows) back to their places in images (N, C, *size)."""
    return F.fold(columns.flatten(1, 2), size, kernel_size, stride=stride)


def pad(x: Tensor, padding: Pair, value: float = 0.0) -> Tensor:
    """Surround the images with `padding` rows and columns of one value."""
    rows, columns = padding
    return F.pad(x, (columns, columns, rows, rows), value=value)


def crop(x: Tensor, padding: Pair) -> Tensor:
    """Take off again what `pad` put around."""
    rows, columns = padding
    return x[..., rows : x.shape[-2] - rows, columns : x.shape[-1] - columns]
