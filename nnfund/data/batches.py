"""A data set that fits in memory, in shuffled batches: `DataLoader` without the work per sample."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import TensorDataset


class Batches:
    """Batches of a data set that lies in memory as two tensors. Use it wherever a `DataLoader` is used.

    A `DataLoader` fetches one sample at a time and stacks them again; taking a batch by one indexing
    operation gives the same batches several times faster. Every epoch has a fresh order, and the orders of
    all epochs follow from the seed.

    Args:
        inputs: Shape (N, ...).
        targets: Shape (N, ...).
        batch_size: Samples per batch. The last batch of an epoch may be smaller.
        shuffle: Visit the samples in a new random order in each epoch, instead of as they lie.
        seed: Fixes the orders. The same seed gives the same sequence of epochs.
        drop_last: Leave out the last batch when it is smaller than the others.
        transform: Applied to the inputs of each batch, after they are copied out of `inputs`.

    Raises:
        ValueError: Inputs and targets differ in length or lie on different devices, there are no samples,
            `batch_size` is not a positive whole number, or no batch would be left.

    Example:
        ```python
        from nnfund.data import Batches, load_digits

        digits = load_digits()
        train_loader = Batches(*digits.train, batch_size=256, shuffle=True, seed=0)
        for inputs, targets in train_loader: ...
        ```
    """

    def __init__(
        self,
        inputs: Tensor,
        targets: Tensor,
        *,
        batch_size: int,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        transform: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        _check(inputs, targets, batch_size, drop_last)
        self.inputs = inputs
        self.targets = targets
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.drop_last = drop_last
        self.transform = transform
        self.generator = torch.Generator().manual_seed(seed)

    @property
    def dataset(self) -> TensorDataset:
        """The samples one by one and untransformed, as a `DataLoader` has them."""
        return TensorDataset(self.inputs, self.targets)

    def __len__(self) -> int:
        """Return the number of batches in an epoch."""
        full, rest = divmod(len(self.inputs), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield the batches of one epoch."""
        n = len(self.inputs)
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        order = order.to(self.inputs.device)  # once per epoch, so that no batch waits for it
        for index in order.split(self.batch_size)[: len(self)]:
            inputs = self.inputs.index_select(0, index)  # (B, ...), a copy; three times as fast as [index]
            targets = self.targets.index_select(0, index)
            yield inputs if self.transform is None else self.transform(inputs), targets

    def state_dict(self) -> dict[str, Any]:
        """Return what fixes all epochs to come. Take it between two epochs."""
        state = {"generator": self.generator.get_state()}
        if hasattr(self.transform, "state_dict"):
            state["transform"] = self.transform.state_dict()
        return state

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue where `state_dict` was taken: the epochs that follow are the same, bit for bit."""
        self.generator.set_state(state["generator"])
        if "transform" in state:
            self.transform.load_state_dict(state["transform"])

    def __repr__(self) -> str:
        return (
            f"Batches({len(self.inputs):,} samples in {len(self):,} batches of {self.batch_size}, "
            f"shuffle={self.shuffle})"
        )


def _check(inputs: Tensor, targets: Tensor, batch_size: int, drop_last: bool) -> None:
    for name, value in (("inputs", inputs), ("targets", targets)):
        if not isinstance(value, Tensor) or value.ndim == 0:
            raise ValueError(f"{name} must be a tensor with one row per sample, got {value!r:.60}")
    if len(inputs) != len(targets):
        raise ValueError(f"inputs and targets must be equally long, got {len(inputs)} and {len(targets)}")
    if len(inputs) == 0:
        raise ValueError("inputs must hold at least one sample, got 0")
    if inputs.device != targets.device:
        raise ValueError(f"inputs and targets must share a device, got {inputs.device} and {targets.device}")
    if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
        raise ValueError(f"batch_size must be a positive whole number, got {batch_size!r}")
    if drop_last and batch_size > len(inputs):
        raise ValueError(f"batch_size must be at most {len(inputs)} with drop_last=True, got {batch_size}")
