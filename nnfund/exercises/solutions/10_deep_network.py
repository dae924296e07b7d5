"""A network of any depth whose parameters PyTorch knows."""

from itertools import pairwise

from torch import Tensor, nn


class DeepNetwork(nn.Module):
    """Linear layers of the given sizes, with ReLU between them."""

    def __init__(self, sizes: list[int]):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(i, o) for i, o in pairwise(sizes))

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, sizes[0]) to (N, sizes[-1])."""
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)
