"""An activation function and its derivative, which is what backpropagation multiplies by."""

from collections.abc import Callable

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import canvas, faint
from nnfund.plotting.style import LINESTYLES, PALETTE

POINTS = 801


def plot_activation(
    activation: Callable[[Tensor], Tensor],
    *,
    limits: tuple[float, float] = (-4.0, 4.0),
    name: str | None = None,
    legend: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """Draw an activation function and, dashed, its derivative, whose line is broken where it jumps.

    Args:
        activation: a module or function that maps each number by itself, such as `nn.ReLU()` or `torch.tanh`.
            The derivative is autograd's.
        limits: the lowest and the highest input.
        name: for the legend; the function's own name if None.
        legend: whether to say which line is which; once is enough in a figure of several panels.
        ax: where to draw; a new figure if None.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if the limits are not ordered, or the function changes the shape or has no derivative.
    """
    low, high = limits
    if not low < high:
        raise ValueError(f"limits is {limits!r}; a lower number and then a higher one would do")
    x = torch.linspace(low, high, POINTS, requires_grad=True)
    with torch.enable_grad():
        y = activation(x)
        total = y.sum() if isinstance(y, Tensor) else None
    if not isinstance(y, Tensor) or y.shape != x.shape or not y.requires_grad:
        raise ValueError(
            f"activation is {activation!r}; a differentiable function of each number by itself would do"
        )
    (slope,) = torch.autograd.grad(total, x)

    figure, ax = canvas(ax)
    name = name or getattr(activation, "__name__", type(activation).__name__)
    x, y = x.detach(), y.detach()
    ax.axhline(0, color=faint(), linewidth=1, zorder=0)
    ax.axvline(0, color=faint(), linewidth=1, zorder=0)
    ax.plot(x, y, color=PALETTE[0], linewidth=2, label=name)
    ax.plot(x, _broken(slope), color=PALETTE[1], linewidth=2, linestyle=LINESTYLES[1], label="derivative")
    ax.set(xlabel="input", xlim=limits)
    if legend:
        ax.legend()
    return figure


def _broken(slope: Tensor) -> Tensor:
    """Return the values with a gap at each jump: a line across would show values that do not occur."""
    jump = slope.diff().abs() > 0.2 * (slope.max() - slope.min()).clamp(min=1e-6)
    broken = slope.clone()
    broken[1:][jump] = torch.nan
    return broken
