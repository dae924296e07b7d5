"""XOR with weights set by hand.

Level: basic
Page: 04_perceptron

Set the weights of a network that computes XOR: inputs 0 and 0 give 0; 0 and 1, or 1 and 0, give 1;
1 and 1 give 0. It has two hidden neurons and one output neuron. All three have a step: they give 1
where their sum is above 0, and 0 otherwise.

    hidden = step(points @ hidden_weight.T + hidden_bias)    # (N, 2)
    answers = step(hidden @ output_weight + output_bias)     # (N,)

Row 0 of `hidden_weight` belongs to the first hidden neuron. The inputs are a bit noisy: each may be
off by up to 0.2, so leave room on both sides. (The page has its corners at −1 and 1; here they are
at 0 and 1, and a neuron that says no gives 0.)
"""

import torch
from torch import Tensor


def xor_weights() -> tuple[Tensor, Tensor, Tensor, float]:
    """Return hidden_weight (2, 2), hidden_bias (2,), output_weight (2,), and output_bias."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case

CORNERS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def checks(answer):
    def answers(points):
        """The answers of the network with xor_weights() at the points"""
        hidden_weight, hidden_bias, output_weight, output_bias = map(torch.as_tensor, answer.xor_weights())
        hidden = (points @ hidden_weight.float().T + hidden_bias > 0).float()
        return (hidden @ output_weight.float() + output_bias > 0).long()

    def shapes():
        """The shapes of hidden_weight, hidden_bias, and output_weight"""
        return [str(tuple(torch.as_tensor(part).shape)) for part in answer.xor_weights()[:3]]

    names = ("hidden_weight", "hidden_bias", "output_weight")
    yield Case(shapes, expected=["(2, 2)", "(2,)", "(2,)"], parts=names)
    yield Case(answers, CORNERS, expected=torch.tensor([0, 1, 1, 0]))
    far = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]) * 0.2
    worst = (CORNERS[:, None] + far).flatten(0, 1)  # (16, 2)
    yield Case(answers, worst, expected=torch.tensor([0] * 4 + [1] * 8 + [0] * 4))


ONES = torch.ones(2, 2)


def both_added(*_):
    """It says yes as soon as one input is 1: that is OR. The second hidden neuron, "both are 1", should speak
    *against*: give it a negative weight in the output.
    """
    return ONES, torch.tensor([-0.5, -1.5]), torch.tensor([1.0, 1.0]), -0.5


def only_both(*_):
    """It says yes only where both inputs are 1: that is AND. XOR is "at least one, but not both"."""
    return ONES, torch.tensor([-0.5, -1.5]), torch.tensor([0.0, 1.0]), -0.5


def of_the_page(*_):
    """It says no only where both inputs are 1. This happens with the page's biases, 1 and −1: its corners lie
    at −1 and 1, and these at 0 and 1. Where should the two lines cross the diagonal now?
    """
    return ONES, torch.tensor([1.0, -1.0]), torch.tensor([1.0, -1.0]), -0.5


def alike(*_):
    """It always says no. Write down the two hidden answers at each corner. If they are always alike, they
    cancel: one should ask for at least one input, the other for both. If not, the output's bias may be too
    low.
    """
    return ONES, torch.tensor([-0.5, -0.5]), torch.tensor([1.0, -1.0]), -0.5


def no_room(*_):
    """The four corners are right, and points near them are not: a line lies too close to a corner. Put the
    lines half-way: the sum of the inputs is 0, 1, 1, 2 at the corners.
    """
    return ONES, torch.tensor([0.0, -1.0]), torch.tensor([1.0, -1.0]), -0.5


def always(*_):
    """It always says yes. Look at the output's bias: with hidden answers of 0 the sum is this bias alone, and
    it must not be above 0.
    """
    return ONES, torch.tensor([-0.5, -1.5]), torch.tensor([1.0, -1.0]), 0.5


def larger_one(*_):
    """Each hidden neuron asks which of the inputs is larger. Where both are near 0, or both near 1, the noise
    decides that. Let them ask for a difference that noise cannot make.
    """
    return torch.tensor([[1.0, -1.0], [-1.0, 1.0]]), torch.zeros(2), torch.ones(2), -0.5


def column(*_):
    """`output_weight` is a column here, (2, 1). One output neuron has one number per hidden one: (2,)."""
    return ONES, torch.tensor([-0.5, -1.5]), torch.tensor([[1.0], [-1.0]]), -0.5


MISTAKES = [both_added, only_both, of_the_page, alike, always, no_room, larger_one, column]
