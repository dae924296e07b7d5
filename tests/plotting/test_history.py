import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection

from nnfund.plotting import plot_history
from nnfund.training.history import History


def a_history(offset=0.0, epochs=3):
    loss = [1 / (i + 1) + offset for i in range(epochs)]
    accuracy = [0.5 + 0.1 * i for i in range(epochs)]
    return History(train_loss=loss, val_loss=[x + 0.1 for x in loss], metrics={"val_accuracy": accuracy})


def bands(ax):
    return [artist for artist in ax.collections if isinstance(artist, PolyCollection)]


def test_one_run_gets_a_panel_per_quantity(check_theme):
    history = a_history()
    figure = plot_history(history)
    loss, accuracy = figure.axes
    assert (loss.get_ylabel(), accuracy.get_ylabel()) == ("loss", "accuracy")
    assert loss.get_xlabel() == "epoch"
    train, val = loss.lines
    np.testing.assert_array_equal(train.get_xdata(), [1, 2, 3])
    np.testing.assert_allclose(train.get_ydata(), history.train_loss)
    np.testing.assert_allclose(val.get_ydata(), history.val_loss)
    assert train.get_linestyle() != val.get_linestyle()
    assert train.get_marker() != val.get_marker()
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), history.metrics["val_accuracy"])
    assert accuracy.lines[0].get_color() == val.get_color()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["training", "validation"]
    check_theme(figure)


def test_seeds_become_their_mean_and_the_band_between_lowest_and_highest():
    figure = plot_history([a_history(0.0), a_history(0.1), a_history(0.5)], quantity="loss")
    ax = figure.axes[0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.array([1, 1 / 2, 1 / 3]) + 0.2)
    low, high = bands(ax)[0].get_datalim(ax.transData).intervaly
    np.testing.assert_allclose([low, high], [1 / 3, 1.5])


def test_compared_methods_differ_in_colour_and_marker_and_parts_in_line_style(check_theme):
    figure = plot_history({"SGD": [a_history(), a_history(0.2)], "Adam": a_history(0.3)}, quantity="loss")
    ax = figure.axes[0]
    sgd_train, sgd_val, adam_train, _ = ax.lines
    assert sgd_train.get_color() == sgd_val.get_color() != adam_train.get_color()
    assert sgd_train.get_marker() != adam_train.get_marker()
    assert sgd_train.get_linestyle() == adam_train.get_linestyle() != sgd_val.get_linestyle()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["SGD", "Adam", "training", "validation"]
    check_theme(figure)


def test_draws_the_loss_on_the_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_history(a_history(), ax=right, log=True) is figure
    assert not left.lines
    assert len(right.lines) == 2
    assert right.get_yscale() == "log"


def test_a_run_without_validation():
    figure = plot_history(History(train_loss=[1.0]))
    assert len(figure.axes) == 1
    assert len(figure.axes[0].lines) == 1


@pytest.mark.parametrize(
    ("history", "options", "message"),
    [
        (History(), {}, "history holds no epoch"),
        ([], {}, "history is an empty list"),
        ({}, {}, "history holds no epoch"),
        ([1.0, 0.5], {}, "history holds a float"),
        (a_history(), {"quantity": "dice"}, "quantity is 'dice'; recorded are loss, accuracy"),
        ([a_history(epochs=2), a_history(epochs=3)], {}, r"seeds with \[2, 3\] epochs of train_loss"),
    ],
)
def test_errors_name_the_argument(history, options, message):
    with pytest.raises(ValueError, match=message):
        plot_history(history, **options)
