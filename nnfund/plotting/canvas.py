"""What the plotting functions share: where to draw, colours of the theme, and reading arguments."""

from collections.abc import Sequence
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.style import HEIGHT, WIDTH


def canvas(ax: Axes | None, width: float = WIDTH, height: float = HEIGHT) -> tuple[Figure, Axes]:
    """Return the figure and the axes to draw on: those of `ax`, or new ones of this size in inches."""
    if ax is None:
        return plt.subplots(figsize=(width, height), layout="constrained")
    return ax.figure.figure, ax  # the second step leads from a subfigure to its figure


def panels(count: int, columns: int, width: float = WIDTH, aspect: float = 1.0, extra: float = 0.0):
    """Return a new figure and `count` axes without frames, in rows of `columns`, for pictures.

    Args:
        aspect: height of one picture divided by its width.
        extra: inches that a row needs for its title.
    """
    columns = min(columns, count)
    rows = -(-count // columns)
    size = (width, rows * (width / columns * aspect + extra))
    figure, grid = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.03, h_pad=0.03, wspace=0.02, hspace=0.02)
    for ax in grid.flat:
        ax.set_axis_off()
    return figure, list(grid.flat)[:count]


def foreground() -> str:
    """Return the theme's text colour."""
    return matplotlib.rcParams["text.color"]


def faint() -> str:
    """Return the theme's colour for lines that should stay in the background."""
    return matplotlib.rcParams["grid.color"]


def as_tensor(value: Any, name: str) -> Tensor:
    """Return `value` as a detached tensor on the CPU; `name` is for the error."""
    try:
        return torch.as_tensor(value).detach().cpu()
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{name} is a {type(value).__name__}; a tensor (or an array of numbers) would do"
        ) from error


def names_of(class_names: Sequence[str] | None, count: int) -> list[str]:
    """Return `count` class names, which are the class numbers when none were given."""
    if class_names is None:
        return [str(i) for i in range(count)]
    if len(class_names) < count:
        raise ValueError(f"class_names has {len(class_names)} names; {count} classes need {count}")
    return [str(name) for name in class_names]


def check_positive(name: str, value: int, least: int = 1) -> None:
    """Raise a ValueError unless `value` is a whole number of at least `least`."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} is {value!r}; a whole number of at least {least} would do")
