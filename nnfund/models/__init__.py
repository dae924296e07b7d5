"""The networks that the pages train, from Rosenblatt's perceptron to a U-Net."""

from nnfund.models.cnn import SmallCNN
from nnfund.models.inspection import Summary, count_parameters, summary
from nnfund.models.mlp import MLP
from nnfund.models.perceptron import Perceptron, PerceptronRun
from nnfund.models.resnet import SmallResNet
from nnfund.models.unet import UNet

__all__ = [
    "MLP",
    "Perceptron",
    "PerceptronRun",
    "SmallCNN",
    "SmallResNet",
    "Summary",
    "UNet",
    "count_parameters",
    "summary",
]
