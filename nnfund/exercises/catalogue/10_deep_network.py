"""A network of any depth whose parameters PyTorch knows.

Level: intermediate
Page: 10_modules

`DeepNetwork([2, 16, 16, 3])` should have a linear layer from 2 to 16, one from 16 to 16, and one from
16 to 3, with a ReLU *between* each two of them, and none after the last. It must work for any list of
two sizes or more, and `parameters()` must give every weight and every bias, or the optimizer will
never train them.
"""

import torch
from torch import Tensor, nn


class DeepNetwork(nn.Module):
    """Linear layers of the given sizes, with ReLU between them."""

    def __init__(self, sizes: list[int]):
        super().__init__()
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, sizes[0]) to (N, sizes[-1])."""
        raise NotImplementedError


# === checks: a reader's copy ends here ===
from itertools import pairwise

from nnfund.exercises import Case


def checks(answer):
    def parameter_shapes(sizes):
        """The shapes of DeepNetwork(sizes).parameters(), sorted"""
        return sorted(tuple(p.shape) for p in answer.DeepNetwork(sizes).parameters())

    def output(sizes, x):
        """DeepNetwork(sizes)(x), after its weights and biases were set to fixed numbers"""
        network = answer.DeepNetwork(sizes)
        with torch.no_grad():
            for p in network.parameters():
                p.copy_(torch.linspace(-1, 0.8, p.numel()).view(p.shape))
        return network(x).detach()

    for sizes in ([2, 16, 16, 3], [4, 1], [1, 5, 2]):
        pairs = pairwise(sizes)
        expected = sorted(shape for i, o in pairs for shape in ((o, i), (o,)))
        yield Case(parameter_shapes, sizes, expected=expected)
    for sizes in ([3, 1], [2, 4, 3], [2, 3, 3, 3, 2]):
        x = torch.randn(4, sizes[0])
        expected = x
        for i, o in pairwise(sizes):
            hidden = expected if expected is x else expected.relu()
            weight, bias = torch.linspace(-1, 0.8, i * o).view(o, i), torch.linspace(-1, 0.8, o)
            expected = hidden @ weight.T + bias
        yield Case(output, sizes, x, expected=expected)


def layers_of(sizes):
    return [nn.Linear(i, o) for i, o in pairwise(sizes)]


class PlainList(nn.Module):
    """`parameters()` finds nothing: a plain list hides its modules. Keep the layers in an `nn.ModuleList`."""

    def __init__(self, sizes):
        super().__init__()
        self.layers = layers_of(sizes)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


class ReluAtTheEnd(PlainList):
    """No output is negative: there is a ReLU after the last layer, too. Leave it out, so that logits can be
    negative.
    """

    def __init__(self, sizes):
        super().__init__(sizes)
        self.layers = nn.ModuleList(self.layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x).relu()
        return x


class NoRelu(ReluAtTheEnd):
    """There is no ReLU between the layers: without one, the whole network is a single linear map."""

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class LastIsMissing(ReluAtTheEnd):
    """The last layer is missing. Between four sizes there are three layers: `itertools.pairwise(sizes)`
    gives the pairs.
    """

    def __init__(self, sizes):
        super().__init__(sizes[:-1])


MISTAKES = [PlainList, ReluAtTheEnd, NoRelu, LastIsMissing]
