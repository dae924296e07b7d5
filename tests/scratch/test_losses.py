import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund import scratch
from nnfund.scratch.losses import Loss

from .compare import assert_loss_equals_torch, numbers

reductions = st.sampled_from(["mean", "sum"])
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=3)
SAME_SHAPE = ["MSELoss", "L1Loss", "BCEWithLogitsLoss"]
CLASSES = ["CrossEntropyLoss", "NLLLoss"]


@pytest.mark.parametrize("name", SAME_SHAPE)
@settings(deadline=None, max_examples=30)
@given(shape=shapes, reduction=reductions, scale=st.sampled_from([0.1, 1, 300]))
def test_equals_torch(name, shape, reduction, scale):
    outputs = scale * numbers(*shape)
    targets = numbers(*shape, seed=1).sigmoid()
    ours, theirs = getattr(scratch, name)(reduction), getattr(nn, name)(reduction=reduction)
    assert_loss_equals_torch(ours, theirs, outputs, targets)


@pytest.mark.parametrize("name", CLASSES)
@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.integers(1, 9), reductions, st.sampled_from([0.1, 1, 300]))
def test_equals_torch_on_classes(name, batch, classes, reduction, scale):
    outputs = scale * numbers(batch, classes)
    targets = torch.arange(batch) % classes
    ours, theirs = getattr(scratch, name)(reduction), getattr(nn, name)(reduction=reduction)
    assert_loss_equals_torch(ours, theirs, outputs, targets)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_cross_entropy_is_finite_and_right_at_logits_of_1000(dtype):
    logits = torch.tensor([[1000.0, -1000.0], [1000.0, -1000.0]], dtype=dtype)
    loss_fn = scratch.CrossEntropyLoss()
    assert loss_fn(logits, torch.tensor([0, 1])) == 1000  # 0 for the first, 2000 for the second
    torch.testing.assert_close(loss_fn.backward(), torch.tensor([[0.0, 0], [0.5, -0.5]], dtype=dtype))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_bce_is_finite_and_right_at_logits_of_1000(dtype):
    logits = torch.tensor([1000.0, -1000.0, 1000.0, -1000.0], dtype=dtype)
    loss_fn = scratch.BCEWithLogitsLoss()
    assert loss_fn(logits, torch.tensor([1.0, 0, 0, 1], dtype=dtype)) == 500
    torch.testing.assert_close(loss_fn.backward(), torch.tensor([0.0, 0, 0.25, -0.25], dtype=dtype))


def test_bce_keeps_the_digits_of_a_small_loss():
    loss = scratch.BCEWithLogitsLoss()(torch.tensor([-20.0]), torch.tensor([0.0]))
    assert loss.item() == pytest.approx(math.exp(-20), rel=1e-5)  # not 0, as log(1 + e⁻²⁰) is in float32


def test_cross_entropy_is_nll_after_log_softmax():
    logits, targets = numbers(4, 3), torch.tensor([0, 2, 1, 1])
    assert torch.isclose(
        scratch.CrossEntropyLoss()(logits, targets),
        scratch.NLLLoss()(logits.log_softmax(dim=1), targets),
    )


@pytest.mark.parametrize("name", SAME_SHAPE)
def test_gradients_agree_with_finite_differences(name):
    result = scratch.check_gradients(getattr(scratch, name)(), numbers(3, 4), numbers(3, 4, seed=1).sigmoid())
    assert result, result


@pytest.mark.parametrize("name", CLASSES)
def test_gradients_agree_with_finite_differences_on_classes(name):
    result = scratch.check_gradients(getattr(scratch, name)(), numbers(3, 4), torch.tensor([3, 0, 1]))
    assert result, result


def test_an_unfinished_loss_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Loss needs a forward"):
        Loss()(torch.ones(1), torch.ones(1))
    with pytest.raises(NotImplementedError, match="Loss needs a backward"):
        Loss().backward()
