"""A network that reads digits."""

import torch
from torch import Tensor, nn

from nnfund.data import Batches


def train_network(inputs: Tensor, targets: Tensor) -> nn.Module:
    """Return a network that was trained on inputs (N, 1, 8, 8) and targets (N,)."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(),  # (N, 1, 8, 8) -> (N, 64)
        nn.Linear(64, 128),
        nn.ReLU(),
        nn.Linear(128, 10),  # logits: CrossEntropyLoss does the softmax
    )
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    train_loader = Batches(inputs, targets, batch_size=64, shuffle=True, seed=0)
    for _ in range(20):
        for batch_inputs, batch_targets in train_loader:
            loss = loss_fn(model(batch_inputs), batch_targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model
