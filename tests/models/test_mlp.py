import pytest
import torch
from torch import nn

from nnfund.models import MLP, count_parameters


@pytest.mark.parametrize("sizes", [[3, 2], [784, 128, 10], [2, 5, 7, 1], (64, 32, 16, 8, 4)])
@pytest.mark.parametrize("batch", [1, 6])
def test_shape_and_gradients(sizes, batch):
    model = MLP(sizes)
    outputs = model(torch.randn(batch, sizes[0]))
    assert outputs.shape == (batch, sizes[-1])
    outputs.pow(2).sum().backward()
    assert all(p.grad is not None for p in model.parameters())


def test_flattens_images():
    model = MLP([28 * 28, 10])
    images = torch.randn(4, 1, 28, 28)
    torch.testing.assert_close(model(images), model(images.flatten(1)))


def test_hidden_layers_alternate_and_the_last_stays_linear():
    kinds = [type(layer) for layer in MLP([4, 3, 3, 2], activation=nn.Tanh).layers]
    assert kinds == [nn.Flatten, nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert [type(layer) for layer in MLP([4, 2]).layers] == [nn.Flatten, nn.Linear]


def test_activation_from_a_function():
    model = MLP([2, 3, 1], activation=lambda: nn.LeakyReLU(0.3))
    assert model.layers[2].negative_slope == 0.3


def test_count_by_hand():
    assert count_parameters(MLP([784, 128, 10])) == 784 * 128 + 128 + 128 * 10 + 10


def test_prints_its_layers():
    text = str(MLP([784, 128, 10]))
    assert text.startswith("MLP(")
    assert "Linear(in_features=784, out_features=128" in text
    assert "ReLU()" in text


@pytest.mark.parametrize("sizes", [[], [3], [3, 0], [3, -1, 2], [3, 2.0], ["3", 2]])
def test_refuses_sizes(sizes):
    with pytest.raises(ValueError, match=r"sizes: got .*positive integers"):
        MLP(sizes)


def test_refuses_an_activation_that_is_a_module():
    with pytest.raises(ValueError, match=r"activation: got the module ReLU\(\)"):
        MLP([2, 3, 1], activation=nn.ReLU())


def test_same_seed_same_weights_and_state_dict_round_trip():
    torch.manual_seed(3)
    first = MLP([5, 4, 2])
    torch.manual_seed(3)
    second = MLP([5, 4, 2])
    third = MLP([5, 4, 2])
    inputs = torch.randn(7, 5)
    assert torch.equal(first(inputs), second(inputs))
    assert not torch.equal(first(inputs), third(inputs))
    third.load_state_dict(first.state_dict())
    assert torch.equal(first(inputs), third(inputs))
