import math

import pytest
import torch

from nnfund import scratch
from nnfund.scratch.gradient_check import centred_differences, check_gradients

from .compare import numbers


class Square:
    """A learner's layer that owes nothing to `Layer`: y = (w x)²."""

    def __init__(self, factor=2.0):
        self.weight = torch.tensor([1.5, -0.5])
        self.weight.grad = torch.zeros(2)
        self.factor = factor  # 2 is right

    def parameters(self):
        return [self.weight]

    def forward(self, x):
        self.x = x
        return (self.weight * x) ** 2

    def backward(self, grad_y):
        self.weight.grad += (grad_y * self.factor * self.weight * self.x**2).sum(dim=0)
        return grad_y * 2 * self.weight**2 * self.x


def test_passes_a_right_layer_and_says_what_was_compared():
    result = check_gradients(Square(), numbers(3, 2))
    assert result
    assert result.passed
    assert [row.name for row in result.rows] == ["x", "parameters()[0]"]
    assert [row.shape for row in result.rows] == [(3, 2), (2,)]
    assert all(row.relative_error < 1e-8 for row in result.rows)


def test_finds_the_wrong_gradient_and_no_other():
    result = check_gradients(Square(factor=1.0), numbers(3, 2))
    assert not result
    assert [row.passed for row in result.rows] == [True, False]
    lines = str(result).splitlines()
    assert lines[0].split()[0] == "gradient"
    assert lines[1].endswith("ok")
    assert lines[2].startswith("parameters()[0]")
    assert lines[2].endswith("WRONG")
    assert result.rows[1].relative_error == pytest.approx(0.5)


@pytest.mark.parametrize("share", [1e-4, math.nan])
def test_finds_an_error_in_one_entry_of_a_thousand(share):
    class AlmostIdentity(scratch.Layer):
        def forward(self, x):
            return x.clone()

        def backward(self, grad_y):
            grad = grad_y.clone()
            grad[0, 0] *= 1 + 10 * share
            return grad

    assert not check_gradients(AlmostIdentity(), numbers(10, 100))


def test_leaves_the_layer_as_it_was():
    layer = scratch.Sequential(scratch.Linear(3, 2), scratch.BatchNorm1d(2))
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    assert check_gradients(layer, torch.randn(4, 3))
    for name, value in layer.state_dict().items():
        assert torch.equal(value, before[name])
    assert all(p.dtype == torch.float32 and not p.grad.any() for p in layer.parameters())


def test_the_input_and_the_random_state_are_left_alone():
    torch.manual_seed(7)
    x = torch.randn(4, 3)
    before, state = x.clone(), torch.get_rng_state()
    assert check_gradients(scratch.Dropout(), x)
    assert torch.equal(x, before)
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("seed", range(3))
def test_the_weighting_is_not_the_input(seed):
    result = check_gradients(scratch.BatchNorm1d(4), numbers(6, 4, seed=seed), seed=seed)
    assert result.rows[0].backward > 0.1


def test_centred_differences_of_a_known_function():
    tensor = numbers(2, 3)
    before = tensor.clone()
    gradient = centred_differences(lambda: (tensor**3).sum().item(), tensor)
    torch.testing.assert_close(gradient, 3 * tensor**2, rtol=1e-7, atol=1e-7)
    torch.testing.assert_close(tensor, before)


def test_centred_differences_of_a_single_number():
    tensor = torch.tensor(2.0, dtype=torch.float64)
    assert centred_differences(lambda: (tensor**2).item(), tensor).item() == pytest.approx(4)


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"x must be floating-point, got torch\.int64"):
        check_gradients(Square(), torch.ones(3, 2, dtype=torch.int64))

    class Transposed(scratch.Layer):
        def forward(self, x):
            return x.clone()

        def backward(self, grad_y):
            return grad_y.T

    class Forgetful(scratch.ReLU):
        def backward(self, grad_y):
            super().backward(grad_y)

    with pytest.raises(ValueError, match=r"backward must return dL/dx, got None"):
        check_gradients(Forgetful(), numbers(3, 2))
    with pytest.raises(ValueError, match=r"gradient of x.*\(3, 2\).*\(2, 3\)"):
        check_gradients(Transposed(), numbers(3, 2))
