"""Right among the first k.

Level: basic
Page: 18_cifar10_cnn

With many classes, a network may be asked for several guesses. `logits`, of shape (N, classes), are what it
says, and `targets`, of shape (N,), the right classes. Return the share of samples whose target is among the
`k` largest logits of their row, as a number from 0 to 1. With `k = 1` this is the accuracy.
"""

import torch
from torch import Tensor


def top_k_accuracy(logits: Tensor, targets: Tensor, k: int) -> float:
    """Return the share of samples whose target is among the k largest logits."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    logits = torch.tensor([[0.1, 2.0, 1.0], [3.0, -1.0, 0.0], [0.2, 0.3, 0.1], [1.0, 0.0, 2.0]])
    settings = [(logits, torch.tensor([2, 0, 2, 0]), 2), (logits, torch.tensor([1, 0, 2, 0]), 1)]
    settings += [
        (torch.randn(n, c), torch.randint(c, (n,)), k) for n, c, k in ((20, 10, 3), (7, 5, 4), (4, 4, 2))
    ]
    settings.append((torch.randn(6, 3), torch.randint(3, (6,)), 3))
    for logits, targets, k in settings:
        rows = zip(logits.tolist(), targets.tolist(), strict=True)
        right = sum(sum(other > row[target] for other in row) < k for row, target in rows)
        yield Case(answer.top_k_accuracy, logits, targets, k, expected=right / len(targets))


def hits(logits, targets, k):
    return logits.topk(k, dim=1).indices == targets[:, None]


def divided_by_k(logits, targets, k):
    """Too small by the factor k. The mean went over all N · k comparisons, but a sample can be right only
    once: is there *any* hit in its row?
    """
    return hits(logits, targets, k).float().mean().item()


def all_of_them(logits, targets, k):
    """This asks whether *all* k guesses are the target, which for k above 1 cannot be. One is enough:
    `any`.
    """
    return hits(logits, targets, k).all(1).float().mean().item()


def top_one(logits, targets, k):
    """This is the plain accuracy: only the largest logit was looked at, whatever `k` is."""
    return hits(logits, targets, 1).float().mean().item()


def smallest(logits, targets, k):
    """These are the k *smallest* logits: `argsort` begins with the smallest. Sort with `descending=True`, or
    take `topk`.
    """
    return (logits.argsort(1)[:, :k] == targets[:, None]).any(1).float().mean().item()


def the_kth(logits, targets, k):
    """This asks whether the target is the guess number k. It may be any of the first k."""
    return hits(logits, targets, k)[:, -1].float().mean().item()


def count(logits, targets, k):
    """This is *how many* samples are right. The share is asked: divide by N."""
    return float(hits(logits, targets, k).sum())


def any_anywhere(logits, targets, k):
    """`any` was asked of all rows at once, so one hit makes everything right. Ask each row: `any(dim=1)`."""
    return float(hits(logits, targets, k).any())


def not_a_column(logits, targets, k):
    """The shapes (N, k) and (N,) do not fit. Make the targets a column, so that each is compared with the k
    guesses of its own row: `targets[:, None]`.
    """
    return (logits.topk(k, dim=1).indices == targets).any(1).float().mean().item()


MISTAKES = [not_a_column, divided_by_k, all_of_them, top_one, smallest, the_kth, count, any_anywhere]
