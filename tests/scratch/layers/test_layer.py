import pytest
import torch

from nnfund.scratch import Layer, Linear, ReLU, Sequential, parameter


class Scale(Layer):
    """A learner's own layer: y = scale · x."""

    parameter_names = ("scale",)

    def __init__(self):
        self.scale = parameter(torch.tensor([2.0]))

    def forward(self, x):
        self.x = x
        return self.scale * x

    def backward(self, grad_y):
        self.scale.grad += (grad_y * self.x).sum()
        return self.scale * grad_y


def test_a_layer_of_ones_own():
    layer = Scale()
    assert torch.equal(layer(torch.ones(3)), torch.full((3,), 2.0))
    assert torch.equal(layer.backward(torch.ones(3)), torch.full((3,), 2.0))
    assert layer.parameters() == [layer.scale]
    assert list(layer.state_dict()) == list(layer.named_parameters()) == ["scale"]
    assert layer.scale.grad == 3


def test_gradients_add_up_until_they_are_cleared():
    layer = Scale()
    for expected in (3, 6):
        layer(torch.ones(3))
        layer.backward(torch.ones(3))
        assert layer.scale.grad == expected


def test_an_unfinished_layer_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Layer needs a forward"):
        Layer()(torch.ones(1))
    with pytest.raises(NotImplementedError, match="Layer needs a backward"):
        Layer().backward(torch.ones(1))


def test_a_state_dict_that_does_not_fit_changes_nothing():
    layer = Linear(2, 3)
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    with pytest.raises(ValueError, match=r"lacks \['bias'\].*unknown \['offset'\]"):
        layer.load_state_dict({"weight": torch.ones(3, 2), "offset": torch.ones(3)})
    with pytest.raises(ValueError, match=r"'bias'.*\(3,\).*\(4,\)"):
        layer.load_state_dict({"weight": torch.ones(3, 2), "bias": torch.ones(4)})
    for name, value in layer.state_dict().items():
        assert torch.equal(value, before[name])


def test_prints_as_its_name_and_the_shapes_of_its_parameters():
    assert repr(Linear(2, 3)) == "Linear(weight: (3, 2), bias: (3,))"
    assert repr(Linear(2, 3, bias=False)) == "Linear(weight: (3, 2))"
    assert repr(ReLU()) == "ReLU()"
    net = Sequential(Linear(2, 3), Sequential(ReLU()))
    assert repr(net).splitlines() == [
        "Sequential(",
        "  (0): Linear(weight: (3, 2), bias: (3,))",
        "  (1): Sequential(",
        "    (0): ReLU()",
        "  )",
        ")",
    ]
