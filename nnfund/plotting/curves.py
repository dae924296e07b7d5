"""Quantities against training steps: one run, or several seeds with their spread."""

from collections.abc import Mapping
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, canvas
from nnfund.plotting.style import LINESTYLES, MARKERS, PALETTE


def plot_curves(
    curves: Mapping[str, Tensor],
    *,
    x: Tensor | None = None,
    xlabel: str = "step",
    ylabel: str = "loss",
    log: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """Draw one line per entry; several seeds become their mean, with a band from the lowest to the highest.

    Args:
        curves: label → values, (steps,) for one run or (seeds, steps) for several.
        x: (steps,) positions on the horizontal axis; 0, 1, 2, ... if None.
        log: whether the vertical axis is logarithmic.
        ax: where to draw; a new figure if None.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if `curves` is empty, or an entry has another shape than the above.
    """
    if not curves:
        raise ValueError("curves is empty; a mapping such as {'Adam': losses} would do")
    figure, ax = canvas(ax)
    for i, (label, values) in enumerate(curves.items()):
        color, marker, linestyle = PALETTE[i % 6], MARKERS[i % 6], LINESTYLES[i % 6]
        draw_curve(ax, label, values, x, color=color, marker=marker, linestyle=linestyle)
    finish(ax, xlabel, ylabel, log)
    ax.legend()
    return figure


def draw_curve(ax: Axes, label: str, values: Tensor, x: Tensor | None, color: str, **style: Any) -> None:
    """Draw the mean over seeds and, when there are several, the band from the lowest to the highest."""
    values = as_tensor(values, f"curves[{label!r}]").double()
    if values.ndim not in (1, 2) or values.numel() == 0:
        raise ValueError(
            f"curves[{label!r}] has shape {tuple(values.shape)}; (steps,) or (seeds, steps) would do"
        )
    values = torch.atleast_2d(values)  # (seeds, steps)
    x = torch.arange(values.shape[1]) if x is None else as_tensor(x, "x")
    if len(x) != values.shape[1]:
        raise ValueError(f"x has {len(x)} positions; curves[{label!r}] has {values.shape[1]} steps")
    few = max(1, len(x) // 8)  # a marker on every point of a long curve would hide its line style
    ax.plot(x, values.mean(0), label=label, color=color, markevery=few, markersize=5, **style)
    if len(values) > 1:
        ax.fill_between(x, values.amin(0), values.amax(0), color=color, alpha=0.22, linewidth=0)


def finish(ax: Axes, xlabel: str, ylabel: str, log: bool) -> None:
    """Name the axes, set their scale, and draw the grid behind the curves."""
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log" if log else "linear")
    ax.grid(visible=True, linewidth=0.6)
    ax.set_axisbelow(True)
