"""The pieces together: a scratch network trains to the same weights as the same network in PyTorch."""

import pytest
import torch
from torch import nn

from nnfund import scratch

from .compare import EXACT, numbers


def train_both(ours, theirs, loss_name, optimizer_name, options, x, targets, steps=30):
    theirs.load_state_dict(ours.state_dict())
    loss_fn, loss_torch = getattr(scratch, loss_name)(), getattr(nn, loss_name)()
    optimizer = getattr(scratch, optimizer_name)(ours.parameters(), **options)
    optimizer_torch = getattr(torch.optim, optimizer_name)(theirs.parameters(), **options)
    losses = []
    for _ in range(steps):
        loss = loss_fn(ours(x), targets)
        optimizer.zero_grad()
        ours.backward(loss_fn.backward())
        optimizer.step()
        losses.append(loss.item())

        expected = loss_torch(theirs(x), targets)
        optimizer_torch.zero_grad()
        expected.backward()
        optimizer_torch.step()
        torch.testing.assert_close(loss, expected.detach(), **EXACT)
    for name, value in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], value, **EXACT)
    return losses


@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        ("SGD", {"lr": 0.1, "momentum": 0.9}),
        ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 1e-3}),
        ("RMSprop", {"lr": 0.01}),
        ("Adam", {"lr": 0.01}),
        ("AdamW", {"lr": 0.01}),
    ],
)
def test_an_mlp_trains_as_in_torch_and_overfits_one_batch(optimizer, options):
    ours = scratch.Sequential(
        scratch.Linear(6, 16, input_grad=False, dtype=torch.float64),
        scratch.ReLU(),
        scratch.Linear(16, 8, dtype=torch.float64),
        scratch.Tanh(),
        scratch.Linear(8, 3, dtype=torch.float64),
    )
    theirs = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3)).double()
    targets = torch.arange(12) % 3
    losses = train_both(ours, theirs, "CrossEntropyLoss", optimizer, options, numbers(12, 6), targets, 60)
    assert losses[-1] < 0.5 * losses[0]


def test_a_cnn_trains_as_in_torch():
    ours = scratch.Sequential(
        scratch.Conv2d(1, 4, 3, padding=1, input_grad=False, dtype=torch.float64),
        scratch.LeakyReLU(),
        scratch.AvgPool2d(2),
        scratch.Conv2d(4, 6, 3, stride=2, dtype=torch.float64),
        scratch.ELU(),
        scratch.Flatten(),
        scratch.BatchNorm1d(6, dtype=torch.float64),
        scratch.Linear(6, 1, dtype=torch.float64),
    )
    theirs = nn.Sequential(
        nn.Conv2d(1, 4, 3, padding=1),
        nn.LeakyReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(4, 6, 3, stride=2),
        nn.ELU(),
        nn.Flatten(),
        nn.BatchNorm1d(6),
        nn.Linear(6, 1),
    ).double()
    targets = (torch.arange(8.0, dtype=torch.float64) % 2)[:, None]
    options = {"lr": 0.05, "momentum": 0.9}
    train_both(ours, theirs, "BCEWithLogitsLoss", "SGD", options, numbers(8, 1, 6, 6), targets)


def test_every_public_name_is_exported_and_documented():
    for name in scratch.__all__:
        assert getattr(scratch, name).__doc__, name
