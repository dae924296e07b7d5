"""The course of a training run, or of several seeds of several methods, from what `fit` recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from nnfund.plotting.canvas import canvas, foreground
from nnfund.plotting.curves import draw_curve, finish
from nnfund.plotting.style import HEIGHT, LINESTYLES, MARKERS, PALETTE, WIDTH

PARTS = {"train": "training", "val": "validation"}


def plot_history(
    history: Any,
    *,
    quantity: str | None = None,
    log: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """Draw how loss and metrics changed from epoch to epoch, on the training and on the validation part.

    Args:
        history: a `nnfund.training.History`; or a list of them, one per seed (drawn as the mean, with a band
            from the lowest to the highest); or a mapping of label → either, to compare methods.
        quantity: `"loss"`, `"accuracy"`, ...: draw this one alone. If None, a new figure has a panel for each
            quantity that was recorded, and a given `ax` gets the loss.
        log: whether the vertical axis of the loss is logarithmic.
        ax: where to draw; a new figure if None.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if nothing was recorded, or not the quantity asked for.
    """
    runs = history if isinstance(history, Mapping) else {"": history}
    curves = {label: _recorded(run) for label, run in runs.items()}  # label → name → (seeds, epochs)
    recorded = list(dict.fromkeys(name.split("_", 1)[1] for part in curves.values() for name in part))
    if not recorded:
        raise ValueError("history holds no epoch; train for at least one before plotting")
    if quantity is not None and quantity not in recorded:
        raise ValueError(f"quantity is {quantity!r}; recorded are {', '.join(recorded)}")
    if ax is not None or quantity is not None:
        figure, ax = canvas(ax)
        _draw_quantity(ax, curves, quantity or recorded[0], log)
        ax.legend(handles=_legend(curves))
        return figure

    columns = min(2, len(recorded))
    rows = -(-len(recorded) // columns)
    size = (WIDTH, rows * (HEIGHT if columns == 1 else 0.8 * HEIGHT) + 0.3)
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for ax in list(grid.flat)[len(recorded) :]:
        ax.remove()
    for ax, name in zip(grid.flat, recorded, strict=False):
        _draw_quantity(ax, curves, name, log)
    figure.legend(handles=_legend(curves), loc="outside lower center", ncols=4, frameon=False)
    return figure


def _recorded(run: Any) -> dict[str, Tensor]:
    """Return name → (seeds, epochs) of what a history, or a list of one history per seed, holds."""
    seeds = list(run) if isinstance(run, Sequence) else [run]
    for seed in seeds:
        if not hasattr(seed, "curves"):
            kind = type(seed).__name__
            raise ValueError(f"history holds a {kind}; a History, as returned by fit, would do")
    if not seeds:
        raise ValueError("history is an empty list; one History per seed would do")
    tables = [seed.curves() for seed in seeds]  # name → one number per epoch
    names = [name for name in tables[0] if name.startswith(tuple(PARTS)) and all(name in t for t in tables)]
    for name in names:
        lengths = sorted({len(table[name]) for table in tables})
        if len(lengths) > 1:
            raise ValueError(f"history holds seeds with {lengths} epochs of {name}; equally many would do")
    return {name: torch.tensor([table[name] for table in tables], dtype=torch.float64) for name in names}


def _draw_quantity(ax: Axes, curves: dict[str, dict[str, Tensor]], quantity: str, log: bool) -> None:
    for (label, part), style in _styles(curves).items():
        if f"{part}_{quantity}" in curves[label]:
            values = curves[label][f"{part}_{quantity}"]
            epochs = torch.arange(1, values.shape[1] + 1)
            draw_curve(ax, f"{label} {PARTS[part]}".strip(), values, epochs, **style)
    finish(ax, "epoch", quantity, log and quantity == "loss")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))


def _styles(curves: dict[str, dict[str, Tensor]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return how to draw each (label, part): the part sets the line style, a compared method its colour."""
    styles = {}
    for i, label in enumerate(curves):
        for j, part in enumerate(PARTS):
            k = (i if len(curves) > 1 else j) % len(PALETTE)
            if any(name.startswith(part) for name in curves[label]):
                linestyle = LINESTYLES[1 - j]
                styles[label, part] = {"color": PALETTE[k], "marker": MARKERS[k], "linestyle": linestyle}
    return styles


def _legend(curves: dict[str, dict[str, Tensor]]) -> list[Line2D]:
    """Return the legend's entries: the two parts, or the compared methods and then the two parts."""
    styles = _styles(curves)
    entries = {}
    for (label, part), style in styles.items():
        if len(curves) == 1:
            entries[PARTS[part]] = style
        else:
            entries[label] = style | {"linestyle": "solid"}
    if len(curves) > 1:
        lines = {part: style["linestyle"] for (_, part), style in styles.items()}
        entries |= {PARTS[part]: {"color": foreground(), "linestyle": line} for part, line in lines.items()}
    return [Line2D([], [], label=label, markersize=5, **style) for label, style in entries.items()]
