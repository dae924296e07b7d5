"""Every mistake that a learner is likely to make gets an error that names the argument and what it was."""

import pytest
import torch

from nnfund import scratch
from nnfund.scratch import checks

ROWS = torch.ones(2, 3)
IMAGES = torch.ones(2, 3, 8, 8)
WHOLE = torch.ones(2, 3, dtype=torch.int64)

CASES = [
    # sizes
    (lambda: scratch.Linear(0, 3), r"in_features.*got 0"),
    (lambda: scratch.Linear(3, 2.5), r"out_features.*got 2\.5"),
    (lambda: scratch.Conv2d(3, -1, 3), r"out_channels.*got -1"),
    (lambda: scratch.Conv2d(3, 4, 0), r"kernel_size.*got 0"),
    (lambda: scratch.Conv2d(3, 4, (3, 3, 3)), r"kernel_size.*got \(3, 3, 3\)"),
    (lambda: scratch.Conv2d(3, 4, 3, stride=0), r"stride.*got 0"),
    (lambda: scratch.Conv2d(3, 4, 3, padding="same"), r"padding.*got 'same'"),
    (lambda: scratch.MaxPool2d(0), r"kernel_size.*got 0"),
    (lambda: scratch.AvgPool2d(2, padding=2), r"padding.*half.*\(2, 2\)"),
    (lambda: scratch.BatchNorm1d(0), r"num_features.*got 0"),
    (lambda: scratch.Dropout(1.0), r"p must be.*got 1\.0"),
    (lambda: scratch.Dropout(-0.1), r"p must be.*got -0\.1"),
    (lambda: scratch.MSELoss("none"), r"reduction.*'none'"),
    # shapes
    (lambda: scratch.Linear(4, 2)(ROWS), r"x must have shape \(N, 4\), got \(2, 3\)"),
    (lambda: scratch.Linear(3, 2)(IMAGES), r"x must have shape \(N, 3\), got \(2, 3, 8, 8\).*flatten"),
    (lambda: scratch.Conv2d(1, 2, 3)(IMAGES), r"x must have 1 channels.*\(2, 3, 8, 8\)"),
    (lambda: scratch.Conv2d(3, 2, 3)(IMAGES[0]), r"x must have shape \(N, C, H, W\), got \(3, 8, 8\)"),
    (lambda: scratch.Conv2d(3, 2, 9)(IMAGES), r"kernel_size=\(9, 9\) does not fit.*\(8, 8\)"),
    (lambda: scratch.MaxPool2d(2)(ROWS), r"x must have shape \(N, C, H, W\), got \(2, 3\)"),
    (lambda: scratch.AvgPool2d(9)(IMAGES), r"kernel_size=\(9, 9\) does not fit"),
    (lambda: scratch.BatchNorm1d(3)(IMAGES), r"x must have shape \(N, 3\), got \(2, 3, 8, 8\)"),
    (lambda: scratch.Flatten()(torch.ones(3)), r"x must have at least 2 dimensions.*\(3,\)"),
    (lambda: scratch.Softmax(2)(ROWS), r"dim=2.*\(2, 3\)"),
    # dtypes
    (lambda: scratch.Linear(3, 2)(WHOLE), r"x must be floating-point, got torch\.int64.*x\.float\(\)"),
    (lambda: scratch.Linear(3, 2)(ROWS.double()), r"x is torch\.float64.*x\.to\(torch\.float32\)"),
    (lambda: scratch.Conv2d(3, 2, 3)(IMAGES.double()), r"x is torch\.float64"),
    (lambda: scratch.MaxPool2d(2)(IMAGES.long()), r"x must be floating-point"),
    (lambda: scratch.ReLU()(WHOLE), r"x must be floating-point"),
    # losses
    (lambda: scratch.MSELoss()(ROWS, torch.ones(2)), r"targets must have shape \(2, 3\), got \(2,\)"),
    (lambda: scratch.L1Loss()(ROWS, WHOLE), r"targets must be floating-point"),
    (lambda: scratch.BCEWithLogitsLoss()(ROWS, WHOLE), r"targets must be floating-point"),
    (lambda: scratch.CrossEntropyLoss()(torch.ones(3), torch.tensor([0])), r"logits.*\(N, C\).*\(3,\)"),
    (
        lambda: scratch.CrossEntropyLoss()(ROWS, torch.tensor([0])),
        r"targets must have shape \(2,\), got \(1,\)",
    ),
    (lambda: scratch.CrossEntropyLoss()(ROWS, torch.tensor([0, 3])), r"targets must be in 0 … 2, got 0 … 3"),
    (
        lambda: scratch.CrossEntropyLoss()(ROWS, torch.tensor([-1, 0])),
        r"targets must be in 0 … 2, got -1 … 0",
    ),
    (lambda: scratch.NLLLoss()(ROWS, torch.ones(2)), r"targets.*class numbers.*torch\.float32"),
    (lambda: scratch.CrossEntropyLoss()(ROWS[:0], torch.ones(0).long()), r"logits.*at least one.*\(0, 3\)"),
    (lambda: scratch.MSELoss()(ROWS[:0], ROWS[:0]), r"outputs.*at least one.*\(0, 3\)"),
    # backward
    (lambda: backward_without_return(), r"grad_y must be a tensor, got None.*return dL/dx"),
    (lambda: backward_of_wrong_shape(scratch.Linear(3, 2), ROWS), r"grad_y.*\(2, 2\), got \(7,\)"),
    (lambda: backward_of_wrong_shape(scratch.ReLU(), ROWS), r"grad_y.*\(2, 3\), got \(7,\)"),
    (lambda: backward_of_wrong_shape(scratch.MaxPool2d(2), IMAGES), r"grad_y.*\(2, 3, 4, 4\), got \(7,\)"),
]

LAYERS = [
    scratch.Linear(3, 2),
    scratch.Conv2d(3, 2, 3),
    scratch.MaxPool2d(2),
    scratch.AvgPool2d(2),
    scratch.ReLU(),
    scratch.LeakyReLU(),
    scratch.ELU(),
    scratch.Sigmoid(),
    scratch.Tanh(),
    scratch.Softmax(),
    scratch.Flatten(),
    scratch.Dropout(),
    scratch.BatchNorm1d(3),
    scratch.Sequential(scratch.ReLU()),
]
LOSSES = [
    scratch.MSELoss(),
    scratch.L1Loss(),
    scratch.BCEWithLogitsLoss(),
    scratch.NLLLoss(),
    scratch.CrossEntropyLoss(),
]


class Forgetful(scratch.ReLU):
    def backward(self, grad_y):
        super().backward(grad_y)


def backward_without_return():
    net = scratch.Sequential(scratch.ReLU(), Forgetful())
    net.backward(torch.ones_like(net(ROWS)))


def backward_of_wrong_shape(layer, x):
    layer(x)
    layer.backward(torch.ones(7))


@pytest.mark.parametrize(("action", "message"), CASES, ids=[message for _, message in CASES])
def test_a_value_error_names_argument_and_value(action, message):
    with pytest.raises(ValueError, match=message):
        action()


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_backward_before_forward(layer):
    with pytest.raises(RuntimeError, match="backward was called before forward"):
        layer.backward(ROWS)


@pytest.mark.parametrize("loss_fn", LOSSES, ids=lambda loss_fn: type(loss_fn).__name__)
def test_loss_backward_before_forward(loss_fn):
    with pytest.raises(RuntimeError, match="backward was called before forward"):
        loss_fn.backward()


def test_the_checks_let_good_arguments_pass():
    checks.check_shape("x", ROWS, ("N", 3))
    checks.check_dtype("x", ROWS, like=ROWS)
    checks.check_gradient(ROWS, ROWS)
    checks.check_positive(size=1, other=2)
    checks.check_between("p", 0.5, 0, 1)
