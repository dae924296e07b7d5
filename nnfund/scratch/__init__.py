"""Neural networks with nothing but tensor arithmetic: every forward and backward pass written out.

Names, arguments and shapes are PyTorch's, so a line of `torch.nn` becomes a line of `scratch`:

    model = scratch.Sequential(scratch.Linear(784, 128), scratch.ReLU(), scratch.Linear(128, 10))
    loss_fn = scratch.CrossEntropyLoss()
    optimizer = scratch.SGD(model.parameters(), lr=0.1, momentum=0.9)

    for inputs, targets in train_loader:
        loss = loss_fn(model(inputs), targets)

        optimizer.zero_grad()
        model.backward(loss_fn.backward())
        optimizer.step()

The one difference is in the middle: there is no graph, so the backward pass is a call of its own.
"""

from nnfund.scratch import init
from nnfund.scratch.autograd import Value
from nnfund.scratch.gradient_check import check_gradients
from nnfund.scratch.gradient_report import GradientCheck
from nnfund.scratch.layers import (
    ELU,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Tanh,
    parameter,
)
from nnfund.scratch.losses import BCEWithLogitsLoss, CrossEntropyLoss, L1Loss, MSELoss, NLLLoss
from nnfund.scratch.optimizers import SGD, Adam, AdamW, RMSprop

__all__ = [
    "ELU",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "Conv2d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "GradientCheck",
    "L1Loss",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MSELoss",
    "MaxPool2d",
    "NLLLoss",
    "RMSprop",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "Value",
    "check_gradients",
    "init",
    "parameter",
]
