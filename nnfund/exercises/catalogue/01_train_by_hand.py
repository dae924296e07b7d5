"""Train without an optimizer.

Level: advanced
Page: 01_first_network

`optimizer.step()` and `optimizer.zero_grad()` are a few lines each. Write them yourself: train
`model` for `steps` steps, each with *all* the samples, and with the loss `nn.BCEWithLogitsLoss()`.
Each step moves each parameter by `lr` times its slope, downhill. Do not use `torch.optim`.

`inputs` has the shape (N, features), and `targets` the shape (N, 1). Train the model that you are
given, in place. Return a list with one loss per step: the loss *before* the step.
"""

import torch
from torch import Tensor, nn


def train(model: nn.Module, inputs: Tensor, targets: Tensor, lr: float, steps: int) -> list[float]:
    """Train `model` by gradient descent; return the loss before each step."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from copy import deepcopy

from nnfund.exercises import Case


def with_sgd(model, inputs, targets, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = nn.BCEWithLogitsLoss()(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def checks(answer):
    def parameters_after(model, inputs, targets, lr, steps):
        """The parameters of the model, as one list, after train(model, inputs, targets, lr, steps)"""
        answer.train(model, inputs, targets, lr, steps)
        return torch.cat([p.detach().flatten() for p in model.parameters()])

    for n, lr, steps in [(4, 0.5, 4), (6, 0.1, 3)]:
        inputs, targets = torch.randn(n, 2), torch.randint(2, (n, 1)).float()
        model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
        expected = with_sgd(deepcopy(model), inputs, targets, lr, steps)
        yield Case(answer.train, model, inputs, targets, lr, steps, expected=expected)
    inputs, targets = torch.randn(5, 3), torch.randint(2, (5, 1)).float()
    trained = nn.Linear(3, 1)
    model = deepcopy(trained)
    with_sgd(trained, inputs, targets, 1.0, 5)
    expected = torch.cat([p.detach().flatten() for p in trained.parameters()])
    yield Case(parameters_after, model, inputs, targets, 1.0, 5, expected=expected)


def descend(model, inputs, targets, lr, steps, clear=True):
    losses = []
    for _ in range(steps):
        loss = nn.BCEWithLogitsLoss()(model(inputs), targets)
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
                if clear:
                    parameter.grad = None
    return losses


def never_cleared(model, inputs, targets, lr, steps):
    """The first losses are right, then they drift. `backward()` adds to what is stored in `.grad`, so from
    the second step on the old slopes are still in there. Clear them once per step.
    """
    return descend(model, inputs, targets, lr, steps, clear=False)


def uphill(model, inputs, targets, lr, steps):
    """The loss grows: each step goes uphill. The slope says where the loss grows, so go against it."""
    return descend(model, inputs, targets, -lr, steps)


def new_name(model, inputs, targets, lr, steps):
    """The loss stays the same: the model never moved. `parameter = parameter - ...` makes a new tensor and
    gives it the old name, while the model keeps its own; change it in place, with `-=`. Or were the slopes
    cleared before they were used?
    """
    return [nn.BCEWithLogitsLoss()(model(inputs), targets).item()] * steps


def recorded(model, inputs, targets, lr, steps):
    """PyTorch refuses to change a parameter in place while it records operations for `backward()`. The update
    is no part of the network: put it inside `with torch.no_grad():`.
    """
    nn.BCEWithLogitsLoss()(model(inputs), targets).backward()
    for parameter in model.parameters():
        parameter -= lr * parameter.grad


def one_step_late(model, inputs, targets, lr, steps):
    """The losses are one step late: the first one asked for is that of the untrained model. Keep the loss
    that you compute before the step.
    """
    losses = descend(model, inputs, targets, lr, steps)
    return [*losses[1:], nn.BCEWithLogitsLoss()(model(inputs), targets).item()]


def no_slopes(model, inputs, targets, lr, steps):
    """A parameter's `.grad` is None until `backward()` has filled it. Call `loss.backward()` before the
    update.
    """
    return [parameter.sub_(lr * parameter.grad) for parameter in model.parameters()]


MISTAKES = [never_cleared, uphill, new_name, recorded, one_step_late, no_slopes]
