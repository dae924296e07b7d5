import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import Softmax, check_gradients

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck


@settings(deadline=None, max_examples=30)
@given(shape=st.lists(st.integers(1, 5), min_size=2, max_size=4), dim=st.integers(-2, 1))
def test_equals_torch(shape, dim):
    assert_layer_equals_torch(Softmax(dim), nn.Softmax(dim), numbers(*shape))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_large_logits_give_no_nan(dtype):
    softmax = Softmax()
    y = softmax(torch.tensor([[1000.0, -1000.0, 1000.0], [-1000.0, -1000.0, -1000.0]], dtype=dtype))
    torch.testing.assert_close(y[0], torch.tensor([0.5, 0, 0.5], dtype=dtype))
    torch.testing.assert_close(y[1], torch.full((3,), 1 / 3, dtype=dtype))
    assert softmax.backward(torch.ones_like(y)).isfinite().all()


def test_gradients_agree_with_finite_differences():
    assert check_gradients(Softmax(), numbers(3, 4))
    assert passes_gradcheck(Softmax(), numbers(3, 4))
