import os
import pickle
import random

import pytest
import torch
from torch import nn

from nnfund.training import CheckpointError, History, load_checkpoint, save_checkpoint
from nnfund.training.checkpoint import MAGIC, _header


def parts(lr=0.1, width=3, optimizer=torch.optim.Adam):
    model = nn.Linear(2, width)
    return {"model": model, "optimizer": optimizer(model.parameters(), lr=lr)}


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "new" / "run.ckpt"
    history = History(
        train_loss=[0.5, 0.25], lr=[0.1, 0.1], metrics={"val_accuracy": [0.9, 0.95]}, seconds=[1, 2]
    )
    save_checkpoint(path, epoch=2, history=history, **parts())
    return path


def test_everything_comes_back(tmp_path):
    path = tmp_path / "run.ckpt"
    first, second = parts(), parts(lr=0.7)
    first["model"](torch.ones(1, 2)).sum().backward()
    first["optimizer"].step()
    history = History(train_loss=[0.5], lr=[0.1], seconds=[3.0])
    save_checkpoint(path, epoch=1, history=history, **first)
    draws = [random.random(), torch.rand(3).tolist()]
    assert load_checkpoint(path, **second) == (1, history)
    assert [random.random(), torch.rand(3).tolist()] == draws
    assert torch.equal(first["model"].weight, second["model"].weight)
    assert second["optimizer"].param_groups[0]["lr"] == 0.1
    moments = [
        optimizer.state_dict()["state"][0]["exp_avg"]
        for optimizer in (first["optimizer"], second["optimizer"])
    ]
    assert torch.equal(*moments)
    assert os.listdir(tmp_path) == ["run.ckpt"]


def test_every_flipped_bit_is_found(saved):
    content = saved.read_bytes()
    draw, mine = random.Random(0), parts()
    positions = [*range(120), *draw.sample(range(120, len(content)), 1000)]
    for position in positions:
        damaged = bytearray(content)
        damaged[position] ^= 1 << draw.randrange(8)
        saved.write_bytes(damaged)
        with pytest.raises(CheckpointError):
            load_checkpoint(saved, **mine)


def test_every_truncation_and_addition_is_found(saved):
    content, mine = saved.read_bytes(), parts()
    for length in [*range(100), *random.Random(0).sample(range(len(content)), 200), len(content) - 1]:
        saved.write_bytes(content[:length])
        with pytest.raises(CheckpointError):
            load_checkpoint(saved, **mine)
    saved.write_bytes(content + b"\0")
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(saved, **parts())


class Evil:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("write", ["pickle", "torch", "legacy"])
@pytest.mark.parametrize("header", [True, False])
def test_code_is_refused_and_does_not_run(tmp_path, write, header):
    path, harmed = tmp_path / "run.ckpt", tmp_path / "harmed"
    evil = {"epoch": 1, "history": {}, "random": {}, "parts": Evil(f"touch {harmed}")}
    if write == "pickle":
        path.write_bytes(pickle.dumps(evil))
    else:
        torch.save(evil, path, _use_new_zipfile_serialization=write == "torch")
    if header:  # an attacker can compute a checksum, too
        path.write_bytes(_header(path.read_bytes()) + path.read_bytes())
    with pytest.raises(CheckpointError, match="refused.*run code" if header else "no checkpoint"):
        load_checkpoint(path, **parts())
    assert not harmed.exists()


def test_other_content_with_a_right_checksum(saved):
    for values in ([1, 2], {"epoch": 1}):
        torch.save(values, saved)
        saved.write_bytes(_header(saved.read_bytes()) + saved.read_bytes())
        with pytest.raises(CheckpointError, match="lacks what save_checkpoint writes"):
            load_checkpoint(saved, **parts())


def test_other_versions_are_named(saved):
    saved.write_bytes(saved.read_bytes().replace(MAGIC + b"1", MAGIC + b"7", 1))
    with pytest.raises(CheckpointError, match="format version '7', this nnfund reads 1"):
        load_checkpoint(saved, **parts())


def test_what_does_not_fit(saved, tmp_path):
    with pytest.raises(CheckpointError, match=r"\['model', 'optimizer'\], but \['model'\]"):
        load_checkpoint(saved, model=nn.Linear(2, 3))
    with pytest.raises(CheckpointError, match="holds a Adam as optimizer, not a SGD"):
        load_checkpoint(saved, **parts(optimizer=torch.optim.SGD))
    with pytest.raises(CheckpointError, match=r"(?s)its model does not fit the Linear given.*size mismatch"):
        load_checkpoint(saved, **parts(width=4))
    with pytest.raises(FileNotFoundError, match=r"none\.ckpt"):
        load_checkpoint(tmp_path / "none.ckpt", **parts())


def test_a_failed_write_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()
    monkeypatch.setattr(
        os, "fsync", lambda file: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(OSError, match="No space"):
        save_checkpoint(saved, epoch=9, history=History(), **parts())
    assert saved.read_bytes() == before
