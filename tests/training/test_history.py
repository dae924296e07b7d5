import pytest
from small_run import loader, make
from torch import nn

from nnfund.training import History, accuracy, fit, triangular


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
