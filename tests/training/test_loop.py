import pytest
import torch
from small_run import loader, make
from torch import nn

from nnfund.training import Callback, accuracy, fit, triangular


def test_fit_overfits_one_batch():
    model, optimizer = make()
    batch = torch.randn(8, 4), torch.randint(2, (8,))
    history = fit(model, [batch], loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=300)
    assert history.train_loss[-1] < 0.01 < history.train_loss[0]
    assert accuracy(model(batch[0]), batch[1]) == 1.0


def test_fit_equals_the_plain_loop_bit_for_bit():
    model, optimizer = make()
    losses = []
    for _ in range(3):
        total = 0.0
        for inputs, targets in loader():
            loss = nn.functional.cross_entropy(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
        losses.append(total / 50)
    ours, optimizer = make()
    history = fit(ours, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=3)
    assert history.train_loss == losses
    assert all(torch.equal(a, b) for a, b in zip(ours.parameters(), model.parameters(), strict=True))


def test_scheduler_is_stepped_once_per_batch():
    model, optimizer = make(lr=1.0)
    rates = []

    class Record(Callback):
        def before_step(self, run):
            rates.append(run.optimizer.param_groups[0]["lr"])

    schedule = triangular(optimizer, steps=8, warmup=0.5)
    fit(
        model,
        loader(),
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=2,
        scheduler=schedule,
        callbacks=[Record()],
    )
    assert rates == pytest.approx([1 / 4, 2 / 4, 3 / 4, 1, 4 / 5, 3 / 5, 2 / 5, 1 / 5])
    assert optimizer.param_groups[0]["lr"] == 0


def test_a_non_finite_loss_stops_with_epoch_batch_and_advice():
    model, optimizer = make(lr=1e30)
    with pytest.raises(FloatingPointError, match=r"epoch 1, batch 2.*learning rate ten times smaller"):
        fit(model, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=1)


def test_nothing_is_shown_unless_asked(capfd):
    model, optimizer = make()
    fit(model, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=1)
    assert capfd.readouterr() == ("", "")
    fit(model, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=1, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert "epoch 1/1" in err
    assert "train_loss" in err


def test_device_moves_model_and_batches():
    model, optimizer = make()
    history = fit(
        model.to("cpu"),
        loader(),
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=1,
        val_loader=loader(),
        device="cpu",
    )
    assert len(history) == 1


plateau = torch.optim.lr_scheduler.ReduceLROnPlateau


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"epochs": -1}, "epochs=-1"),
        ({"epochs": 1.5}, "epochs=1.5"),
        ({"metrics": {"accuracy": accuracy}}, r"metrics=\['accuracy'\].*val_loader"),
        ({"metrics": {"loss": accuracy}, "val_loader": loader()}, "'loss'"),
        ({"loss_fn": nn.CrossEntropyLoss(reduction="sum")}, "reduction='sum'"),
        ({"scheduler": plateau(make()[1])}, "ReduceLROnPlateau"),
        ({"train_loader": []}, "train_loader=list gave no sample in epoch 1"),
        ({"train_loader": (batch for batch in loader()), "epochs": 2}, "train_loader=generator .* epoch 2"),
        ({"val_loader": []}, "loader=list gave no sample"),
    ],
)
def test_fit_refuses(options, named):
    model, optimizer = make()
    arguments = {"train_loader": loader(), "loss_fn": nn.CrossEntropyLoss(), "epochs": 1} | options
    with pytest.raises(ValueError, match=named):
        fit(model, optimizer=optimizer, **arguments)
