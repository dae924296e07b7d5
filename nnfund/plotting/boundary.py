"""The regions into which a classifier divides the plane."""

from collections.abc import Callable, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from torch import Tensor, nn

from nnfund.plotting.canvas import as_tensor, canvas, check_positive, foreground, names_of
from nnfund.plotting.style import MANY_POINTS, MARKERS, PALETTE


def plot_decision_boundary(
    model: Callable[[Tensor], Tensor],
    inputs: Tensor,
    targets: Tensor,
    *,
    ax: Axes | None = None,
    resolution: int = 160,
    class_names: Sequence[str] | None = None,
    legend: bool = True,
) -> Figure:
    """Draw the points of a two-dimensional data set over the regions in which the model predicts each class.

    A region is the more opaque the surer the model is there; a line separates regions. A module runs in
    evaluation mode and without gradients, and gets its mode back afterwards.

    Args:
        model: a module or function from points (N, 2) to logits: (N, classes), or (N,) or (N, 1) for
            two classes.
        inputs: (N, 2) points.
        targets: (N,) or (N, 1) class numbers.
        ax: where to draw; a new figure if None.
        resolution: the model is evaluated at resolution × resolution points.
        class_names: one name per class, for the legend.
        legend: whether to name the classes beside the panel; once is enough in a figure of several.

    Returns:
        The figure that was drawn on.

    Raises:
        ValueError: if the points are not two-dimensional, the classes are not numbers from 0 to 5, or the
            model's output has another shape than the above.
    """
    inputs, targets = as_tensor(inputs, "inputs"), as_tensor(targets, "targets").flatten()
    _check(inputs, targets, resolution)
    margin = 0.08 * (inputs.amax(0) - inputs.amin(0)).clamp(min=1e-6)
    (x_min, y_min), (x_max, y_max) = (inputs.amin(0) - margin).tolist(), (inputs.amax(0) + margin).tolist()
    xs, ys = torch.linspace(x_min, x_max, resolution), torch.linspace(y_min, y_max, resolution)
    grid = (
        torch.cartesian_prod(ys, xs).flip(1).to(inputs.dtype)
    )  # (resolution², 2), one row of the picture at a time
    probabilities = _probabilities(model, grid)  # (resolution², classes)

    classes = max(probabilities.shape[1], int(targets.max()) + 1)
    if classes > len(PALETTE):
        raise ValueError(
            f"there are {classes} classes; at most {len(PALETTE)} can be told apart in one plane"
        )
    names = names_of(class_names, classes)
    figure, ax = canvas(ax)
    extent = (x_min, x_max, y_min, y_max)
    regions = _regions(probabilities).reshape(resolution, resolution, 4)
    ax.imshow(regions, extent=extent, origin="lower", aspect="auto", interpolation="none", zorder=0)
    _draw_borders(ax, xs, ys, probabilities.reshape(resolution, resolution, -1))
    for label in range(classes):
        x, y = inputs[targets == label].T.numpy()
        ax.scatter(
            x, y, s=22, color=PALETTE[label], marker=MARKERS[label], label=names[label],
            edgecolors=foreground(), linewidths=0.4, rasterized=len(inputs) > MANY_POINTS,
        )  # fmt: skip
    ax.set(xlim=(x_min, x_max), ylim=(y_min, y_max), xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(visible=False)
    if legend:
        ax.legend(title="class", loc="upper left", bbox_to_anchor=(1, 1), frameon=False, handletextpad=0.2)
    return figure


def _check(inputs: Tensor, targets: Tensor, resolution: int) -> None:
    check_positive("resolution", resolution, least=2)
    if inputs.ndim != 2 or inputs.shape[1] != 2 or len(inputs) == 0:
        raise ValueError(f"inputs has shape {tuple(inputs.shape)}; points of shape (N, 2) would do")
    if len(targets) != len(inputs):
        raise ValueError(
            f"targets holds {len(targets)} classes for {len(inputs)} inputs; one per input would do"
        )
    if (targets < 0).any() or (targets != targets.round()).any():
        odd = targets[(targets < 0) | (targets != targets.round())][0].item()
        raise ValueError(f"targets holds {odd}; class numbers 0, 1, ... would do")


@contextmanager
def evaluation_mode(model):
    """Put a module into evaluation mode; give each of its parts its own mode back afterwards."""
    modes = [(module, module.training) for module in model.modules()] if isinstance(model, nn.Module) else []
    for module, _ in modes:
        module.training = False
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _probabilities(model: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """Return the model's probabilities (N, classes) at the points (N, 2)."""
    parameter = next(model.parameters(), None) if isinstance(model, nn.Module) else None
    if parameter is not None:
        points = points.to(parameter)  # its device and its dtype
    with torch.no_grad(), evaluation_mode(model):
        logits = model(points)
    if not isinstance(logits, Tensor) or logits.shape[:1] != points.shape[:1] or logits.ndim > 2:
        shape = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise ValueError(
            f"model returned {shape} for {len(points)} points; logits of shape (N, classes) would do"
        )
    logits = logits.detach().float().cpu()
    if logits.ndim == 1 or logits.shape[1] == 1:
        logits = torch.stack(
            [torch.zeros(len(logits)), logits.flatten()], dim=1
        )  # sigmoid(z) = softmax([0, z])[1]
    return logits.softmax(dim=1)


def _regions(probabilities: Tensor) -> np.ndarray:
    """Return RGBA (N, 4): the predicted class's colour, the more opaque the surer.

    The page shows through, so that the picture suits a light and a dark one.
    """
    confidence, label = probabilities.max(dim=1)
    chance = 1 / probabilities.shape[1]
    colors = np.array([to_rgb(color) for color in PALETTE])[label.numpy()]  # (N, 3)
    opacity = (
        0.08 + 0.3 * ((confidence - chance) / (1 - chance)).mul(24).round().div(24).numpy()
    )  # 24 steps pack well
    return np.concatenate([colors, opacity[:, None]], axis=1)


def _draw_borders(ax: Axes, xs: Tensor, ys: Tensor, probabilities: Tensor) -> None:
    """Draw a line where two classes are equally likely; probabilities: (rows, columns, classes)."""
    count = probabilities.shape[2]
    for label in range(count if count > 2 else 1):
        others = torch.cat([probabilities[..., :label], probabilities[..., label + 1 :]], dim=2).amax(dim=2)
        lead = probabilities[..., label] - others
        if lead.min() < 0 < lead.max():
            ax.contour(xs, ys, lead, levels=[0.0], colors=foreground(), linewidths=1.2)
