import pytest
import torch

from nnfund.training import devices, pick_device


@pytest.fixture
def machine(monkeypatch):
    """Pretend that the machine has so many CUDA devices, and perhaps MPS."""

    def pretend(cuda=0, mps=False):
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)

    monkeypatch.delenv("NNFUND_DEVICE", raising=False)
    pretend()
    return pretend


@pytest.mark.parametrize(
    ("there", "expected"),
    [({}, "cpu"), ({"mps": True}, "mps"), ({"cuda": 1}, "cuda"), ({"cuda": 2, "mps": True}, "cuda")],
)
def test_the_fastest_there_is(machine, there, expected):
    machine(**there)
    assert pick_device() == torch.device(expected)


def test_argument_beats_environment_beats_machine(machine, monkeypatch):
    machine(cuda=2)
    monkeypatch.setenv("NNFUND_DEVICE", "cuda:1")
    assert pick_device() == torch.device("cuda:1")
    assert pick_device("cpu") == torch.device("cpu")
    assert pick_device(torch.device("cuda:0")) == torch.device("cuda:0")
    monkeypatch.setenv("NNFUND_DEVICE", "")
    assert pick_device() == torch.device("cuda")


@pytest.mark.parametrize("asked", ["cuda", "cuda:2", "mps", "quantum"])
def test_what_is_not_there_is_refused(machine, monkeypatch, asked):
    with pytest.raises(ValueError, match=rf"device='{asked}'.*this machine has: cpu"):
        pick_device(asked)
    monkeypatch.setenv("NNFUND_DEVICE", asked)
    with pytest.raises(ValueError, match=rf"NNFUND_DEVICE='{asked}'.*this machine has: cpu"):
        pick_device()


def test_an_index_that_is_not_there(machine):
    machine(cuda=2)
    with pytest.raises(ValueError, match="cuda, cuda:1, cpu"):
        devices.pick_device("cuda:2")
