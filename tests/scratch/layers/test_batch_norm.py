import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund.scratch import BatchNorm1d, check_gradients

from ..compare import assert_layer_equals_torch, numbers, passes_gradcheck


def torch_module(num_features, **options):
    module = nn.BatchNorm1d(num_features, dtype=torch.float64, **options)
    nn.init.normal_(module.weight)
    nn.init.normal_(module.bias)
    return module


@settings(deadline=None, max_examples=40)
@given(
    batch=st.integers(2, 9),
    num_features=st.integers(1, 6),
    eps=st.sampled_from([1e-5, 1e-2]),
    momentum=st.sampled_from([0.1, 0.5, 1.0]),
    training=st.booleans(),
)
def test_equals_torch(batch, num_features, eps, momentum, training):
    module = torch_module(num_features, eps=eps, momentum=momentum).train(training)
    layer = BatchNorm1d(num_features, eps, momentum, dtype=torch.float64).train(training)
    assert_layer_equals_torch(layer, module, numbers(batch, num_features))  # running averages included


def test_starts_as_torch_does():
    layer, module = BatchNorm1d(3), nn.BatchNorm1d(3)
    assert layer.state_dict().keys() == module.state_dict().keys()
    for name, expected in module.state_dict().items():
        assert torch.equal(layer.state_dict()[name], expected)


def test_output_has_the_mean_and_spread_that_the_parameters_say():
    layer = BatchNorm1d(1)
    layer.weight.fill_(5)
    layer.bias.fill_(-2)
    y = layer(7 + 3 * torch.randn(1000, 1))
    assert abs(y.mean().item() + 2) < 1e-3
    assert abs(y.std(correction=0).item() - 5) < 1e-3


def test_a_batch_of_one_raises_in_training_only():
    layer = BatchNorm1d(3)
    with pytest.raises(ValueError, match=r"at least 2 samples.*got 1"):
        layer(torch.ones(1, 3))
    assert layer.eval()(torch.ones(1, 3)).shape == (1, 3)


@pytest.mark.parametrize("training", [True, False])
def test_gradients_agree_with_finite_differences(training):
    layer = BatchNorm1d(4, dtype=torch.float64).train(training)
    layer.load_state_dict(torch_module(4).state_dict())
    result = check_gradients(layer, numbers(6, 4))
    assert result, result
    assert passes_gradcheck(layer, numbers(6, 4))
