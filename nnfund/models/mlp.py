"""The multilayer perceptron: affine maps with a nonlinearity between them."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from torch import Tensor, nn


class MLP(nn.Module):
    """Fully connected network with an activation between its layers, and none after the last.

    The input is flattened, so that images go in as they are: (N, *) with `sizes[0]` values per sample.
    The output is (N, `sizes[-1]`): logits for `nn.CrossEntropyLoss`, or values for a regression.
    `model.layers` is an `nn.Sequential`: its first `nn.Linear` is `model.layers[1]`, and
    `model.layers[:-1]` computes the last hidden activations.

    Source: Rumelhart, Hinton and Williams, "Learning representations by back-propagating errors",
    Nature 323 (1986).

    Args:
        sizes: Features at the input, in each hidden layer and at the output; `[784, 128, 10]` is a
            network with one hidden layer. Two sizes make a linear model.
        activation: What makes the module that follows each hidden layer: a class such as `nn.Tanh`, or a
            function of no arguments, `lambda: nn.LeakyReLU(0.1)`.

    Raises:
        ValueError: When `sizes` has fewer than two entries or one that is not a positive integer, or when
            `activation` is a module rather than its class.
    """

    def __init__(self, sizes: Sequence[int], activation: Callable[[], nn.Module] = nn.ReLU) -> None:
        super().__init__()
        if len(sizes) < 2 or not all(isinstance(size, int) and size > 0 for size in sizes):
            raise ValueError(
                f"sizes: got {sizes!r}; give at least two positive integers, such as [784, 128, 10]"
            )
        if isinstance(activation, nn.Module):
            raise ValueError(f"activation: got the module {activation}; give its class, such as nn.ReLU")
        layers: list[nn.Module] = [nn.Flatten()]
        for in_features, out_features in pairwise(sizes[:-1]):
            layers += [nn.Linear(in_features, out_features), activation()]
        layers.append(nn.Linear(sizes[-2], sizes[-1]))
        self.layers = nn.Sequential(*layers)

    def forward(self, inputs: Tensor) -> Tensor:
        """Map inputs (N, *) to logits (N, `sizes[-1]`)."""
        return self.layers(inputs)
