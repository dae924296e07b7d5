"""What a model is made of: how many parameters, and which shape leaves each layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn


def count_parameters(model: nn.Module, trainable_only: bool = False) -> int:
    """Count the numbers that a model's parameters hold.

    A parameter that two layers share counts once; buffers, such as the running mean of a batch norm,
    are not parameters.

    Args:
        model: Any module.
        trainable_only: Leave out the parameters with `requires_grad=False`.
    """
    return sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)


@dataclass(frozen=True)
class LayerRow:
    """One line of a `Summary`: a layer's name, its class, the shape that left it, its parameters."""

    name: str
    kind: str
    output_shape: str
    parameters: int


@dataclass(frozen=True)
class Summary:
    """The layers of a model in the order in which they ran, and its parameters; `print` shows a table."""

    rows: list[LayerRow]
    parameters: int
    trainable_parameters: int

    def __str__(self) -> str:
        table = [("layer", "kind", "output shape", "parameters")]
        table += [(row.name, row.kind, row.output_shape, f"{row.parameters:,}") for row in self.rows]
        table.append(("total", "", "", f"{self.parameters:,}"))
        if self.trainable_parameters != self.parameters:
            table.append(("trainable", "", "", f"{self.trainable_parameters:,}"))
        widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
        lines = []
        for *texts, number in table:
            cells = [text.ljust(width) for text, width in zip(texts, widths[:-1], strict=True)]
            lines.append("  ".join([*cells, number.rjust(widths[-1])]))
        rule = "─" * len(lines[0])
        return "\n".join([lines[0], rule, *lines[1 : len(self.rows) + 1], rule, *lines[len(self.rows) + 1 :]])

    __repr__ = __str__


def summary(model: nn.Module, input_size: Sequence[int]) -> Summary:
    """Run a batch of zeros through a model and list its layers, output shapes and parameters.

    A layer is a module without children, or one that holds parameters of its own; what `forward` does
    through functions (`torch.relu(x)`) leaves no line. A layer that runs twice has two lines; parameters
    count where they first appear, so that the lines add up to the total. The model is left as it was:
    no hook stays, every module keeps its mode, and no running statistic changes.

    Args:
        model: A module that takes one tensor of floating-point numbers.
        input_size: Shape of that tensor with its batch dimension, such as (1, 1, 28, 28).

    Raises:
        ValueError: When `input_size` holds anything but positive integers.
    """
    if not input_size or not all(isinstance(size, int) and size > 0 for size in input_size):
        raise ValueError(f"input_size: got {input_size!r}; give the shape of a batch, such as (1, 1, 28, 28)")
    rows: list[LayerRow] = []
    counted: set[nn.Parameter] = set()

    def add_row(name: str, layer: nn.Module, output_shape: str) -> None:
        own = set(layer.parameters(recurse=False)) - counted
        counted.update(own)
        rows.append(LayerRow(name, type(layer).__name__, output_shape, sum(p.numel() for p in own)))

    layers = {
        name or "(model)": module
        for name, module in model.named_modules()
        if not list(module.children()) or list(module.parameters(recurse=False))
    }
    hooks = [
        layer.register_forward_hook(
            lambda layer, _, output, name=name: add_row(name, layer, shape_of(output))
        )
        for name, layer in layers.items()
    ]
    modes = {module: module.training for module in model.modules()}
    example = next(model.parameters(), torch.empty(0))  # the model's own device and precision
    try:
        model.eval()
        with torch.no_grad():
            model(torch.zeros(*input_size, device=example.device, dtype=example.dtype))
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in modes.items():
            module.training = training
    ran = {row.name for row in rows}
    for name, layer in layers.items():
        if name not in ran:
            add_row(name, layer, "did not run")
    return Summary(rows, count_parameters(model), count_parameters(model, trainable_only=True))


def shape_of(output: object) -> str:
    """Describe what a layer returned: the shape of a tensor, or the class of anything else."""
    return str(tuple(output.shape)) if isinstance(output, Tensor) else type(output).__name__
