import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import Linear, check_gradients

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck

sizes = st.integers(1, 9)


@settings(deadline=None, max_examples=50)
@given(batch=sizes, in_features=sizes, out_features=sizes, bias=st.booleans())
def test_equals_torch(batch, in_features, out_features, bias):
    layer = Linear(in_features, out_features, bias, dtype=torch.float64)
    module = nn.Linear(in_features, out_features, bias, dtype=torch.float64)
    assert_layer_equals_torch(layer, module, numbers(batch, in_features))


@pytest.mark.parametrize("bias", [True, False])
def test_the_same_seed_draws_the_same_weights(bias):
    torch.manual_seed(3)
    layer = Linear(5, 3, bias)
    torch.manual_seed(3)
    module = nn.Linear(5, 3, bias)
    for name, expected in module.state_dict().items():
        assert torch.equal(layer.state_dict()[name], expected)


def test_gradients_agree_with_finite_differences():
    layer = Linear(5, 3, dtype=torch.float64)
    result = check_gradients(layer, numbers(4, 5))
    assert result, result
    assert passes_gradcheck(layer, numbers(4, 5))


def test_without_input_grad_the_parameters_still_get_theirs():
    layer = Linear(5, 3, input_grad=False)
    layer(torch.ones(2, 5))
    assert layer.backward(torch.ones(2, 3)) is None
    assert torch.equal(layer.weight.grad, torch.full((3, 5), 2.0))
    assert torch.equal(layer.bias.grad, torch.full((3,), 2.0))
    assert check_gradients(layer, torch.randn(4, 5))
