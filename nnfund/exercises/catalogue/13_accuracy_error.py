r"""An accuracy, and how far to trust it.

Level: basic
Page: 13_mnist_mlp

`logits`, of shape (N, classes), are what a network says about N images, and `targets`, of shape (N,), are the
right classes. The largest logit of a row is the network's answer. Return two numbers: the share $p$ of right
answers, and its standard error,

$$\sqrt{\frac{p\,(1 - p)}{N}}.$$

With another test set of the same size, $p$ would typically come out as far away as this. Try it: how many
images does it take until an accuracy of 98 % is known to about a tenth of a per cent?
"""

import torch
from torch import Tensor


def accuracy_with_error(logits: Tensor, targets: Tensor) -> tuple[float, float]:
    """Return the share of right answers, and its standard error."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    logits = torch.tensor(
        [[2.0, -1.0, 0.5], [0.1, 0.3, 0.2], [-3.0, -2.0, -1.0], [0.0, 1.0, 4.0], [1.0, 0.0, 0.5]]
    )
    sets = [(logits, torch.tensor([0, 1, 1, 2, 0]))]
    for n, classes in ((50, 10), (3, 3)):
        logits = torch.randn(n, classes)
        targets = logits.argmax(1)
        targets[::3] = (targets[::3] + 1) % classes
        sets.append((logits, targets))
    sets.append((torch.eye(4) * 3, torch.arange(4)))
    for logits, targets in sets:
        p = sum(row.index(max(row)) == t for row, t in zip(logits.tolist(), targets.tolist(), strict=True))
        p /= len(targets)
        expected = (p, (p * (1 - p) / len(targets)) ** 0.5)
        parts = ("share of right answers", "standard error")
        yield Case(answer.accuracy_with_error, logits, targets, expected=expected, parts=parts)


def share(logits, targets):
    return (logits.argmax(1) == targets).float().mean().item()


def over_images(logits, targets):
    """`argmax(0)` finds for each class the image with the largest logit. The answer for an image is the
    largest in its *row*: `argmax(1)`.
    """
    answers = logits.argmax(0)[: len(targets)]
    p = (answers == targets).float().mean().item()
    return p, (p * (1 - p) / len(targets)) ** 0.5


def no_root(logits, targets):
    """The share is right. The second number is the error squared: the root is missing."""
    p = share(logits, targets)
    return p, p * (1 - p) / len(targets)


def over_classes(logits, targets):
    """The share is right. The error was divided by the number of classes; N is the number of images,
    `len(targets)`.
    """
    p = share(logits, targets)
    return p, (p * (1 - p) / logits.shape[1]) ** 0.5


def spread_of_one(logits, targets):
    """The share is right. The second number is how far a *single* answer varies. The mean of N answers
    varies less: divide by N under the root.
    """
    p = share(logits, targets)
    return p, (p * (1 - p)) ** 0.5


def unbiased(logits, targets):
    """The share is right, the error a little too large: `std()` divides by N − 1. Use the formula of
    the task, or `correction=0`.
    """
    right = (logits.argmax(1) == targets).float()
    return right.mean().item(), (right.std() / len(right) ** 0.5).item()


def doubled(logits, targets):
    """The share is right. The second number is two standard errors, as the page prints after ±. One is
    asked.
    """
    p = share(logits, targets)
    return p, 2 * (p * (1 - p) / len(targets)) ** 0.5


def count(logits, targets):
    """This is how many answers are right. Asked is the share: divide by N."""
    n = (logits.argmax(1) == targets).sum().item()
    return n, 0.0


def percent(logits, targets):
    """The share goes from 0 to 1; these are per cent."""
    p = 100 * share(logits, targets)
    return p, (p * (100 - p) / len(targets)) ** 0.5


MISTAKES = [over_images, no_root, over_classes, spread_of_one, unbiased, doubled, count, percent]
