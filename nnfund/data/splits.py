"""What every loader returns: parts of a data set, held as whole tensors, and how to cut them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor


class Part(NamedTuple):
    """The inputs and targets of one part of a data set; `len(part.inputs)` is the number of samples."""

    inputs: Tensor
    targets: Tensor

    def __repr__(self) -> str:
        return f"Part(inputs={_describe(self.inputs)}, targets={_describe(self.targets)})"


@dataclass(frozen=True, eq=False)
class Splits:
    """A data set in three parts, and what is needed to read it.

    Attributes:
        name: What the data is; a stand-in says so here.
        train: What the weights are fitted to.
        val: What choices are made with: when to stop, which model to keep.
        test: What the final number is measured on, once.
        classes: The name of each class, in the order of the labels.
        mean: Mean of each channel or feature over the training part, before normalising, shape (C,).
        std: Standard deviation of each channel or feature over the training part, shape (C,).
        features: The name of each column, where the data is a table.
        is_stand_in: True when this is not the data that was asked for, because that was not to be had.
    """

    name: str
    train: Part
    val: Part
    test: Part
    classes: tuple[str, ...]
    mean: Tensor
    std: Tensor
    features: tuple[str, ...] = ()
    is_stand_in: bool = False

    def __repr__(self) -> str:
        sizes = ", ".join(f"{len(getattr(self, part).inputs):,} {part}" for part in ("train", "val", "test"))
        stand_in = ", stand-in" if self.is_stand_in else ""
        return f"Splits({self.name}: {sizes}; inputs {_describe(self.train.inputs[0])}{stand_in})"


def split(
    part: Part, sizes: Sequence[int] | Sequence[float], *, seed: int = 0, stratify: bool = False
) -> tuple[Part, ...]:
    """Cut a part into disjoint random parts that together hold every sample once.

    Args:
        part: Inputs and targets, one row per sample.
        sizes: How many samples each part gets, adding up to all of them; or fractions that add up to 1.
        seed: The same seed gives the same parts.
        stratify: Give every part the same share of each class (to within one sample or two per class).

    Raises:
        ValueError: `sizes` does not add up or leaves a part empty, or `stratify` meets no integer labels.
    """
    inputs, targets = part
    counts = _counts(sizes, len(inputs))
    generator = torch.Generator().manual_seed(seed)
    if stratify:
        order = _balanced_order(targets, generator)
    else:
        order = torch.randperm(len(inputs), generator=generator)
    return tuple(Part(inputs[index], targets[index]) for index in order.split(counts))


def _counts(sizes: Sequence[int] | Sequence[float], total: int) -> list[int]:
    """Turn counts or fractions into counts, the last part taking what rounding leaves."""
    counts = list(sizes)
    if any(isinstance(size, float) for size in sizes):
        if abs(sum(sizes) - 1) > 1e-6:
            raise ValueError(f"sizes must add up to 1 when they are fractions, got {list(sizes)}")
        counts = [int(total * size + 0.5) for size in sizes[:-1]]
        counts.append(total - sum(counts))
    if sum(counts) != total:
        raise ValueError(f"sizes must add up to the {total} samples of the part, got {list(sizes)}")
    if min(counts) < 1:
        raise ValueError(f"sizes must give every part at least one of the {total} samples, got {list(sizes)}")
    return counts


def _balanced_order(labels: Tensor, generator: torch.Generator) -> Tensor:
    """Return a random order in which every stretch holds about the same share of each class."""
    if labels.ndim != 1 or labels.is_floating_point():
        raise ValueError(f"stratify=True needs integer labels of shape (N,), got {_describe(labels)}")
    position = torch.empty(len(labels), dtype=torch.float32)
    for label in labels.unique():
        (members,) = torch.where(labels == label)
        # Spread the members of this class evenly, but at random, over the stretch from 0 to 1.
        rank = torch.randperm(len(members), generator=generator)
        position[members] = (rank + torch.rand(len(members), generator=generator, dtype=torch.float32)) / len(
            members
        )
    return position.argsort()


def _describe(tensor: Tensor) -> str:
    """Return shape and type in a few characters, such as `(60000, 784) float32`."""
    return f"{tuple(tensor.shape)} {str(tensor.dtype).removeprefix('torch.')}"
