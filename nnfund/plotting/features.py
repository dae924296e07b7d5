"""What a convolution looks for, and where it finds it."""

from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, check_positive, panels
from nnfund.plotting.images import frame
from nnfund.plotting.style import DIVERGING, SEQUENTIAL, WIDTH


def plot_filters(weight: Tensor, *, columns: int = 8) -> Figure:
    """Draw the filters of a convolution, all on one scale, on which zero lies in the middle.

    Filters that read a colour image are drawn in colour: zero is mid grey, and a filter with a bright red
    spot answers to red there.

    Args:
        weight: (out_channels, in_channels, H, W) with one input channel or three, such as `conv.weight`. Of a
            later layer, choose the channel that the filters read: `conv.weight[:, :1]` is its first.
        columns: filters in a row.

    Returns:
        A new figure.

    Raises:
        ValueError: if the weight has another shape.
    """
    weight = as_tensor(weight, "weight").float()
    check_positive("columns", columns)
    if weight.ndim != 4 or weight.shape[1] not in (1, 3) or weight.numel() == 0:
        shape = tuple(weight.shape)
        raise ValueError(f"weight has shape {shape}; (out, 1 or 3, H, W) would do, such as weight[:, :1]")
    largest = weight.abs().max().clamp(min=1e-12).item()
    if weight.shape[1] == 3:
        return _thumbnails((0.5 + 0.5 * weight / largest).movedim(1, 3), columns)
    return _thumbnails(weight[:, 0], columns, cmap=DIVERGING, vmin=-largest, vmax=largest)


def plot_feature_maps(maps: Tensor, *, columns: int = 8) -> Figure:
    """Draw the channels that a layer computes for one image, all on one scale.

    Args:
        maps: (channels, H, W) activations, or (1, channels, H, W). Colours start at zero when none is
            negative, as after a ReLU; otherwise zero lies in the middle.
        columns: channels in a row.

    Returns:
        A new figure.

    Raises:
        ValueError: if the maps have another shape.
    """
    maps = as_tensor(maps, "maps").float()
    check_positive("columns", columns)
    if maps.ndim == 4 and len(maps) == 1:
        maps = maps[0]
    if maps.ndim != 3 or maps.numel() == 0:
        raise ValueError(f"maps has shape {tuple(maps.shape)}; (channels, H, W) of one image would do")
    largest = maps.abs().max().clamp(min=1e-12).item()
    if maps.min() < 0:
        return _thumbnails(maps, columns, cmap=DIVERGING, vmin=-largest, vmax=largest)
    return _thumbnails(maps, columns, cmap=SEQUENTIAL, vmin=0, vmax=largest)


def _thumbnails(pictures: Tensor, columns: int, **scale) -> Figure:
    """Draw pictures (N, H, W) beside one colour bar, or (N, H, W, 3) without one."""
    aspect = pictures.shape[1] / pictures.shape[2] * (0.89 if scale else 1)  # the colour bar takes some width
    figure, axes = panels(len(pictures), columns, WIDTH, aspect)
    for ax, picture in zip(axes, pictures, strict=True):
        drawn = ax.imshow(picture.numpy(), interpolation="nearest", **scale)
        frame(ax)
    if scale:
        bar = figure.colorbar(drawn, ax=figure.axes, fraction=0.04, pad=0.02, aspect=15)
        bar.outline.set_visible(False)
    return figure
