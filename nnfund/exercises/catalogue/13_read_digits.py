"""A network that reads digits.

Level: intermediate
Page: 13_mnist_mlp
Seconds: 60

The task of the page, at a size that takes seconds: 8 × 8 images of handwritten digits, which come with
scikit-learn. `inputs`, of shape (N, 1, 8, 8), are normalised images, about 1,200 of them, and `targets`, of
shape (N,), their classes from 0 to 9. Build a network, train it, and return it.

- For images of shape (N, 1, 8, 8) it gives *logits*, of shape (N, 10).
- It reads at least 95 of 100 digits that it has never seen.
- Training takes a few seconds at most.

Width, depth, optimizer, learning rate and epochs are for you to choose. Bring your own loop, or use
`Batches` from `nnfund.data` and `fit` from `nnfund.training`.
"""

import torch
from torch import Tensor, nn


def train_network(inputs: Tensor, targets: Tensor) -> nn.Module:
    """Return a network that was trained on inputs (N, 1, 8, 8) and targets (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.data import load_digits
from nnfund.exercises import Case

FORM = {"gives ten numbers per image": True, "gives logits, not probabilities": True}
READS = {"reads at least 90 of 100 new digits": True, "reads at least 95 of 100 new digits": True}


def checks(answer):
    def form(seed):
        """What the network gives for new images, after train_network(*load_digits(seed=seed).train)"""
        digits = load_digits(seed=seed)
        model = answer.train_network(*digits.train)
        if model is None:
            return None  # the reader is told that `return` is missing
        outputs = new_outputs(model, digits)
        fits = outputs.ndim == 2 and outputs.shape[1] == 10
        sums = outputs.exp().sum(1) if (outputs <= 0).all() else outputs.sum(1)
        logits = not (fits and torch.allclose(sums, torch.ones(()), atol=1e-3))
        return dict(zip(FORM, (fits, logits), strict=True))

    def reading(seed):
        """How well the network reads new digits, after train_network(*load_digits(seed=seed).train)"""
        digits = load_digits(seed=seed)
        outputs = new_outputs(answer.train_network(*digits.train), digits)
        targets = torch.cat([digits.val.targets, digits.test.targets])
        right = (outputs.argmax(1) == targets).float().mean().item()
        return dict(zip(READS, (right >= 0.9, right >= 0.95), strict=True))

    yield Case(form, 0, expected=FORM)
    yield Case(reading, 0, expected=READS)


def new_outputs(model, digits):
    with torch.no_grad():
        return model.eval()(torch.cat([digits.val.inputs, digits.test.inputs]))


def trained(model, inputs, targets, epochs=10, lr=0.1, clear=True):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(epochs):
        order = torch.randperm(len(targets))
        for batch in order.split(64):
            loss = nn.functional.cross_entropy(model(inputs[batch]), targets[batch])
            if clear:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


def layers(*more):
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10), *more)


def not_flattened(inputs, targets):
    """A linear layer wants one row of 64 numbers per image, and each image comes as 8 rows of 8. Lay
    them end to end first: `nn.Flatten()`.
    """
    return trained(nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)), inputs, targets, 1)


def softmax_at_the_end(inputs, targets):
    """Each row sums to 1: there is a softmax at the end. `nn.CrossEntropyLoss` applies it, too, so it
    would come twice, and training suffers. Return the logits.
    """
    return trained(layers(nn.Softmax(1)), inputs, targets, 30)


def one_output(inputs, targets):
    """The network gives one number per image, as if a 7 were more than a 2. Digits are classes: ten
    outputs, one logit for each, and `nn.CrossEntropyLoss`.
    """
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 1))


def too_early(inputs, targets):
    """It has hardly learned anything yet. More epochs, or a larger learning rate? Print the loss of
    each epoch: if it still falls, go on. If it does not fall, look at the loop: `zero_grad`,
    `backward`, `step`, and the right model in the optimizer.
    """
    return trained(layers(), inputs, targets, 1, lr=0.001)


def a_little_more(inputs, targets):
    """It reads most digits, and not enough. Is there an activation between the layers, and a hidden
    layer wide enough, with 64 units, say? Then train longer: is the loss near 0 at the end?
    """
    return trained(layers(), inputs, targets, 3, lr=0.02)


MISTAKES = [not_flattened, softmax_at_the_end, one_output, too_early, a_little_more]
