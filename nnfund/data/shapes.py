"""Coloured shapes on 32×32 pixels in ten classes: what stands in for CIFAR-10."""

import math

import torch
from torch import Tensor

from nnfund.data.splits import Part

SHAPE_NAMES = ("disc", "ring", "half", "crescent", "square", "frame", "triangle", "star", "plus", "bar")


def make_shapes(n: int = 1000, *, seed: int = 0) -> Part:
    """Draw one shape per image, at any angle, place, size and colour, on a shaded and noisy ground.

    Colour and brightness say nothing about the class, so it takes the outline to tell them apart.

    Args:
        n: Number of images, spread evenly over the classes of `SHAPE_NAMES`.
        seed: The same seed gives the same images.

    Returns:
        Bytes of shape (n, 3, 32, 32) and labels from 0 to 9.

    Raises:
        ValueError: `n` is below 10, the number of classes.
    """
    if n < len(SHAPE_NAMES):
        raise ValueError(f"n must be at least {len(SHAPE_NAMES)}, one image per class, got {n}")
    generator = torch.Generator().manual_seed(seed)
    labels = (torch.arange(n) % len(SHAPE_NAMES))[torch.randperm(n, generator=generator)]
    # A thousand at a time, so that the memory does not grow with n.
    return Part(torch.cat([_draw(some, generator) for some in labels.split(1000)]), labels)


def _draw(labels: Tensor, generator: torch.Generator) -> Tensor:
    """Draw one image per label, bytes of shape (n, 3, 32, 32)."""
    n = len(labels)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=generator, dtype=torch.float32)

    pixels = torch.arange(32, dtype=torch.float32)
    y, x = torch.meshgrid(pixels, pixels, indexing="ij")

    # The plane as the shape sees it: itself upright at the origin, with radius 1.
    radius, angle = uniform(6, 11, 1, 1), uniform(0, 2 * math.pi, 1, 1)
    dx, dy = x - uniform(12, 19, 1, 1), y - uniform(12, 19, 1, 1)  # (n, 32, 32)
    u = (angle.cos() * dx + angle.sin() * dy) / radius
    v = (angle.cos() * dy - angle.sin() * dx) / radius
    outside = torch.empty(n, 32, 32, dtype=torch.float32)
    for label in labels.unique():
        members = labels == label
        outside[members] = _distance(SHAPE_NAMES[label], u[members], v[members])
    cover = (0.5 - outside * radius).clamp(0, 1)[:, None]  # (n, 1, 32, 32): edges are one pixel soft

    # A ground that shades from one colour into another, and a shape that differs from both.
    direction = uniform(0, 2 * math.pi, 1, 1)
    slope = 0.5 + (direction.cos() * (x - 15.5) + direction.sin() * (y - 15.5))[:, None] / 44  # 0 to 1
    ground = uniform(0, 1, 3, 1, 1) * slope + uniform(0, 1, 3, 1, 1) * (1 - slope)
    middle = ground.mean(dim=(2, 3), keepdim=True)
    contrast = uniform(0.2, 0.5, 3, 1, 1)
    colour = torch.where(middle > 0.5, middle - contrast, middle + contrast)

    images = ground * (1 - cover) + colour * cover
    images += 0.1 * torch.randn(images.shape, generator=generator, dtype=torch.float32)
    return (images.clamp(0, 1) * 255).round().to(torch.uint8)


def _distance(name: str, u: Tensor, v: Tensor) -> Tensor:
    """Return about how far each point lies outside a shape of radius 1; negative inside."""
    r = torch.hypot(u, v)
    if name == "disc":
        return r - 0.9
    if name == "ring":
        return (r - 0.75).abs() - 0.2
    if name == "half":
        return torch.maximum(r - 1, v - 0.1)
    if name == "crescent":
        return torch.maximum(r - 1, 0.75 - torch.hypot(u - 0.55, v))
    square = torch.maximum(u.abs(), v.abs()) - 0.8
    if name == "square":
        return square
    if name == "frame":
        return (square + 0.2).abs() - 0.2
    if name == "triangle":
        return torch.maximum(u.abs() * 0.866 + v / 2, -v) - 0.5
    if name == "star":
        fifth = 2 * math.pi / 5
        turned = (torch.atan2(u, v) % fifth - fifth / 2).abs()  # angle to the nearest of the five points
        return r * torch.cos(turned - 1.236) - 0.328  # the edge from a point at radius 1 to a dent at 0.4
    if name == "plus":
        return torch.minimum(
            torch.maximum(u.abs() - 1, v.abs() - 0.3), torch.maximum(u.abs() - 0.3, v.abs() - 1)
        )
    return torch.maximum(u.abs() - 1.1, v.abs() - 0.35)  # bar
