"""Layers in a row."""

from textwrap import indent
from typing import Self

from torch import Tensor

from nnfund.scratch.layers.layer import Layer


class Sequential(Layer):
    """The chain rule as a container: forward through the layers, then backward through them in reverse.

    Parameters are named as in `torch.nn.Sequential`: `"0.weight"`, `"0.bias"`, `"2.weight"`, …
    """

    def __init__(self, *layers: Layer) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                kind = f"{type(layer).__module__}.{type(layer).__name__}"
                raise ValueError(f"layers[{i}] must be a scratch.Layer, got {kind}")
        self.layers = list(layers)
        self.input_grad = all(layer.input_grad for layer in layers)

    def forward(self, x: Tensor) -> Tensor:
        """Return the last layer's output."""
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad_y: Tensor) -> Tensor | None:
        """Let every layer add its parameters' gradients; return dL/dx of the first layer.

        A layer made with `input_grad=False` is the last to get a gradient; the result is None then.
        """
        grad = grad_y
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
            if not layer.input_grad:
                return None
        return grad

    def __repr__(self) -> str:
        lines = (f"({i}): {layer}" for i, layer in enumerate(self.layers))
        return "Sequential(\n" + indent("\n".join(lines), "  ") + "\n)"

    def __getitem__(self, index: int) -> Layer:
        return self.layers[index]

    def __len__(self) -> int:
        return len(self.layers)

    def named_parameters(self) -> dict[str, Tensor]:
        """Return every layer's parameters, each name led by the layer's position."""
        return {
            f"{i}.{name}": tensor
            for i, layer in enumerate(self.layers)
            for name, tensor in layer.named_parameters().items()
        }

    def train(self, mode: bool = True) -> Self:
        """Switch every layer to training (or, with False, to evaluation) and return the network."""
        for layer in self.layers:
            layer.train(mode)
        return super().train(mode)

    def _state(self) -> dict[str, Tensor]:
        return {
            f"{i}.{name}": tensor
            for i, layer in enumerate(self.layers)
            for name, tensor in layer._state().items()
        }
