"""Where a predicted mask agrees with the true one, and where it does not."""

import matplotlib
import numpy as np
import torch
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, check_positive, panels
from nnfund.plotting.images import draw_picture, to_pictures
from nnfund.plotting.style import PALETTE, WIDTH

HIT, MISS, FALSE_ALARM = PALETTE[2], PALETTE[1], PALETTE[4]
ZOOM = 4  # a pixel of the image becomes 4 × 4, room for a pattern


def plot_segmentation(images: Tensor, targets: Tensor, predictions: Tensor, *, columns: int = 3) -> Figure:
    """Draw each image, and below it the same with hits filled, misses striped and false alarms chequered.

    Args:
        images: (N, H, W), (N, 1, H, W) or (N, 3, H, W), as for `plot_images`.
        targets: (N, H, W) or (N, 1, H, W) true masks of zeros and ones.
        predictions: predicted masks of the same shape, or probabilities, of which those above 0.5 count. Of
            logits, pass `logits > 0`.
        columns: images in a row.

    Returns:
        A new figure.

    Raises:
        ValueError: if shapes do not fit each other, or a mask holds numbers beyond [0, 1].
    """
    pictures = to_pictures(images)  # (N, H, W) or (N, H, W, 3)
    shape = pictures.shape[:3]
    truth, guess = _mask(targets, "targets", shape), _mask(predictions, "predictions", shape)
    check_positive("columns", columns)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    figure, axes = panels(2 * rows * columns, columns, WIDTH, shape[1] / shape[2], extra=0.15 / rows)
    for i, picture in enumerate(pictures):
        above = 2 * columns * (i // columns) + i % columns
        draw_picture(axes[above], picture)
        below = axes[above + columns]
        draw_picture(below, picture)
        extent = (-0.5, shape[2] - 0.5, shape[1] - 0.5, -0.5)
        below.imshow(_overlay(truth[i], guess[i]), extent=extent, interpolation="nearest")
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3, frameon=False)
    return figure


def _mask(values: Tensor, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Return a boolean mask (N, H, W)."""
    values = as_tensor(values, name)
    if values.ndim == 4 and values.shape[1] == 1:
        values = values[:, 0]
    if values.shape != torch.Size(shape):
        raise ValueError(f"{name} has shape {tuple(values.shape)}; {tuple(shape)}, as the images, would do")
    values = values.float()
    if not ((values >= 0) & (values <= 1)).all():
        odd = values[~((values >= 0) & (values <= 1))][0].item()
        raise ValueError(f"{name} holds {odd:g}; numbers from 0 to 1 would do, of logits `logits > 0`")
    return (values > 0.5).numpy()


def _overlay(truth: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """Return RGBA (ZOOM · H, ZOOM · W, 4); each kind has its own colour and its own pattern."""
    truth, guess = (np.kron(mask, np.ones((ZOOM, ZOOM), dtype=bool)) for mask in (truth, guess))
    row, column = np.indices(truth.shape)
    width = max(2, truth.shape[1] // 20)  # of a light and a dark stripe: the same share of any image
    stripes = (row + column) % width < width / 2
    chequers = (row % width < width / 2) ^ (column % width < width / 2)
    layer = np.zeros((*truth.shape, 4))
    layer[truth & guess] = (*to_rgb(HIT), 0.55)
    for wrong, pattern, color in ((truth & ~guess, stripes, MISS), (guess & ~truth, chequers, FALSE_ALARM)):
        layer[wrong & pattern] = (*to_rgb(color), 1.0)
        layer[wrong & ~pattern] = (*to_rgb(color), 0.2)
    return layer


def _legend() -> list[Patch]:
    return [
        Patch(facecolor=HIT, label="hit"),
        _hatched(MISS, "//////", "miss"),
        _hatched(FALSE_ALARM, "++++++", "false alarm"),
    ]


def _hatched(color: str, hatch: str, label: str) -> Patch:
    # A theme may set a colour for all hatches, and a patch of Matplotlib < 3.11 takes none of its own.
    with matplotlib.rc_context({"hatch.color": color}):
        return Patch(facecolor="none", edgecolor=color, hatch=hatch, label=label)
