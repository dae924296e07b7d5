import pytest
import torch
from torch import nn

from nnfund import scratch

from ..compare import assert_layer_equals_torch, numbers


def both_networks():
    ours = scratch.Sequential(
        scratch.Conv2d(1, 3, 3, padding=1, dtype=torch.float64),
        scratch.ELU(),
        scratch.MaxPool2d(2),
        scratch.Flatten(),
        scratch.Sequential(scratch.Linear(12, 6, dtype=torch.float64), scratch.Tanh()),
        scratch.BatchNorm1d(6, dtype=torch.float64),
        scratch.Linear(6, 2, bias=False, dtype=torch.float64),
    )
    theirs = nn.Sequential(
        nn.Conv2d(1, 3, 3, padding=1),
        nn.ELU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Sequential(nn.Linear(12, 6), nn.Tanh()),
        nn.BatchNorm1d(6),
        nn.Linear(6, 2, bias=False),
    ).double()
    return ours, theirs


def test_equals_torch():
    assert_layer_equals_torch(*both_networks(), numbers(5, 1, 4, 4))


def test_state_dicts_have_the_same_names_in_the_same_order():
    ours, theirs = both_networks()
    assert list(ours.state_dict()) == list(theirs.state_dict())
    assert list(ours.named_parameters()) == [name for name, _ in theirs.named_parameters()]


def test_state_dict_goes_to_torch_and_comes_back():
    ours, theirs = both_networks()
    ours(numbers(5, 1, 4, 4))  # moves the running averages
    theirs.load_state_dict(ours.state_dict())
    ours.eval()
    theirs.eval()
    x = numbers(3, 1, 4, 4, seed=1)
    torch.testing.assert_close(ours(x), theirs(x).detach())
    other = both_networks()[0].eval()
    other.load_state_dict(theirs.state_dict())
    assert torch.equal(other(x), ours(x))


def test_state_dict_survives_a_file(tmp_path):
    ours, _ = both_networks()
    scratch.SGD(ours.parameters())  # parameters are now views of one vector
    torch.save(ours.state_dict(), tmp_path / "weights.pt")
    other, theirs = both_networks()
    state = torch.load(tmp_path / "weights.pt")
    other.load_state_dict(state)
    theirs.load_state_dict(state)
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), other.parameters(), strict=True))


def test_a_layer_without_input_grad_ends_the_backward_pass():
    net = scratch.Sequential(scratch.Flatten(), scratch.Linear(4, 2, input_grad=False), scratch.ReLU())
    y = net(torch.ones(3, 2, 2))
    assert net.backward(torch.ones_like(y)) is None
    assert net[1].bias.grad.any()
    assert not net.input_grad
    assert [row.name for row in scratch.check_gradients(net, torch.ones(3, 2, 2)).rows] == [
        "1.weight",
        "1.bias",
    ]


def test_train_and_eval_reach_every_layer():
    net = scratch.Sequential(scratch.Dropout(), scratch.Sequential(scratch.Dropout()))
    assert net.eval() is net
    assert not net[0].training
    assert not net[1][0].training
    assert net.train()[1][0].training
    assert len(net) == 2


def test_refuses_what_is_not_a_layer():
    with pytest.raises(ValueError, match=r"layers\[1\] must be a scratch\.Layer, got torch.*ReLU"):
        scratch.Sequential(scratch.ReLU(), nn.ReLU())
    with pytest.raises(ValueError, match=r"layers\[0\]"):
        scratch.Sequential([scratch.ReLU()])
