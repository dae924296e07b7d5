"""Train without an optimizer."""

import torch
from torch import Tensor, nn


def train(model: nn.Module, inputs: Tensor, targets: Tensor, lr: float, steps: int) -> list[float]:
    """Train `model` by gradient descent; return the loss before each step."""
    loss_fn = nn.BCEWithLogitsLoss()
    losses = []
    for _ in range(steps):
        loss = loss_fn(model(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():  # the update is not part of the network
            for parameter in model.parameters():
                parameter -= lr * parameter.grad  # in place: the model's own tensor
                parameter.grad = None  # or backward() would add to it
    return losses
