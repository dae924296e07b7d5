"""Layers with forward and backward written out; names, arguments and shapes are those of `torch.nn`."""

from nnfund.scratch.layers.activations import ELU, LeakyReLU, ReLU, Sigmoid, Tanh
from nnfund.scratch.layers.batch_norm import BatchNorm1d
from nnfund.scratch.layers.convolution import Conv2d
from nnfund.scratch.layers.dropout import Dropout
from nnfund.scratch.layers.flatten import Flatten
from nnfund.scratch.layers.layer import Layer, parameter
from nnfund.scratch.layers.linear import Linear
from nnfund.scratch.layers.pooling import AvgPool2d, MaxPool2d
from nnfund.scratch.layers.sequential import Sequential
from nnfund.scratch.layers.softmax import Softmax

__all__ = [
    "ELU",
    "AvgPool2d",
    "BatchNorm1d",
    "Conv2d",
    "Dropout",
    "Flatten",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "parameter",
]
