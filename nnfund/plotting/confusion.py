"""Which classes a classifier takes for which."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, canvas, faint, foreground, names_of
from nnfund.plotting.style import PALETTE, SMALL_TEXT, WIDTH

OPACITY = 0.55  # at most: the theme's text colour then stays readable on every cell, light or dark


def plot_confusion_matrix(
    matrix: Tensor,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw a table of counts: the row is the true class, the column the predicted one.

    Correct predictions lie on the diagonal and are blue, as strong as their share of the row. Mistakes are
    orange, as strong as their share of the worst mistake: a scale of their own keeps a few of them visible
    beside thousands of hits. Cells that hold nothing stay empty.

    Args:
        matrix: (classes, classes) counts, as `nnfund.training.confusion_matrix` returns them.
        class_names: one name per class.
        ax: where to draw; a new figure if None.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if the matrix is not square, or holds a negative or non-finite number.
    """
    counts = as_tensor(matrix, "matrix").double().numpy()
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.size == 0:
        raise ValueError(f"matrix has shape {counts.shape}; (classes, classes) would do")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise ValueError(
            f"matrix holds {counts[~(counts >= 0) | np.isinf(counts)][0]}; counts from 0 on would do"
        )
    size = len(counts)
    names = names_of(class_names, size)

    figure, ax = canvas(ax, WIDTH, min(WIDTH, 1.6 + 0.42 * size))
    ax.imshow(_cell_colors(counts), aspect="auto", interpolation="nearest")
    for row, column in np.argwhere(counts > 0):
        weight = "bold" if row == column else "normal"
        text = f"{counts[row, column]:.10g}"
        ax.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=SMALL_TEXT,
            weight=weight,
            color=foreground(),
        )
    long = max(map(len, names)) > 5 and size > 4
    slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if long else {}
    ax.set_xticks(range(size), names, **slanted)
    ax.set_yticks(range(size), names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    lines = np.arange(size + 1) - 0.5
    ax.hlines(lines, -0.5, size - 0.5, color=faint(), linewidth=0.6, clip_on=False)
    ax.vlines(lines, -0.5, size - 0.5, color=faint(), linewidth=0.6, clip_on=False)
    ax.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5))
    return figure


def _cell_colors(counts: np.ndarray) -> np.ndarray:
    """Return RGBA (classes, classes, 4): hits in blue, mistakes in orange, the page showing through."""
    diagonal = np.eye(len(counts), dtype=bool)
    hits = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    mistakes = counts / max(counts[~diagonal].max(initial=0), 1)
    colors = np.where(diagonal[..., None], to_rgb(PALETTE[0]), to_rgb(PALETTE[1]))  # (classes, classes, 3)
    opacity = OPACITY * np.where(diagonal, hits, mistakes)
    return np.concatenate([colors, opacity[..., None]], axis=2)
