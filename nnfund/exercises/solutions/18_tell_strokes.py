"""A network that finds a stroke anywhere."""

import torch
from torch import Tensor, nn

from nnfund.data import Batches


def train_network(inputs: Tensor, targets: Tensor) -> nn.Module:
    """Return a network that was trained on inputs (N, 1, 12, 12) and targets (N,)."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, kernel_size=5, padding=2),  # room for a kernel per stroke, the same at every place
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),  # (N, 8, 1, 1): how strong each was at its best place, wherever that is
        nn.Flatten(),
        nn.Linear(8, 4),
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    for _ in range(15):
        for batch_inputs, batch_targets in Batches(inputs, targets, batch_size=32, shuffle=True):
            loss = loss_fn(model(batch_inputs), batch_targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model
