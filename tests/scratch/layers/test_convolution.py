import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import Conv2d, check_gradients

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck

small = st.integers(1, 3)
pairs = st.tuples(small, small)


@settings(deadline=None, max_examples=60)
@given(
    batch=small,
    channels=pairs,
    size=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel_size=st.one_of(small, pairs),
    stride=st.one_of(small, pairs),
    padding=st.one_of(st.integers(0, 2), st.tuples(st.integers(0, 2), st.integers(0, 2))),
    bias=st.booleans(),
)
def test_equals_torch(batch, channels, size, kernel_size, stride, padding, bias):
    kernel = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    around = padding if isinstance(padding, tuple) else (padding, padding)
    assume(all(s + 2 * p >= k for s, p, k in zip(size, around, kernel, strict=True)))
    arguments = (*channels, kernel_size, stride, padding)
    layer = Conv2d(*arguments, bias, dtype=torch.float64)
    module = nn.Conv2d(*arguments, bias=bias, dtype=torch.float64)
    assert_layer_equals_torch(layer, module, numbers(batch, channels[0], *size))


def test_the_same_seed_draws_the_same_weights():
    torch.manual_seed(3)
    layer = Conv2d(2, 4, 3)
    torch.manual_seed(3)
    module = nn.Conv2d(2, 4, 3)
    for name, expected in module.state_dict().items():
        assert torch.equal(layer.state_dict()[name], expected)


def test_gradients_agree_with_finite_differences():
    layer = Conv2d(2, 3, (3, 2), stride=2, padding=1, dtype=torch.float64)
    x = numbers(2, 2, 5, 6)
    result = check_gradients(layer, x)
    assert result, result
    assert passes_gradcheck(layer, x)


def test_without_input_grad_the_parameters_still_get_theirs():
    layer = Conv2d(1, 1, 2, input_grad=False)
    layer(torch.ones(1, 1, 3, 3))
    assert layer.backward(torch.ones(1, 1, 2, 2)) is None
    assert torch.equal(layer.weight.grad, torch.full((1, 1, 2, 2), 4.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_keeps_the_dtype(dtype):
    layer = Conv2d(1, 2, 3, dtype=dtype)
    y = layer(torch.ones(1, 1, 4, 4, dtype=dtype))
    assert y.dtype == layer.backward(y).dtype == dtype
