"""What a training run recorded: one number per epoch and name."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class History:
    """The course of a run; entry `i` of each list belongs to epoch `i + 1`.

    Two histories are equal when the runs computed the same numbers: `seconds` takes no part in
    comparisons, in `repr` or in `str`, so that nothing a page prints depends on the machine's speed.

    Attributes:
        train_loss: Mean loss over the epoch's training samples, measured while the weights changed.
        val_loss: Mean loss over the validation samples after the epoch; empty without a `val_loader`.
        lr: Learning rate of the epoch's first step.
        metrics: Lists by name, such as `val_accuracy`.
        seconds: Wall-clock time of each epoch, validation included.
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list, repr=False, compare=False)

    def append(self, *, train_loss: float, lr: float, seconds: float, val: dict[str, float]) -> None:
        """Add one epoch; `val` is what `evaluate` returned, or empty."""
        self.train_loss.append(train_loss)
        self.lr.append(lr)
        self.seconds.append(seconds)
        for name, value in val.items():
            curve = self.val_loss if name == "loss" else self.metrics.setdefault(f"val_{name}", [])
            curve.append(value)

    def curves(self) -> dict[str, list[float]]:
        """All recorded lists by name, without the empty ones and without `seconds`."""
        named = {"train_loss": self.train_loss, "val_loss": self.val_loss, **self.metrics, "lr": self.lr}
        return {name: values for name, values in named.items() if values}

    def __getitem__(self, name: str) -> list[float]:
        """The list called `name`: `history["val_accuracy"][-1]` is the last epoch's.

        Raises:
            ValueError: Nothing of that name was recorded.
        """
        curves = self.curves()
        if name not in curves:
            raise ValueError(
                f"name={name!r} was not recorded; this run has: {', '.join(curves) or 'nothing yet'}"
            )
        return curves[name]

    def __len__(self) -> int:
        """Number of epochs."""
        return len(self.train_loss)

    def line(self, epoch: int) -> str:
        """One epoch in words; `epoch` counts from 1."""
        values = (f"{name} {curve[epoch - 1]:.4f}" for name, curve in self.curves().items())
        return f"epoch {epoch:2d}: " + "  ".join(values)

    def __str__(self) -> str:
        return "\n".join(self.line(epoch) for epoch in range(1, len(self) + 1))

    def to_dict(self) -> dict[str, Any]:
        """Plain lists and dictionaries, ready for `json.dump`."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> History:
        """The history that `to_dict` turned into plain values."""
        return cls(**values)
