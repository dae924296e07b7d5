"""Points in the plane: small data sets that are drawn in a moment and seen at a glance.

Each function returns a `Part` of inputs (n, 2) and labels (n,), and the same seed gives the same points.
"""

import math

import torch
from torch import Tensor

from nnfund.data.splits import Part


def make_moons(n: int = 200, *, noise: float = 0.1, seed: int = 0) -> Part:
    """Draw two half circles that reach into each other: no straight line tells them apart.

    Args:
        n: Number of points, half of them in each moon.
        noise: Standard deviation of the normal noise that is added to each coordinate.
        seed: The same seed gives the same points.

    Raises:
        ValueError: `n` is below 2 or `noise` is negative.
    """
    generator, labels = _start(n, 2, noise, seed)
    angle = math.pi * torch.rand(n, generator=generator, dtype=torch.float32)
    upper = torch.stack([angle.cos(), angle.sin()], dim=1)  # (n, 2)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=1)
    return _finish(torch.where(labels[:, None] == 0, upper, lower), labels, noise, generator)


def make_spirals(
    n: int = 300, *, arms: int = 3, turns: float = 0.75, noise: float = 0.02, seed: int = 0
) -> Part:
    """Draw the arms of a spiral around the origin, one class each, out to radius 1.

    Args:
        n: Number of points, spread evenly over the arms.
        arms: Number of arms, which is the number of classes.
        turns: How often each arm goes round.
        noise: Standard deviation of the normal noise that is added to each coordinate.
        seed: The same seed gives the same points.

    Raises:
        ValueError: `arms` is below 1, `n` is below `arms`, or `noise` is negative.
    """
    generator, labels = _start(n, arms, noise, seed)
    radius = 0.1 + 0.9 * torch.rand(n, generator=generator, dtype=torch.float32)
    angle = 2 * math.pi * (turns * radius + labels / arms)
    points = radius[:, None] * torch.stack([angle.cos(), angle.sin()], dim=1)
    return _finish(points, labels, noise, generator)


def make_blobs(n: int = 200, *, classes: int = 2, noise: float = 0.5, seed: int = 0) -> Part:
    """Draw round clouds of points, one class each, whose centres lie evenly on a circle of radius 2.

    Args:
        n: Number of points, spread evenly over the clouds.
        classes: Number of clouds.
        noise: Standard deviation of each cloud.
        seed: The same seed gives the same points.

    Raises:
        ValueError: `classes` is below 1, `n` is below `classes`, or `noise` is negative.
    """
    generator, labels = _start(n, classes, noise, seed)
    angle = 2 * math.pi * labels / classes + math.pi / 4
    centres = 2 * torch.stack([angle.cos(), angle.sin()], dim=1)
    return _finish(centres, labels, noise, generator)


def make_xor(n: int = 200, *, noise: float = 0.2, seed: int = 0) -> Part:
    """Draw four clouds at (±1, ±1), labelled 1 where the signs differ: the problem that no line solves.

    Args:
        n: Number of points, spread evenly over the two classes.
        noise: Standard deviation of each cloud.
        seed: The same seed gives the same points.

    Raises:
        ValueError: `n` is below 2 or `noise` is negative.
    """
    generator, labels = _start(n, 2, noise, seed)
    x = torch.randint(0, 2, (n,), generator=generator) * 2.0 - 1  # -1 or 1
    y = torch.where(labels == 1, -x, x)
    return _finish(torch.stack([x, y], dim=1), labels, noise, generator)


def _start(n: int, classes: int, noise: float, seed: int) -> tuple[torch.Generator, Tensor]:
    """Check the shared arguments; return a seeded generator and `n` balanced labels in random order."""
    if classes < 1:
        raise ValueError(f"the number of classes must be at least 1, got {classes}")
    if n < classes:
        raise ValueError(f"n must be at least {classes}, one point per class, got {n}")
    if noise < 0:
        raise ValueError(f"noise must not be negative, got {noise}")
    generator = torch.Generator().manual_seed(seed)
    return generator, (torch.arange(n) % classes)[torch.randperm(n, generator=generator)]


def _finish(points: Tensor, labels: Tensor, noise: float, generator: torch.Generator) -> Part:
    deviations = torch.randn(points.shape, generator=generator, dtype=torch.float32)
    return Part(points.float() + noise * deviations, labels)
