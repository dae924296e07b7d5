"""Your own network for the two moons.

Level: intermediate
Page: 01_first_network
Seconds: 30

Write a network, write the loop that trains it, and return it trained. `inputs`, of shape (200, 2),
are points of two moons, `targets`, of shape (200, 1), their classes, 0.0 and 1.0.

- For points of shape (N, 2) the network gives *logits*, of shape (N, 1).
- It gets at least 95 of 100 points right that it has never seen. No straight line can.
- Training takes a few seconds at most.

Hidden units, learning rate, and the number of steps are for you to choose.
"""

import torch
from torch import Tensor, nn


def train_network(inputs: Tensor, targets: Tensor) -> nn.Module:
    """Return a network that was trained on inputs (N, 2) and targets (N, 1)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.data import make_moons
from nnfund.exercises import Case

EXPECTED = {
    "gives one output per point": True,
    "gives logits": True,
    "can bend its boundary": True,
    "gets at least 95 of 100 new points right": True,
}


def checks(answer):
    def findings(seed):
        """What the network train_network(inputs, targets) does with 1000 new points; all the points are from
        make_moons(1200, noise=0.1, seed=seed)"""
        points, labels = make_moons(1200, noise=0.1, seed=seed)
        targets = labels[:, None].float()
        model = answer.train_network(points[:200], targets[:200]).eval()
        with torch.no_grad():
            outputs = model(points[200:])
            bend = (model(far) + model(-far)) / 2 - model(torch.zeros(1, 2))  # 0 where the network is a plane
        fits = outputs.shape == (1000, 1)
        logits = bool((outputs < 0).any() or (outputs > 1).any())
        answers = outputs[:, :1] > (0 if logits else 0.5)
        right = bool((answers == (targets[200:] == 1)).float().mean() >= 0.95)
        return dict(zip(EXPECTED, (fits, logits, bool(bend.abs().max() > 1e-3), right), strict=True))

    far = 4 * torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
    for seed in (1, 2):
        yield Case(findings, seed, expected=EXPECTED)


def trained(model, inputs, targets, steps, loss_fn=None):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    for _ in range(steps):
        loss = (loss_fn or nn.BCEWithLogitsLoss())(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return model


def no_activation(inputs, targets):
    """Its boundary is a straight line: layers without an activation between them are one weighted sum. Put a
    ReLU between the two layers.
    """
    return trained(nn.Sequential(nn.Linear(2, 16), nn.Linear(16, 1)), inputs, targets, 40)


def sigmoid_at_the_end(inputs, targets):
    """All outputs lie between 0 and 1, so they are probabilities; perhaps there is a sigmoid at the end.
    Logits are asked. Leave the sigmoid out, and let `nn.BCEWithLogitsLoss` do it.
    """
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    return trained(model, inputs, targets, 150, nn.BCELoss())


def sigmoid_twice(inputs, targets):
    """All outputs lie between 0 and 1, and the answers are not good enough. A sigmoid in the network *and*
    one in `nn.BCEWithLogitsLoss` make two. Leave out the one in the network.
    """
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid())
    return trained(model, inputs, targets, 40)


def too_early(inputs, targets):
    """The network is of the right kind, but it is not trained enough. More passes, or a larger learning rate?
    Print the loss every ten passes: if it still falls, go on. If it does not fall, look at your loop:
    `zero_grad`, `backward`, `step`.
    """
    return trained(nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)), inputs, targets, 5)


def two_outputs(inputs, targets):
    """There are two outputs per point, one for each class, as `nn.CrossEntropyLoss` wants them. That works as
    well, but here one output is asked: the logit of class 1, with `nn.BCEWithLogitsLoss`.
    """
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
    return trained(model, inputs, targets[:, 0].long(), 150, nn.CrossEntropyLoss())


def one_loss(inputs, targets):
    """`backward()` was called twice on one loss. A step changes the network, so the loss is another one:
    compute outputs and loss anew *inside* the loop.
    """
    model = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1))
    loss = nn.BCEWithLogitsLoss()(model(inputs), targets)
    loss.backward()
    loss.backward()


MISTAKES = [no_activation, sigmoid_at_the_end, sigmoid_twice, too_early, two_outputs, one_loss]
