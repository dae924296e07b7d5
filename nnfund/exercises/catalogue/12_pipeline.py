"""The whole pipeline, from a raw table to a network.

Level: advanced
Page: 12_training_loop
Seconds: 30

Tumours, with 30 measurements each, *not* normalised: some columns lie near 0.01, others near 1000. `train`
and `val` have `.inputs`, float32 of shape (N, 30), and `.targets`, int64 of shape (N,), 1 for malignant.
Train a network on `train`, choose the epoch by `val`, and return the network and its validation loss (the
mean of `nn.BCEWithLogitsLoss` over all of `val`).

- The network takes *raw* rows, of shape (N, 30), and gives logits, of shape (N, 1). So it must keep the
  training set's mean and standard deviation, and use them itself: buffers are made for that.
- It comes back with the weights of its best epoch, in evaluation mode.
- The loss that you return is the loss of the network that you return.
- It gets at least 93 of 100 tumours right that it has never seen.
"""

import torch
from torch import nn

from nnfund.data import Part


def train_pipeline(train: Part, val: Part) -> tuple[nn.Module, float]:
    """Return a network for raw rows (N, 30) with its best weights, and its validation loss."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import copy

from nnfund.data import load_breast_cancer
from nnfund.exercises import Case

FORM = {
    "gives logits of shape (N, 1) for raw rows": True,
    "is in evaluation mode": True,
    "says the same of a row, alone or among others": True,
}
RESULT = {
    "the loss returned is that of the network returned": True,
    "gets at least 93 of 100 new tumours right": True,
}


def checks(answer):
    def form(seed):
        """What train_pipeline(train, val) gives for load_breast_cancer(seed=seed, normalize=False)"""
        table = load_breast_cancer(seed=seed, normalize=False)
        returned = answer.train_pipeline(table.train, table.val)
        if returned is None:
            return None  # the reader is told that `return` is missing
        model, _ = returned
        is_evaluating, rows = not model.training, table.test.inputs[:10]
        with torch.no_grad():
            together, alone = (model.eval()(x) for x in (rows, rows[:1]))
        fits = together.shape == (10, 1)
        return dict(
            zip(FORM, (fits, is_evaluating, torch.allclose(together[:1], alone, atol=1e-4)), strict=True)
        )

    def result(seed):
        """How good the network of train_pipeline(train, val) is, for the same table"""
        table = load_breast_cancer(seed=seed, normalize=False)
        model, val_loss = answer.train_pipeline(table.train, table.val)
        with torch.no_grad():
            logits, test_logits = (model.eval()(part.inputs)[:, 0] for part in (table.val, table.test))
        loss = loss_fn(logits, table.val.targets.float()).item()
        right = ((test_logits > 0) == table.test.targets).float().mean().item()
        return dict(zip(RESULT, (abs(loss - float(val_loss)) < 1e-3, right >= 0.93), strict=True))

    yield Case(form, 0, expected=FORM)
    yield Case(result, 0, expected=RESULT)


loss_fn = nn.functional.binary_cross_entropy_with_logits


class Normalised(nn.Module):
    def __init__(self, mean, std):
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("std", std)
        self.layers = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x):
        return self.layers((x - self.mean) / self.std)


class ByBatch(Normalised):
    def forward(self, x):
        return self.layers((x - x.mean(0)) / (x.std(0, correction=0) + 1e-6))


def fitted(model, train, val, epochs=60, lr=0.5):
    torch.manual_seed(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    best, weights = float("inf"), copy.deepcopy(model.state_dict())
    for _ in range(epochs):
        for batch in torch.randperm(len(train.targets)).split(32):
            loss = loss_fn(model(train.inputs[batch])[:, 0], train.targets[batch].float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            val_loss = loss_fn(model(val.inputs)[:, 0], val.targets.float()).item()
        if val_loss < best:
            best, weights = val_loss, copy.deepcopy(model.state_dict())
    return model.eval(), best, weights


def statistics(train):
    std, mean = torch.std_mean(train.inputs, dim=0)
    return mean, std


def normalised_outside(train, val):
    """The network was trained on normalised rows and is given raw ones. Whoever gets it does not know
    your mean and standard deviation: the network must carry them, and apply them in `forward`.
    """
    mean, std = statistics(train)
    train, val = (Part((part.inputs - mean) / std, part.targets) for part in (train, val))
    model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 1))
    model, best, weights = fitted(model, train, val)
    model.load_state_dict(weights)
    return model, best


def not_normalised(train, val):
    """The loss is reported truly, and the network is not good enough. Are the columns normalised, each
    by its own mean and standard deviation? If so, train longer, or with a larger learning rate.
    """
    model = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 1))
    model, best, weights = fitted(model, train, val, epochs=1, lr=0.1)
    model.load_state_dict(weights)
    return model, best


def last_weights(train, val):
    """The loss belongs to other weights than the network: to those of the best epoch, perhaps, and the
    network has those of the last. Keep a *copy* of the best, and give it back at the end.
    """
    model, best, _ = fitted(Normalised(*statistics(train)), train, val)
    return model, best


def training_mode(train, val):
    """The network is in training mode: dropout, if it had any, would go on. Return it after
    `model.eval()`.
    """
    model, best, weights = fitted(Normalised(*statistics(train)), train, val)
    model.load_state_dict(weights)
    return model.train(), best


def by_batch(train, val):
    """What it says of a tumour depends on which others come with it: rows are normalised by the mean of
    their own batch. Use the training set's mean, always.
    """
    model, best, weights = fitted(ByBatch(*statistics(train)), train, val)
    model.load_state_dict(weights)
    return model, best


def no_column(train, val):
    """The logits have the shape (N,). Asked is one column, (N, 1), as the last layer gives it."""
    model, best = train_and_return(train, val)
    return nn.Sequential(model, nn.Flatten(0)).eval(), best


def train_and_return(train, val):
    model, best, weights = fitted(Normalised(*statistics(train)), train, val)
    model.load_state_dict(weights)
    return model, best


MISTAKES = [normalised_outside, not_normalised, last_weights, training_mode, by_batch, no_column]
