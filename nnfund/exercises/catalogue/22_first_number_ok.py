"""The first number to look at.

Level: basic
Page: 22_debugging

Before training, a network knows nothing, and its cross-entropy should be near the natural logarithm of the
number of its outputs. Return whether it is: whether the cross-entropy of `model` for `inputs` and `targets`,
in evaluation mode, differs from that logarithm by at most `tolerance`. A loss that is too *small* is
suspicious, too. The function only looks: it leaves the model in the mode, training or evaluation, in which it
was.
"""

import torch
from torch import Tensor, nn


def first_number_ok(model: nn.Module, inputs: Tensor, targets: Tensor, tolerance: float = 0.5) -> bool:
    """Return whether the loss is that of a network that knows nothing."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import math

from nnfund.exercises import Case


def given_logits(logits, start=True):
    """A linear layer that gives these logits, whatever comes in, with a dropout that gives others in
    training.
    """
    linear = nn.Linear(2, len(logits))
    nn.init.zeros_(linear.weight)
    linear.bias.data = torch.tensor(logits)
    return nn.Sequential(linear, nn.Dropout(0.9)).train(start)


def checks(answer):
    def mode_after(model, inputs, targets):
        """Whether the model is in training mode after first_number_ok(model, inputs, targets)"""
        answer.first_number_ok(model, inputs, targets)
        return model.training and model[1].training

    def small_tolerance(model, inputs, targets):
        """first_number_ok(model, inputs, targets, tolerance=0.05)"""
        return answer.first_number_ok(model, inputs, targets, 0.05)

    def batch(n, target):
        return torch.randn(n, 2), torch.full((n,), target)

    yield Case(answer.first_number_ok, given_logits([0.1, 0.0, 0.0], False), *batch(4, 0), expected=True)
    yield Case(answer.first_number_ok, given_logits([0.0, 0.0], False), *batch(3, 1), expected=True)
    sure = given_logits([9.0, 0.0, 0.0], False)
    yield Case(answer.first_number_ok, sure, *batch(4, 2), expected=False)  # far too large
    yield Case(answer.first_number_ok, sure, *batch(4, 0), expected=False)  # far too small
    ten = given_logits([0.01 * k for k in range(10)], False)
    yield Case(answer.first_number_ok, ten, *batch(3, 4), expected=True)
    yield Case(small_tolerance, given_logits([0.3, 0.0], False), *batch(5, 0), expected=False)
    # Almost 0 in evaluation mode; in training mode, dropout makes most of these samples ln 2.
    yield Case(answer.first_number_ok, given_logits([0.0, 40.0]), *batch(60, 1), expected=False)
    yield Case(mode_after, given_logits([0.0, 1.0]), *batch(2, 1), expected=True)
    yield Case(mode_after, given_logits([0.0, 1.0], False), *batch(2, 1), expected=False)


def measure(model, inputs, targets, ok, evaluation=True, back=True):
    was = model.training
    if evaluation:
        model.eval()
    with torch.no_grad():
        logits = model(inputs)
        loss = nn.functional.cross_entropy(logits, targets).item()
    if back:
        model.train(was)
    return ok(loss, logits)


def near(loss, count, tolerance):
    return abs(loss - math.log(count)) <= tolerance


def one_sided(model, inputs, targets, tolerance=0.5):
    """A loss far *below* the logarithm passes. It says that the network knows the answers before it was
    trained: take the absolute difference.
    """
    return measure(model, inputs, targets, lambda loss, z: loss - math.log(z.shape[1]) <= tolerance)


def count_of_targets(model, inputs, targets, tolerance=0.5):
    """The classes were counted in the targets. A batch need not hold every class; the number of *outputs* is
    what counts, `logits.shape[1]`.
    """
    return measure(model, inputs, targets, lambda loss, z: near(loss, len(targets.unique()), tolerance))


def number_of_samples(model, inputs, targets, tolerance=0.5):
    """The number of outputs is `logits.shape[1]`. `len(logits)` is the number of samples."""
    return measure(model, inputs, targets, lambda loss, z: near(loss, len(z), tolerance))


def common_logarithm(model, inputs, targets, tolerance=0.5):
    """The logarithm has the wrong base. Cross-entropy counts with the natural one, `math.log`."""
    return measure(model, inputs, targets, lambda loss, z: abs(loss - math.log10(z.shape[1])) <= tolerance)


def fixed_tolerance(model, inputs, targets, tolerance=0.5):
    """The argument `tolerance` is not used: it may be another than 0.5."""
    return measure(model, inputs, targets, lambda loss, z: near(loss, z.shape[1], 0.5))


def in_training_mode(model, inputs, targets, tolerance=0.5):
    """The model was measured in training mode, in which dropout spoils the logits. Call `model.eval()` first,
    and remember what `model.training` was.
    """
    return measure(
        model, inputs, targets, lambda loss, z: near(loss, z.shape[1], tolerance), evaluation=False
    )


def left_in_evaluation(model, inputs, targets, tolerance=0.5):
    """The answers are right, but the model stays in evaluation mode, and the training after it would go
    without dropout. Put it back: `model.train(was)`.
    """
    return measure(model, inputs, targets, lambda loss, z: near(loss, z.shape[1], tolerance), back=False)


def always_training(model, inputs, targets, tolerance=0.5):
    """The model was in evaluation mode and is now in training mode. Remember `model.training` before you
    change it, and give that to `model.train(...)`.
    """
    found = measure(model, inputs, targets, lambda loss, z: near(loss, z.shape[1], tolerance))
    model.train()
    return found


MISTAKES = [
    one_sided,
    count_of_targets,
    number_of_samples,
    common_logarithm,
    fixed_tolerance,
    in_training_mode,
    left_in_evaluation,
    always_training,
]
