import pytest
import torch
from torch import nn

from nnfund.scratch import Dropout, check_gradients

from ..compare import EXACT, numbers


@pytest.mark.parametrize("p", [0, 0.1, 0.5, 0.9])
def test_equals_torch_with_the_same_seed(p):
    layer, module = Dropout(p), nn.Dropout(p)
    x = numbers(20, 30).requires_grad_()
    torch.manual_seed(1)
    expected = module(x)
    torch.manual_seed(1)
    y = layer(x.detach())
    torch.testing.assert_close(y, expected.detach(), **EXACT)
    grad_y = numbers(20, 30, seed=1)
    expected.backward(grad_y)
    torch.testing.assert_close(layer.backward(grad_y), x.grad, **EXACT)


def test_survivors_are_scaled_so_that_the_mean_stays():
    y = Dropout(0.75)(torch.ones(200, 200))
    assert set(y.unique().tolist()) == {0.0, 4.0}
    assert abs(y.mean().item() - 1) < 0.05


def test_evaluation_changes_nothing():
    layer = Dropout(0.5).eval()
    x = numbers(4, 5)
    assert torch.equal(layer(x), x)
    assert torch.equal(layer.backward(x), x)


def test_gradients_agree_with_finite_differences():
    assert check_gradients(Dropout(0.4), numbers(4, 5))
