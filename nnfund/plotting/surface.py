"""The loss as a landscape over two parameters, and the ways that optimizers take through it."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, canvas, check_positive, foreground
from nnfund.plotting.style import LINESTYLES, MARKERS, PALETTE

LEVELS = 14
GROUND = PALETTE[4]  # the fifth path would blend in; four are enough for any plane


def plot_loss_surface(
    loss: Callable[[Tensor, Tensor], Tensor | float],
    paths: Mapping[str, Tensor] | None = None,
    *,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
    xlabel: str = "$w$",
    ylabel: str = "$b$",
    resolution: int = 80,
    ax: Axes | None = None,
) -> Figure:
    """Draw contours of a loss of two parameters, and paths that start at a ring and end at a cross.

    Between two contours lies an equal share of the plane, so that a narrow valley shows as well as a wide
    one. The deeper the colour, the lower the loss.

    Args:
        loss: a function of two numbers; it is called resolution² times with tensors of no dimension.
        paths: label → (steps, 2) parameters, one row per step.
        x_range: the lowest and the highest first parameter; what the paths cover if None.
        y_range: the same for the second parameter.
        xlabel: name of the first parameter.
        ylabel: name of the second parameter.
        resolution: points per direction at which the loss is computed.
        ax: where to draw; a new figure if None.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if a path has another shape, there is neither a path nor a range, or no loss is finite.
    """
    check_positive("resolution", resolution, least=2)
    paths = {label: _path(label, path) for label, path in (paths or {}).items()}
    x_range = _range("x_range", x_range, [path[:, 0] for path in paths.values()])
    y_range = _range("y_range", y_range, [path[:, 1] for path in paths.values()])
    xs, ys = torch.linspace(*x_range, resolution), torch.linspace(*y_range, resolution)
    with torch.no_grad():
        heights = np.array([[float(loss(x, y)) for x in xs] for y in ys])  # one row per y
    if not np.isfinite(heights).any():
        raise ValueError("loss is finite nowhere in x_range × y_range; a region where it is would do")

    figure, ax = canvas(ax)
    _draw_ground(ax, xs.numpy(), ys.numpy(), np.ma.masked_invalid(heights))
    for i, (label, path) in enumerate(paths.items()):
        color, marker = PALETTE[i % len(PALETTE)], MARKERS[i % len(MARKERS)]
        few = max(1, len(path) // 20)
        ax.plot(
            path[:, 0], path[:, 1], color=color, marker=marker, markersize=4, markevery=few, linewidth=1.6,
            linestyle=LINESTYLES[i % len(LINESTYLES)], label=label, zorder=3,
        )  # fmt: skip
    ax.set(xlim=x_range, ylim=y_range, xlabel=xlabel, ylabel=ylabel)
    ax.grid(visible=False)
    if paths:
        _mark_ends(ax, paths)
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure


def _path(label: str, path: Tensor) -> Tensor:
    path = as_tensor(path, f"paths[{label!r}]").double()
    if path.ndim != 2 or path.shape[1] != 2 or len(path) == 0:
        raise ValueError(f"paths[{label!r}] has shape {tuple(path.shape)}; (steps, 2) would do")
    return path


def _range(name: str, given: tuple[float, float] | None, values: list[Tensor]) -> tuple[float, float]:
    """Return the given range, or what the values cover and a margin."""
    if given is None:
        if not values:
            raise ValueError(f"{name} is None and there are no paths; a pair of numbers would do")
        covered = torch.cat(values)
        covered = covered[covered.isfinite()]
        margin = 0.25 * (covered.max() - covered.min()).clamp(min=0.5)
        return (covered.min() - margin).item(), (covered.max() + margin).item()
    if not given[0] < given[1]:
        raise ValueError(f"{name} is {given!r}; a lower number and then a higher one would do")
    return given


def _mark_ends(ax: Axes, paths: Mapping[str, Tensor]) -> None:
    """Draw a ring where a path starts and a cross where it ends."""
    starts, ends = (torch.stack([path[i] for path in paths.values()]).T for i in (0, -1))
    look = {"linestyle": "none", "color": foreground(), "zorder": 4}
    ax.plot(*starts, marker="o", markersize=10, fillstyle="none", label="start", **look)
    ax.plot(*ends, marker="x", markersize=8, markeredgewidth=2, label="end", **look)


def _draw_ground(ax: Axes, xs: np.ndarray, ys: np.ndarray, heights: np.ma.MaskedArray) -> None:
    """Draw contours at quantiles of the heights, on a ground through which the page shows."""
    sorted_heights = np.sort(heights.compressed())
    rank = np.searchsorted(sorted_heights, heights.filled(np.inf)) / len(sorted_heights)  # 0 is lowest
    step = np.floor(rank.clip(0, 0.999) * LEVELS) / LEVELS
    opacity = np.where(heights.mask, 0, 0.42 * (1 - step) ** 1.5)
    color = np.broadcast_to(to_rgb(GROUND), (*heights.shape, 3))
    extent = (xs[0], xs[-1], ys[0], ys[-1])
    ground = np.concatenate([color, opacity[..., None]], axis=2)
    ax.imshow(ground, extent=extent, origin="lower", aspect="auto", interpolation="none", zorder=0)
    levels = np.unique(np.quantile(sorted_heights, np.arange(1, LEVELS) / LEVELS))
    if len(levels) > 1:
        ax.contour(xs, ys, heights, levels=levels, colors=foreground(), linewidths=0.5, alpha=0.45, zorder=1)
