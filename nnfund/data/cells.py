"""Images like those of cell nuclei under a fluorescence microscope, with their masks."""

import math

import torch

from nnfund.data.splits import Part


def make_cells(n: int = 200, *, size: int = 64, seed: int = 0) -> Part:
    """Draw bright cells on an unevenly lit, noisy ground, with specks of dirt that are no cells.

    Some cells are dimmer than the ground elsewhere, so no single threshold finds them all.

    Args:
        n: Number of images.
        size: Height and width of an image in pixels.
        seed: The same seed gives the same images.

    Returns:
        Images from 0 to 1 of shape (n, 1, size, size), and masks of the same shape, 1 on a cell, else 0.

    Raises:
        ValueError: `n` is below 1 or `size` below 16.
    """
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    if size < 16:
        raise ValueError(f"size must be at least 16 pixels, got {size}")
    generator = torch.Generator().manual_seed(seed)

    def uniform(low: float, high: float) -> torch.Tensor:
        return low + (high - low) * torch.rand(n, 1, 1, generator=generator, dtype=torch.float32)

    axis = torch.linspace(-1, 1, size, dtype=torch.float32)
    y, x = torch.meshgrid(axis, axis, indexing="ij")  # (size, size)

    direction = uniform(0, 2 * math.pi)
    images = 0.25 + uniform(0.1, 0.25) * (direction.cos() * x + direction.sin() * y)  # (n, size, size)
    masks = torch.zeros(n, size, size, dtype=torch.float32)
    cells = torch.randint(5, 13, (n, 1, 1), generator=generator)
    for cell in range(12):
        dx, dy = x - uniform(-0.95, 0.95), y - uniform(-0.95, 0.95)
        angle, radius, stretch = uniform(0, math.pi), uniform(0.12, 0.24), uniform(1, 1.5)
        u = (angle.cos() * dx + angle.sin() * dy) * stretch
        v = (angle.cos() * dy - angle.sin() * dx) / stretch
        edge = 1 - torch.hypot(u, v) / radius  # 1 at the centre, 0 on the outline
        drawn = cell < cells
        glow = uniform(0.15, 0.45) * torch.sigmoid(edge * 12) * drawn
        images = images + glow * (1 - masks)
        masks = torch.maximum(masks, ((edge > 0) & drawn).float())
    for _ in range(6):
        speck = torch.hypot(x - uniform(-1, 1), y - uniform(-1, 1)) / uniform(0.02, 0.05)
        images = images + uniform(0.2, 0.5) * torch.exp(-(speck**2))
    images = images + 0.06 * torch.randn(images.shape, generator=generator, dtype=torch.float32)
    return Part(images.clamp(0, 1)[:, None], masks[:, None])
