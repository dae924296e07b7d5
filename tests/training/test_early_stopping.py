import pytest
import torch
from torch import nn

from nnfund.training import Callback, EarlyStopping, History, fit
from nnfund.training.callbacks import Run


class Script(Callback):
    """Replaces the validation loss by given values, and the weight by the number of the epoch."""

    def __init__(self, losses):
        self.losses = losses

    def after_epoch(self, run):
        run.history.val_loss[-1] = self.losses[run.epoch - 1]
        with torch.no_grad():
            run.model.weight.fill_(run.epoch)


def train(losses, **options):
    model = nn.Linear(1, 1)
    batches = [(torch.ones(2, 1), torch.ones(2, 1))]
    stopping = EarlyStopping(**options)
    history = fit(
        model,
        batches,
        loss_fn=nn.MSELoss(),
        optimizer=torch.optim.SGD(model.parameters(), lr=0.01),
        epochs=len(losses),
        val_loader=batches,
        callbacks=[Script(losses), stopping],
    )
    return len(history), stopping.best_epoch, model.weight.item()


nan = float("nan")


@pytest.mark.parametrize(
    ("losses", "options", "epochs", "best"),
    [
        ([3, 2, 1, 2, 2, 2, 2], {"patience": 3}, 6, 3),
        ([3, 2, 1, 2, 2, 0.5, 2, 2], {"patience": 3}, 8, 6),
        ([3, 3, 3], {"patience": 1}, 2, 1),  # equal is no improvement
        ([3, 2.9, 2.8, 2.7], {"patience": 2, "min_delta": 0.15}, 4, 3),
        ([1, 2, 3, 2, 1], {"patience": 2, "mode": "max"}, 5, 3),
        ([3, 4, 5, 6], {"patience": None}, 4, 1),
        ([3, nan, nan, nan], {"patience": 2}, 3, 1),
        ([nan, nan, 1, 2], {"patience": 3}, 4, 3),
    ],
)
def test_stops_after_the_patience_with_the_best_weights(losses, options, epochs, best):
    assert train(losses, **options) == (epochs, best, best)


def test_the_best_weights_are_a_plain_file(tmp_path):
    path = tmp_path / "best.pt"
    train([3, 1, 2], path=path)
    assert torch.load(path, weights_only=True)["weight"].item() == 2


def test_an_instance_serves_several_runs():
    stopping = EarlyStopping(patience=1)
    model = nn.Linear(1, 1)
    run = Run(model, torch.optim.SGD(model.parameters()), None, [], None, [stopping], 5)
    for loss in (1.0, 5.0):
        stopping.on_start(run)
        run.history, run.epoch, run.stop = History(train_loss=[0.0], val_loss=[loss]), 1, False
        stopping.after_epoch(run)
        assert (stopping.best, run.stop) == (loss, False)


@pytest.mark.parametrize(
    ("options", "named"),
    [({"patience": 0}, "patience=0"), ({"mode": "low"}, "mode='low'"), ({"min_delta": -1}, "min_delta=-1")],
)
def test_refuses(options, named):
    with pytest.raises(ValueError, match=named):
        EarlyStopping(**options)


def test_a_quantity_that_is_not_recorded():
    with pytest.raises(ValueError, match="name='val_f1' was not recorded"):
        train([1, 2], monitor="val_f1")
