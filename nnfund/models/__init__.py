"""The networks that the pages train, from Rosenblatt's perceptron to a U-Net."""

from nnfund.models.inspection import count_parameters
from nnfund.models.mlp import MLP

__all__ = ["MLP", "count_parameters"]
