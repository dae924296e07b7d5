"""Images in a grid, with what they show and what a model took them for."""

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from nnfund.plotting.canvas import as_tensor, check_positive, faint, foreground, names_of, panels
from nnfund.plotting.style import PALETTE, SMALL_TEXT, WIDTH


def plot_images(
    images: Tensor,
    *,
    targets: Tensor | None = None,
    predictions: Tensor | None = None,
    class_names: Sequence[str] | None = None,
    mean: Tensor | float | None = None,
    std: Tensor | float | None = None,
    columns: int = 4,
) -> Figure:
    """Draw images in a grid, each under its class; a wrong prediction is marked ✗ and names the true class.

    Args:
        images: (N, H, W) or (N, 1, H, W) in grey, (N, 3, H, W) in colour; whole numbers from 0 to 255, or
            floats. Floats outside [0, 1] are stretched from the lowest to the highest value of the batch.
        targets: (N,) true class numbers.
        predictions: (N,) predicted class numbers.
        class_names: one name per class.
        mean: what was subtracted when the images were normalised, a number or one per channel; added back.
        std: what the images were divided by, likewise.
        columns: images in a row.

    Returns:
        A new figure.

    Raises:
        ValueError: if the images have another shape than the above, or a label is missing or too large.
    """
    pictures = to_pictures(images, mean=mean, std=std)  # (N, H, W) or (N, H, W, 3), in [0, 1]
    check_positive("columns", columns)
    truth = _labels(targets, "targets", len(pictures), class_names)
    guesses = _labels(predictions, "predictions", len(pictures), class_names)

    captioned = truth is not None or guesses is not None
    height, width = pictures.shape[1:3]
    figure, axes = panels(len(pictures), columns, WIDTH, height / width, extra=0.28 if captioned else 0.0)
    for i, (ax, picture) in enumerate(zip(axes, pictures, strict=True)):
        draw_picture(ax, picture)
        if captioned:
            _caption(ax, truth and truth[i], guesses and guesses[i])
    return figure


def to_pictures(images: Tensor, name: str = "images", mean=None, std=None) -> Tensor:
    """Return images (N, H, W), (N, 1, H, W) or (N, 3, H, W) as (N, H, W) or (N, H, W, 3) in [0, 1]."""
    images = as_tensor(images, name)
    whole = not images.is_floating_point()
    if images.ndim == 4 and images.shape[1] == 1:
        images = images[:, 0]
    if images.ndim not in (3, 4) or images.numel() == 0 or (images.ndim == 4 and images.shape[1] != 3):
        raise ValueError(
            f"{name} has shape {tuple(images.shape)}; (N, H, W), (N, 1, H, W) or (N, 3, H, W) would do"
        )
    images = images.float()
    if std is not None:
        images = images * _per_channel(std, "std", images)
    if mean is not None:
        images = images + _per_channel(mean, "mean", images)
    if whole:
        images = images / 255
    elif mean is None and std is None and (images.min() < 0 or images.max() > 1):
        images = (images - images.min()) / (images.max() - images.min()).clamp(min=1e-12)
    images = images.clamp(0, 1)
    return images.movedim(1, 3) if images.ndim == 4 else images


def draw_picture(ax: Axes, picture: Tensor) -> None:
    """Draw one image (H, W) or (H, W, 3) with values in [0, 1], in a faint frame."""
    ax.imshow(picture.numpy(), cmap="gray", vmin=0, vmax=1)
    frame(ax)


def frame(ax: Axes) -> None:
    """Replace the axis by a faint frame, which keeps a dark image apart from a dark page."""
    ax.set_axis_on()
    ax.set(xticks=[], yticks=[])
    ax.grid(visible=False)
    ax.spines[:].set(visible=True, color=faint(), linewidth=0.6)


def _per_channel(value, name: str, images: Tensor) -> Tensor:
    """Return a number, or one per channel, in a shape that broadcasts over the images."""
    value = torch.as_tensor(value, dtype=torch.float32).flatten()
    channels = images.shape[1] if images.ndim == 4 else 1
    if len(value) not in (1, channels):
        raise ValueError(
            f"{name} holds {len(value)} numbers; one, or one for each of {channels} channels, would do"
        )
    return value.view(-1, 1, 1)


def _labels(
    numbers: Tensor | None, name: str, count: int, class_names: Sequence[str] | None
) -> list[str] | None:
    """Return the class name of each number, or None when there are no numbers."""
    if numbers is None:
        return None
    numbers = as_tensor(numbers, name).flatten()
    if len(numbers) != count:
        raise ValueError(f"{name} holds {len(numbers)} classes for {count} images; one per image would do")
    if (numbers < 0).any():
        raise ValueError(f"{name} holds {numbers.min().item()}; class numbers 0, 1, ... would do")
    names = names_of(class_names, int(numbers.max()) + 1)
    return [names[int(number)] for number in numbers]


def _caption(ax: Axes, target: str | None, prediction: str | None) -> None:
    wrong = target is not None and prediction is not None and target != prediction
    if wrong:
        text = f"✗ {prediction}, is {target}"
        ax.spines[:].set(color=PALETTE[5], linewidth=2.5)
    else:
        text = target if prediction is None else prediction if target is None else f"✓ {prediction}"
    ax.set_title(text, fontsize=SMALL_TEXT, color=foreground(), pad=4)
