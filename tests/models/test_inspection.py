import pytest
import torch
from torch import nn

from nnfund.models import MLP, SmallCNN, UNet, count_parameters, summary


class Tied(nn.Module):
    """Encoder and decoder share one matrix; one layer runs twice and one never."""

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(4, 4, bias=False)
        self.second = nn.Linear(4, 4, bias=False)
        self.second.weight = self.first.weight
        self.scale = nn.Parameter(torch.ones(4))
        self.idle = nn.Linear(2, 3)

    def forward(self, inputs):
        return self.scale * self.second(self.first(self.first(inputs)))


def test_count_parameters():
    model = MLP([3, 4, 2])
    assert count_parameters(model) == 3 * 4 + 4 + 4 * 2 + 2
    model.layers[1].weight.requires_grad_(False)
    assert count_parameters(model, trainable_only=True) == 4 + 4 * 2 + 2
    assert count_parameters(nn.BatchNorm2d(5)) == 10  # its running statistics are buffers
    assert count_parameters(nn.ReLU()) == 0
    assert count_parameters(Tied()) == 16 + 4 + 9


def test_summary_of_an_mlp():
    table = summary(MLP([784, 128, 10]), (2, 1, 28, 28))
    assert [(row.name, row.kind, row.output_shape, row.parameters) for row in table.rows] == [
        ("layers.0", "Flatten", "(2, 784)", 0),
        ("layers.1", "Linear", "(2, 128)", 784 * 128 + 128),
        ("layers.2", "ReLU", "(2, 128)", 0),
        ("layers.3", "Linear", "(2, 10)", 1290),
    ]
    assert table.parameters == table.trainable_parameters == 101_770


def test_table_is_aligned_and_names_the_total():
    lines = str(summary(SmallCNN(), (1, 1, 28, 28))).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["layer", "kind", "output", "shape", "parameters"]
    assert lines[-1].split() == ["total", f"{count_parameters(SmallCNN()):,}"]


def test_frozen_parameters_are_named():
    model = MLP([3, 2])
    model.layers[1].bias.requires_grad_(False)
    assert str(summary(model, (1, 3))).splitlines()[-1].split() == ["trainable", "6"]


def test_shared_parameters_count_once_and_idle_layers_are_shown():
    table = summary(Tied(), (1, 4))
    assert [(row.name, row.output_shape, row.parameters) for row in table.rows] == [
        ("first", "(1, 4)", 16),
        ("first", "(1, 4)", 0),
        ("second", "(1, 4)", 0),
        ("(model)", "(1, 4)", 4),
        ("idle", "did not run", 9),
    ]
    assert sum(row.parameters for row in table.rows) == table.parameters


@pytest.mark.parametrize("model", [SmallCNN(channels=4), UNet(channels=(2, 3))])
def test_rows_add_up_to_the_total(model):
    table = summary(model, (2, 1, 12, 12))
    assert sum(row.parameters for row in table.rows) == table.parameters == count_parameters(model)


def test_leaves_the_model_as_it_was():
    model = SmallCNN().train()
    model.features[1].eval()  # a batch norm frozen on purpose
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    summary(model, (2, 1, 8, 8))
    assert model.training
    assert not model.features[1].training
    assert model.features[4].training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert not any(module._forward_hooks for module in model.modules())


def test_leaves_the_model_as_it_was_when_it_raises():
    model = MLP([3, 2]).train()
    with pytest.raises(RuntimeError):
        summary(model, (1, 4))
    assert model.training
    assert not any(module._forward_hooks for module in model.modules())


def test_takes_the_models_precision_and_any_output():
    assert summary(MLP([3, 2]).double(), (1, 3)).rows[-1].output_shape == "(1, 2)"
    assert summary(nn.LSTM(3, 2, batch_first=True), (1, 5, 3)).rows[-1].output_shape == "tuple"


@pytest.mark.parametrize("input_size", [(), (0, 3), (1, -3), (1, 2.5)])
def test_refuses_input_size(input_size):
    with pytest.raises(ValueError, match="input_size: got "):
        summary(MLP([3, 2]), input_size)
