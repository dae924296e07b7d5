import math

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from nnfund.training import Callback, ClipGradients, History, accuracy, evaluate, fit, triangular


def data(n=50, seed=0):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(n, 4, generator=generator)
    return inputs, (inputs[:, 0] > 0).long()


def loader(n=50, batch_size=16, shuffle=False):
    generator = torch.Generator().manual_seed(1)
    return DataLoader(TensorDataset(*data(n)), batch_size=batch_size, shuffle=shuffle, generator=generator)


def make(lr=0.1):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
    return model, torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


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


@pytest.mark.parametrize("batch_size", [1, 7, 16, 49, 50, 64])
def test_evaluate_does_not_depend_on_the_batch_size(batch_size):
    model, _ = make()
    inputs, targets = data()
    result = evaluate(
        model, loader(batch_size=batch_size), loss_fn=nn.CrossEntropyLoss(), metrics={"accuracy": accuracy}
    )
    assert result["loss"] == pytest.approx(nn.CrossEntropyLoss()(model(inputs), targets).item(), rel=1e-5)
    assert result["accuracy"] == (model(inputs).argmax(1) == targets).double().mean().item()


def test_evaluate_uses_evaluation_mode_and_restores_each_modules_mode():
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.9), nn.Linear(8, 2))
    model.train()
    model[1].eval()  # a frozen batch norm stays frozen
    before = model[1].running_mean.clone()
    first = evaluate(model, loader(), loss_fn=nn.CrossEntropyLoss())
    assert first == evaluate(model, loader(), loss_fn=nn.CrossEntropyLoss())
    assert [module.training for module in model] == [True, False, True, True]
    assert torch.equal(model[1].running_mean, before)
    with pytest.raises(RuntimeError, match="shape"):
        evaluate(model, [(torch.ones(2, 3), torch.ones(2))], loss_fn=nn.CrossEntropyLoss())
    assert model.training


def test_evaluate_makes_no_graph():
    model, _ = make()
    seen = []
    evaluate(model, loader(), loss_fn=lambda outputs, targets: seen.append(outputs) or outputs.mean())
    assert not any(outputs.requires_grad for outputs in seen)


def test_history_records_one_entry_per_epoch_and_nothing_that_depends_on_time():
    def run():
        model, optimizer = make()
        schedule = triangular(optimizer, steps=3 * 4)
        return fit(
            model,
            loader(),
            loss_fn=nn.CrossEntropyLoss(),
            optimizer=optimizer,
            epochs=3,
            val_loader=loader(),
            metrics={"accuracy": accuracy},
            scheduler=schedule,
        )

    history = run()
    assert len(history) == len(history.val_loss) == len(history["val_accuracy"]) == len(history.seconds) == 3
    assert history == run()
    assert str(history) == str(run())
    assert repr(history) == repr(run())
    assert History.from_dict(history.to_dict()) == history
    assert list(history.curves()) == ["train_loss", "val_loss", "val_accuracy", "lr"]
    with pytest.raises(ValueError, match=r"name='val_f1' was not recorded.*val_accuracy"):
        history["val_f1"]


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


@pytest.mark.parametrize("warmup", [0, 0.3, 1])
@pytest.mark.parametrize("steps", [1, 2, 7, 100])
def test_triangular_reaches_its_peak_once_and_is_never_zero_in_between(steps, warmup):
    _, optimizer = make(lr=0.5)
    schedule = triangular(optimizer, steps, warmup=warmup)
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    assert min(rates) > 0
    assert rates.count(0.5) == 1


@pytest.mark.parametrize(
    ("steps", "warmup", "named"), [(0, 0.2, "steps=0"), (5, 1.5, "warmup=1.5"), (5, -1, "warmup=-1")]
)
def test_triangular_refuses(steps, warmup, named):
    with pytest.raises(ValueError, match=named):
        triangular(make()[1], steps, warmup=warmup)


def test_clipping_limits_the_joint_norm():
    model, optimizer = make()
    norms = []

    class Record(Callback):
        def before_step(self, run):
            norms.append(math.sqrt(sum(p.grad.square().sum().item() for p in run.model.parameters())))

    def train(callbacks):
        norms.clear()
        fit(
            model, loader(), loss_fn=nn.CrossEntropyLoss(), optimizer=optimizer, epochs=1, callbacks=callbacks
        )
        return max(norms)

    assert train([Record()]) > 0.01
    assert train([ClipGradients(0.01), Record()]) <= 0.01 + 1e-6
    with pytest.raises(ValueError, match="max_norm=0"):
        ClipGradients(0)


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
