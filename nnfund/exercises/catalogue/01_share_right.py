"""The share of the points that a network gets right.

Level: basic
Page: 01_first_network

A network for two classes gives one logit per point: `logits` has the shape (N, 1). The labels, 0
and 1, have the shape (N,), as `make_moons` returns them. A positive logit is the answer 1, any
other is the answer 0. Return the share of right answers, a number from 0 to 1.
"""

import torch
from torch import Tensor


def share_right(logits: Tensor, labels: Tensor) -> float:
    """Return the share of right answers for logits (N, 1) and labels (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    logits = torch.tensor([[2.0], [-1.0], [0.3], [-3.0], [-0.2]])
    yield Case(answer.share_right, logits, torch.tensor([1, 0, 1, 1, 0]), expected=0.8)
    yield Case(answer.share_right, torch.tensor([[0.0], [0.5]]), torch.tensor([0, 1]), expected=1.0)
    yield Case(answer.share_right, torch.tensor([[5.0]]), torch.tensor([1]), expected=1.0)
    for n in (7, 50):
        logits, labels = torch.randn(n, 1), torch.randint(2, (n,))
        right = [
            (z > 0) == (label == 1) for z, label in zip(logits[:, 0].tolist(), labels.tolist(), strict=True)
        ]
        yield Case(answer.share_right, logits, labels, expected=sum(right) / n)


def half(logits, labels):
    """The numbers were compared with 0.5. That is the border for a probability. These are logits, and a
    probability of one half has the logit 0.
    """
    return ((logits[:, 0] > 0.5) == labels).float().mean().item()


def all_with_all(logits, labels):
    """(N, 1) was compared with (N,), and that makes a table (N, N): every answer with every label. Bring both
    to one shape first, and print the shape of what you average.
    """
    return ((logits > 0) == labels).float().mean().item()


def zero_is_one(logits, labels):
    """A logit of exactly 0 is not positive, so its answer is 0: use > and not >=."""
    return ((logits[:, 0] >= 0) == labels).float().mean().item()


def count(logits, labels):
    """This is how many are right. The share is that number divided by N; the mean of ones and zeros does
    both.
    """
    return ((logits[:, 0] > 0) == labels).sum().item()


def percent(logits, labels):
    """This is in per cent. A share goes from 0 to 1."""
    return 100 * ((logits[:, 0] > 0) == labels).float().mean().item()


def rounded(logits, labels):
    """It looks as if logits were compared with labels directly, perhaps after rounding. A logit of 2 or of −3
    is neither 0 nor 1: first make an answer of it, by comparing it with 0.
    """
    return (logits[:, 0].round() == labels).float().mean().item()


def argmax(logits, labels):
    """Every answer is 0 here: `argmax` along an axis of length 1 can only find place 0. It is for networks
    with one output per class. With one output, compare it with 0.
    """
    return (logits.argmax(dim=1) == labels).float().mean().item()


MISTAKES = [half, all_with_all, argmax, zero_is_one, count, percent, rounded]
