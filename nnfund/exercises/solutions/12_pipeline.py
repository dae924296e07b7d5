"""The whole pipeline, from a raw table to a network."""

import copy

import torch
from torch import Tensor, nn

from nnfund.data import Batches, Part


class TumourNetwork(nn.Module):
    """Normalises raw rows by the training set's numbers, which it carries along."""

    def __init__(self, mean: Tensor, std: Tensor):
        super().__init__()
        self.register_buffer("mean", mean)  # saved with the weights, and never trained
        self.register_buffer("std", std)
        self.layers = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 1))

    def forward(self, inputs: Tensor) -> Tensor:
        """Map raw rows (N, 30) to logits (N, 1)."""
        return self.layers((inputs - self.mean) / self.std)


def train_pipeline(train: Part, val: Part) -> tuple[nn.Module, float]:
    """Return a network for raw rows (N, 30) with its best weights, and its validation loss."""
    torch.manual_seed(0)
    std, mean = torch.std_mean(train.inputs, dim=0)  # of the training set alone
    model, loss_fn = TumourNetwork(mean, std), nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    train_loader = Batches(train.inputs, train.targets, batch_size=32, shuffle=True, seed=0)
    best, best_weights = float("inf"), None
    for _ in range(40):
        model.train()
        for inputs, targets in train_loader:
            loss = loss_fn(model(inputs), targets[:, None].float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = loss_fn(model(val.inputs), val.targets[:, None].float()).item()
        if val_loss < best:
            best, best_weights = val_loss, copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return model, best  # in evaluation mode since the last look at the validation set
