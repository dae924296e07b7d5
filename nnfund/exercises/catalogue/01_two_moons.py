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
    def findings(inputs, targets, new_inputs, new_targets):
        """What the network train_network(inputs, targets) does with points that it has not seen"""
        model = answer.train_network(inputs, targets).eval()
        with torch.no_grad():
            outputs = model(new_inputs)
            bend = (model(inputs[:1]) + model(inputs[1:2])) / 2 - model(inputs[:2].mean(0, keepdim=True))
            bends = [
                (model(a) + model(b)) / 2 - model((a + b) / 2)
                for a, b in zip(far[::2], far[1::2], strict=True)
            ]
        fits = outputs.shape == new_targets.shape
        logits = bool((outputs < 0).any() or (outputs > 1).any())
        right = ((outputs > (0 if logits else 0.5)) == (new_targets == 1)).float().mean() if fits else 0
        bent = max(b.abs().max().item() for b in [bend, *bends]) > 1e-3
        return dict(zip(EXPECTED, (fits, logits, bent, bool(right >= 0.95)), strict=True))

    far = torch.tensor([[-3.0, -3.0], [3.0, 3.0], [-3.0, 3.0], [3.0, -3.0], [0.0, -3.0], [0.0, 3.0]])[:, None]
    for seed in (1, 2):
        inputs, labels = make_moons(1200, noise=0.1, seed=seed)
        targets = labels[:, None].float()
        yield Case(findings, inputs[:200], targets[:200], inputs[200:], targets[200:], expected=EXPECTED)


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


MISTAKES = [no_activation, sigmoid_at_the_end, sigmoid_twice, too_early]
