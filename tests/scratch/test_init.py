import math

import pytest
import torch
from torch import nn

from nnfund.scratch import init

SHAPES = [(3, 5), (4, 2, 3, 3), (1, 1), (6, 3, 2, 5)]


def same_draw(ours, theirs, shape):
    torch.manual_seed(0)
    drawn = ours(torch.empty(shape))
    torch.manual_seed(0)
    return torch.equal(drawn, theirs(torch.empty(shape)))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize("nonlinearity", ["relu", "leaky_relu", "tanh", "linear", "sigmoid"])
@pytest.mark.parametrize("name", ["kaiming_uniform_", "kaiming_normal_"])
def test_kaiming_draws_what_torch_draws(name, shape, mode, nonlinearity):
    options = {"a": 0.2, "mode": mode, "nonlinearity": nonlinearity}
    ours, theirs = getattr(init, name), getattr(nn.init, name)
    assert same_draw(lambda w: ours(w, **options), lambda w: theirs(w, **options), shape)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("gain", [1.0, 5 / 3])
@pytest.mark.parametrize("name", ["xavier_uniform_", "xavier_normal_"])
def test_xavier_draws_what_torch_draws(name, shape, gain):
    ours, theirs = getattr(init, name), getattr(nn.init, name)
    assert same_draw(lambda w: ours(w, gain), lambda w: theirs(w, gain), shape)


@pytest.mark.parametrize("nonlinearity", ["linear", "sigmoid", "tanh", "relu", "leaky_relu"])
def test_gains_are_those_of_torch(nonlinearity):
    expected = nn.init.calculate_gain(nonlinearity, 0.3 if nonlinearity == "leaky_relu" else None)
    assert init.calculate_gain(nonlinearity, 0.3) == pytest.approx(expected)


def test_fans_count_the_window():
    assert init.fans(torch.empty(7, 3)) == (3, 7)
    assert init.fans(torch.empty(7, 3, 5, 2)) == (30, 70)


def test_the_default_is_uniform_within_one_over_the_root_of_fan_in():
    weight, bias = torch.empty(200, 100), torch.empty(200)
    init.default_(weight, bias)
    for tensor in (weight, bias):
        assert tensor.abs().max() <= 0.1
        assert abs(tensor.std().item() - 0.1 / math.sqrt(3)) < 0.01


def test_bad_arguments():
    with pytest.raises(ValueError, match=r"nonlinearity.*'swish'"):
        init.calculate_gain("swish")
    with pytest.raises(ValueError, match=r"mode.*'fan'"):
        init.kaiming_normal_(torch.empty(2, 2), mode="fan")
    with pytest.raises(ValueError, match=r"at least 2 dimensions.*\(3,\)"):
        init.xavier_normal_(torch.empty(3))
