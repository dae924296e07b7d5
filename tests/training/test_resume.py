import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from nnfund.training import Callback, Checkpoint, CheckpointError, EarlyStopping, fit, triangular

EPOCHS = 5


class Interrupt(Callback):
    """Ctrl-C in the middle of an epoch."""

    def __init__(self, step):
        self.steps = step

    def before_step(self, run):
        self.steps -= 1
        if self.steps < 0:
            raise KeyboardInterrupt


def train(path, *, resume=False, interrupt=None, make_optimizer=None, patience=10, own_generator=True):
    torch.manual_seed(0)
    inputs = torch.randn(60, 4)
    data = TensorDataset(inputs, (inputs[:, 0] > 0).long())
    generator = torch.Generator().manual_seed(5) if own_generator else None
    loader = DataLoader(data, batch_size=16, shuffle=True, generator=generator)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 2))
    make_optimizer = make_optimizer or (lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9))
    optimizer = make_optimizer(model.parameters())
    callbacks = [EarlyStopping(patience, min_delta=1 / patience), Checkpoint(path, resume=resume)]
    history = fit(
        model,
        loader,
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=EPOCHS,
        val_loader=DataLoader(data, batch_size=64),
        scheduler=triangular(optimizer, EPOCHS * len(loader)),
        callbacks=callbacks if interrupt is None else [Interrupt(interrupt), *callbacks],
    )
    return history, model.state_dict(), optimizer.state_dict()["state"]


def assert_equal(first, second):
    assert first[0] == second[0]
    torch.testing.assert_close(first[1:], second[1:], rtol=0, atol=0)


@pytest.mark.parametrize("own_generator", [True, False])
@pytest.mark.parametrize(
    "make_optimizer",
    [
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        lambda p: torch.optim.AdamW(p, lr=0.01, amsgrad=True),
        lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5, centered=True),
    ],
)
def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, make_optimizer, own_generator):
    options = {"make_optimizer": make_optimizer, "own_generator": own_generator}
    expected = train(tmp_path / "a", interrupt=1000, **options)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "b", interrupt=2, **options)  # in the first epoch
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "b", interrupt=9, resume=True, **options)
    assert_equal(train(tmp_path / "b", interrupt=1000, resume=True, **options), expected)


def test_resuming_a_finished_run_changes_nothing(tmp_path):
    first = train(tmp_path / "a")
    assert_equal(train(tmp_path / "a", resume=True), first)


def test_resuming_a_run_that_stopped_early_does_not_go_on(tmp_path):
    first = train(tmp_path / "a", patience=1)
    assert len(first[0]) < EPOCHS
    assert_equal(train(tmp_path / "a", patience=1, resume=True), first)


def test_without_resume_a_run_starts_anew(tmp_path):
    assert_equal(train(tmp_path / "a"), train(tmp_path / "a"))


def test_refuses(tmp_path):
    model = nn.Linear(4, 2)
    optimizer = torch.optim.SGD(model.parameters())
    options = {"loss_fn": nn.MSELoss(), "optimizer": optimizer, "epochs": 1}
    with pytest.raises(ValueError, match=r"\['Checkpoint', 'Callback'\] must have Checkpoint last"):
        fit(model, [], callbacks=[Checkpoint(tmp_path / "a"), Callback()], **options)
    with pytest.raises(FileNotFoundError):
        fit(model, [], callbacks=[Checkpoint(tmp_path / "a", resume=True)], **options)
    train(tmp_path / "a")
    with pytest.raises(CheckpointError, match="holds the parts"):
        fit(model, [], callbacks=[Checkpoint(tmp_path / "a", resume=True)], **options)


@pytest.mark.skipif(sys.platform != "linux", reason="the runs are forked, with torch loaded")
def test_ten_killed_runs_equal_the_one_left_alone():
    script = Path(__file__).parents[2] / "benchmarks" / "kill_and_resume.py"
    command = [sys.executable, str(script), "--points", "10", "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 resumed runs equal" in done.stdout
