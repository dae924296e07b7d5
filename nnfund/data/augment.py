"""Transforms for `Batches`: they change a whole batch of images at once."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from nnfund.data.normalization import normalize_channels


class Normalize:
    """Subtract a mean and divide by a standard deviation, channel by channel; bytes become floats.

    Each channel then has mean 0 and standard deviation 1 over the data that both were measured on.

    Args:
        mean: Shape (C,), for bytes read as 0 to 1.
        std: Shape (C,).
    """

    def __init__(self, mean: Tensor, std: Tensor) -> None:
        self.mean = mean
        self.std = std

    def __call__(self, images: Tensor) -> Tensor:
        """Normalise images of shape (N, C, H, W)."""
        return normalize_channels(images, self.mean, self.std)


class RandomFlipAndCrop:
    """Mirror each image of a batch or not, and move it by a few pixels: an object stays what it is.

    Moving is cutting a window out of the image with a black border around it, as He et al. (2016,
    section 4.2) do for CIFAR-10. Use it for training only.

    Args:
        padding: How far an image may move, in pixels.
        flip: Mirror each image left to right with probability one half.
        seed: The same seed gives the same sequence of choices.

    Raises:
        ValueError: `padding` is negative.
    """

    def __init__(self, *, padding: int = 4, flip: bool = True, seed: int = 0) -> None:
        if padding < 0:
            raise ValueError(f"padding must not be negative, got {padding}")
        self.padding = padding
        self.flip = flip
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, images: Tensor) -> Tensor:
        """Return new images of the same shape (N, C, H, W) and type."""
        n, _, height, width = images.shape
        windows = F.pad(images, (self.padding,) * 4).unfold(2, height, 1).unfold(3, width, 1)
        # (N, C, 2P+1, 2P+1, H, W): every window of every image, as a view that takes no memory
        top, left = torch.randint(2 * self.padding + 1, (2, n), generator=self.generator)
        moved = windows[torch.arange(n), :, top, left]  # (N, C, H, W)
        if not self.flip:
            return moved
        mirrored = torch.rand(n, 1, 1, 1, generator=self.generator, dtype=torch.float32) < 0.5
        return torch.where(mirrored.to(images.device), moved.flip(3), moved)

    def state_dict(self) -> dict[str, Any]:
        """Return what fixes all choices to come."""
        return {"generator": self.generator.get_state()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was taken."""
        self.generator.set_state(state["generator"])


class Compose:
    """Apply several transforms, the first one first.

    Args:
        *transforms: Functions from a batch to a batch.
    """

    def __init__(self, *transforms: Callable[[Tensor], Tensor]) -> None:
        self.transforms = transforms

    def __call__(self, images: Tensor) -> Tensor:
        """Pass a batch through all of them."""
        for transform in self.transforms:
            images = transform(images)
        return images

    def state_dict(self) -> dict[str, Any]:
        """Return the states of the transforms that have one, by position."""
        return {str(i): t.state_dict() for i, t in enumerate(self.transforms) if hasattr(t, "state_dict")}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Give each transform its state back."""
        for position, transform_state in state.items():
            self.transforms[int(position)].load_state_dict(transform_state)
