"""The loss of a yes-or-no question.

Level: basic
Page: 06_losses

A network has one output. `logits` has the shape (N, 1): it is what the last linear layer gave, with
no sigmoid. `labels` has the shape (N,) and holds whole numbers (`int64`), 0 for no and 1 for yes,
as data sets often give them. Return the binary cross-entropy, the mean over the samples, as a
tensor of one number.

Use one of PyTorch's losses; bring the labels into the shape and the dtype that it asks for.
"""

import torch
from torch import Tensor, nn


def yes_or_no_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Return the mean binary cross-entropy of logits (N, 1) and labels (N,)."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def slopes(logits, labels):
        """The slopes of yes_or_no_loss(logits, labels) with respect to the logits, by autograd"""
        logits = logits.clone().requires_grad_()
        return torch.autograd.grad(answer.yes_or_no_loss(logits, labels), logits)[0]

    small = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([1, 0, 0])
    one, sure = (
        (torch.tensor([[1.5]]), torch.tensor([1])),
        (torch.tensor([[200.0], [-3.0]]), torch.tensor([0, 1])),
    )
    for logits, labels in (small, one, sure, (torch.randn(6, 1), torch.randint(2, (6,)))):
        z, t = logits[:, 0], labels.float()
        losses = torch.logaddexp(torch.zeros(()), z) - t * z
        yield Case(answer.yes_or_no_loss, logits, labels, expected=losses.mean())
    logits, labels = sure
    expected = (torch.sigmoid(logits[:, 0]) - labels)[:, None] / 2
    yield Case(slopes, logits, labels, expected=expected)


def cross_entropy(logits, labels):
    """`CrossEntropyLoss` wants one output per class. With a single output, its softmax is 1 whatever the
    logit, so the loss is 0 (or an error, where the label is 1). One output for yes or no goes with
    `BCEWithLogitsLoss`.
    """
    return nn.functional.cross_entropy(logits, labels)


def whole_numbers(logits, labels):
    """The shapes fit now, and the labels are still whole numbers. This loss multiplies with them, and wants
    floats: `.float()`. (A target may also be 0.3.)
    """
    return nn.functional.binary_cross_entropy_with_logits(logits, labels[:, None])


def two_shapes(logits, labels):
    """(N, 1) and (N,) are different shapes, and this loss refuses them: good, because they would have been
    compared all with all. Make the labels a column, or the logits a row.
    """
    return nn.functional.binary_cross_entropy_with_logits(logits, labels.float())


def squeezed_all(logits, labels):
    """A batch of one sample stops with an error: `squeeze()` takes out *every* axis of length 1, so the
    batch, too. Name the axis, `squeeze(1)`, or make the labels a column.
    """
    return nn.functional.binary_cross_entropy_with_logits(logits.squeeze(), labels.float())


def sigmoid_twice(logits, labels):
    """The loss is not far off, and not right: here the sigmoid seems to come twice. `BCEWithLogitsLoss` takes
    the logits as they are.
    """
    return nn.functional.binary_cross_entropy_with_logits(logits.sigmoid(), labels[:, None].float())


def sigmoid_first(logits, labels):
    """Right for small logits. For a large one the sigmoid is exactly 1, and `BCELoss` has to cut the
    logarithm of 0 off at 100: value and slope are lost. Take the loss that wants logits.
    """
    return nn.functional.binary_cross_entropy(logits.sigmoid(), labels[:, None].float())


def no_sigmoid(logits, labels):
    """`BCELoss` wants probabilities, and a logit may be below 0 or above 1: it refuses. Take the loss whose
    name says that it wants logits.
    """
    return nn.functional.binary_cross_entropy(logits, labels[:, None].float())


def summed(logits, labels):
    """This is the sum over the samples. The mean is asked: the losses give it unless told otherwise."""
    return nn.functional.binary_cross_entropy_with_logits(logits, labels[:, None].float(), reduction="sum")


def by_hand(logits, labels):
    """Right for small logits. For a large one the sigmoid is exactly 1, and the logarithm of 1 − 1 is −inf.
    PyTorch's loss with logits computes sigmoid and logarithm in one, so that this cannot happen.
    """
    p, t = logits.sigmoid(), labels[:, None].float()
    return -(t * p.log() + (1 - t) * (1 - p).log()).mean()


MISTAKES = [
    cross_entropy,
    two_shapes,
    whole_numbers,
    squeezed_all,
    no_sigmoid,
    sigmoid_first,
    sigmoid_twice,
    by_hand,
    summed,
]
