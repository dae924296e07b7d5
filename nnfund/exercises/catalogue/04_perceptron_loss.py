r"""Rosenblatt's rule as gradient descent.

Level: advanced
Page: 04_perceptron

Rosenblatt's rule is SGD with batches of one sample, a learning rate of 1, and the loss
$\max(0, -y\,s)$. Here $s$ is the score of a sample, and $y$ is +1 for class 1 and −1 for class 0.

Write that loss: one number for each sample, so that autograd's slopes lead to the very updates of
the rule. There is a catch. At the start all weights are 0, and so is every score. The rule counts a
score of 0 as a mistake: the slope there must be $-y$, although the maximum has a corner at that
place.
"""

import torch
from torch import Tensor


def perceptron_loss(scores: Tensor, y: Tensor) -> Tensor:
    """Return the losses (N,) for scores (N,) and y (N,), each −1 or +1."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def slopes(scores, y):
        """The slopes of perceptron_loss(scores, y).sum() with respect to the scores, by autograd"""
        scores = scores.clone().requires_grad_()
        return torch.autograd.grad(answer.perceptron_loss(scores, y).sum(), scores)[0]

    def boundary(inputs, y):
        """The weights after one pass of SGD over the samples, from zeros, with lr = 1 and perceptron_loss"""
        weight = torch.zeros(inputs.shape[1], requires_grad=True)
        optimizer = torch.optim.SGD([weight], lr=1.0)
        for x, sign in zip(inputs.split(1), y.split(1), strict=True):
            optimizer.zero_grad()
            answer.perceptron_loss(x @ weight, sign).sum().backward()
            optimizer.step()
        return weight.detach()

    scores, y = torch.tensor([-2.0, 0.5, 3.0, -1.0]), torch.tensor([1.0, 1.0, -1.0, -1.0])
    yield Case(answer.perceptron_loss, scores, y, expected=torch.tensor([2.0, 0.0, 3.0, 0.0]))
    yield Case(slopes, scores, y, expected=torch.tensor([-1.0, 0.0, 1.0, 0.0]))
    zeros, y = torch.zeros(2), torch.tensor([1.0, -1.0])
    yield Case(answer.perceptron_loss, zeros, y, expected=zeros)
    yield Case(slopes, zeros, y, expected=torch.tensor([-1.0, 1.0]))
    inputs, y = torch.randn(12, 3), torch.randint(2, (12,)).float() * 2 - 1
    expected = torch.zeros(3)
    for x, sign in zip(inputs, y, strict=True):
        expected = expected + (sign * x if sign * (x @ expected) <= 0 else 0)
    yield Case(boundary, inputs, y, expected=expected)


def never_starts(scores, y):
    """The values are right. At the corner, a score of 0, the slope is 0 here (PyTorch takes it for `relu` and
    for `clamp`), so from weights of zero no step is ever made. Say yourself, with `torch.where`, on which
    side a score of 0 lies.
    """
    return torch.relu(-y * scores)


def half_steps(scores, y):
    """The values are right. Where both sides are equal, `torch.maximum` gives each of them half of the slope:
    the first step is half as long as the rule's. Say yourself which side a score of 0 belongs to.
    """
    return torch.maximum(-y * scores, torch.zeros_like(scores))


def upside_down(scores, y):
    """The right answers have a loss here, and the wrong ones have none: where y and the score have the same
    sign, y times score is positive. Look at the minus.
    """
    return torch.relu(y * scores)


def hinge(scores, y):
    """This is max(0, 1 − y s): it also asks right answers for a margin of 1. Rosenblatt's rule lets any right
    answer be.
    """
    return torch.relu(1 - y * scores)


def counted(scores, y):
    """This counts mistakes: 1 for each wrong answer, however wrong. A count has no slope. The loss of a
    mistake should be −y s, which grows with the score.
    """
    return (y * scores <= 0).float()


def no_maximum(scores, y):
    """This is −y s for all samples. Right answers get a negative loss, so that they move the weights, too;
    the rule leaves them alone.
    """
    return -y * scores


def python_max(scores, y):
    """Python's `max` asks *once* which of two things is larger, and a tensor has no single answer. PyTorch
    has functions that choose at each place; mind the corner.
    """
    return max(0, -y * scores)


MISTAKES = [upside_down, no_maximum, counted, hinge, never_starts, half_steps, python_max]
