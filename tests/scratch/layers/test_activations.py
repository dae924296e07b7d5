import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund import scratch

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck

ACTIVATIONS = [
    (scratch.ReLU(), nn.ReLU()),
    (scratch.LeakyReLU(), nn.LeakyReLU()),
    (scratch.LeakyReLU(0.3), nn.LeakyReLU(0.3)),
    (scratch.ELU(), nn.ELU()),
    (scratch.ELU(alpha=0.4), nn.ELU(alpha=0.4)),
    (scratch.Sigmoid(), nn.Sigmoid()),
    (scratch.Tanh(), nn.Tanh()),
]
shapes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@pytest.mark.parametrize(("layer", "module"), ACTIVATIONS)
@settings(deadline=None, max_examples=20)
@given(shape=shapes, scale=st.sampled_from([0.1, 1, 30]))
def test_equals_torch(layer, module, shape, scale):
    assert_layer_equals_torch(layer, module, scale * numbers(*shape))


@pytest.mark.parametrize(("layer", "module"), ACTIVATIONS)
def test_equals_torch_at_zero_and_far_out(layer, module):
    x = torch.tensor([-1000.0, -100, -1, -0.0, 0.0, 1, 100, 1000], dtype=torch.float64)
    assert_layer_equals_torch(layer, module, x)
    y = layer(x)
    assert y.isfinite().all()
    assert layer.backward(torch.ones_like(y)).isfinite().all()


@pytest.mark.parametrize(("layer", "module"), ACTIVATIONS)
def test_gradients_agree_with_finite_differences(layer, module):
    result = scratch.check_gradients(layer, numbers(3, 4))
    assert result, result
    assert passes_gradcheck(layer, numbers(3, 4))


@pytest.mark.parametrize(("layer", "module"), ACTIVATIONS)
def test_leaves_its_input_alone(layer, module):
    x = numbers(3, 4)
    before = x.clone()
    grad_y = numbers(3, 4, seed=1)
    layer(x)
    layer.backward(grad_y)
    assert torch.equal(x, before)
    assert torch.equal(grad_y, numbers(3, 4, seed=1))
