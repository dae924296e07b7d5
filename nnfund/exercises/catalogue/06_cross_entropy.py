r"""Cross-entropy that does not overflow.

Level: intermediate
Page: 06_losses

Write the cross-entropy with tensor operations: `logits` has the shape (N, C), `targets` the shape
(N,) and holds class numbers. For each sample the loss is

$$L = \ln \sum_j e^{z_j} - z_y,$$

where $z$ are its logits and $y$ is its class. Return the mean over the samples. It must be right
for logits of 1000 and of −1000, too, where $e^z$ is inf or 0 in float32.

Do not call a loss, a `softmax`, `log_softmax` or `logsumexp` of PyTorch.
"""

import torch
from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy of logits (N, C) and class numbers (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from torch import nn

from nnfund.exercises import Case


def checks(answer):
    def slopes(logits, targets):
        """The slopes of cross_entropy(logits, targets) with respect to the logits, by autograd"""
        logits = logits.clone().requires_grad_()
        return torch.autograd.grad(answer.cross_entropy(logits, targets), logits)[0]

    right = nn.functional.cross_entropy
    small = torch.tensor([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), torch.tensor([0, 2])
    large = torch.tensor([[1000.0, 999.0, 0.0], [-1000.0, -1000.0, -1000.0]]), torch.tensor([2, 0])
    apart = torch.tensor([[1000.0, 1001.0], [0.0, 1.0], [-1000.0, -999.0]]), torch.tensor([0, 0, 1])
    cases = [
        small,
        (torch.randn(4, 4), torch.randint(4, (4,))),
        (torch.randn(1, 6), torch.tensor([5])),
        large,
        apart,
    ]
    for logits, targets in cases:
        yield Case(answer.cross_entropy, logits, targets, expected=right(logits, targets))
    for logits, targets in (small, apart):
        p = torch.softmax(logits, dim=1)
        p[range(len(p)), targets] -= 1
        yield Case(slopes, logits, targets, expected=p / len(p))


def chosen(logits, targets):
    return logits[torch.arange(len(targets)), targets]


def textbook(logits, targets):
    """Right for small logits. For 1000, exp overflows to inf, and for −1000 all are 0, with the logarithm
    −inf. Take the largest logit of each row off first, and put it back after the logarithm.
    """
    return (logits.exp().sum(1).log() - chosen(logits, targets)).mean()


def one_maximum(logits, targets):
    """One number, the largest of the *whole table*, was taken off everywhere. A row far below it becomes
    exp(−1000), which is 0. Each row needs its own largest logit: `amax(dim=1, keepdim=True)`.
    """
    z = logits - logits.max()
    return (z.exp().sum(1).log() - chosen(z, targets)).mean()


def softmax_then_log(logits, targets):
    """The softmax is safe, and its logarithm is not: a probability of exp(−1000) is 0, and log gives −inf.
    Take the logarithm of the sum before anything is divided.
    """
    z = logits - logits.amax(1, keepdim=True)
    p = z.exp() / z.exp().sum(1, keepdim=True)
    return -chosen(p, targets).log().mean()


def not_put_back(logits, targets):
    """The largest logit was taken off for the sum only. It must be put back after the logarithm: or take it
    off in z_y, too.
    """
    z = logits - logits.amax(1, keepdim=True)
    return (z.exp().sum(1).log() - chosen(logits, targets)).mean()


def whole_columns(logits, targets):
    """`logits[:, targets]` picks whole columns, for every sample all the classes in `targets`: N × N numbers.
    Each row needs its own: index with a pair, row numbers and targets.
    """
    m = logits.amax(1, keepdim=True)
    return (m + (logits - m).exp().sum(1, keepdim=True).log() - logits[:, targets]).mean()


def along_samples(logits, targets):
    """The sum runs over the samples instead of the classes. Classes are columns here: it is axis 1 that
    should disappear.
    """
    z = logits - logits.amax(0)
    return (z.exp().sum(0).log().mean() - chosen(z, targets)).mean()


def summed(logits, targets):
    """This is the sum over the samples. The mean is asked."""
    m = logits.amax(1, keepdim=True)
    return (m[:, 0] + (logits - m).exp().sum(1).log() - chosen(logits, targets)).sum()


def clamped(logits, targets):
    """Small logits are right; large ones seem to be clamped, and then they are other numbers. Take off the
    largest logit of the row instead: that changes nothing in the result.
    """
    return textbook(logits.clamp(-80, 80), targets)


def pair_of_results(logits, targets):
    """`max` along an axis gives two results, the largest values and their places. Take `.values`, or call
    `amax`.
    """
    return logits - logits.max(dim=1)


def no_column(logits, targets):
    """The largest logits have the shape (N,), which is aligned with the classes. Keep the axis: with
    `keepdim=True` it is (N, 1), and each row loses its own.
    """
    m = logits.amax(dim=1)
    return (m + (logits - m).exp().sum(1).log() - chosen(logits, targets)).mean()


MISTAKES = [
    textbook,
    one_maximum,
    no_column,
    softmax_then_log,
    not_put_back,
    whole_columns,
    along_samples,
    pair_of_results,
    clamped,
    summed,
]
