import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from nnfund.plotting import plot_curves


def test_each_entry_has_its_own_colour_marker_and_line(check_theme):
    curves = {
        "a": torch.arange(20.0),
        "b": torch.ones(20),
        "c": torch.stack([torch.zeros(20), torch.ones(20)]),
    }
    figure = plot_curves(curves, xlabel="iteration", ylabel="error", x=torch.arange(20) * 10)
    ax = figure.axes[0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.arange(20))
    np.testing.assert_allclose(ax.lines[0].get_xdata(), np.arange(20) * 10)
    np.testing.assert_allclose(ax.lines[2].get_ydata(), 0.5)
    assert len(ax.collections) == 1  # the band of c
    for look in ("get_color", "get_marker", "get_linestyle"):
        assert len({getattr(line, look)() for line in ax.lines}) == (3 if look != "get_linestyle" else 2)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("iteration", "error")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]
    check_theme(figure)


def test_draws_on_the_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_curves({"a": [3.0, 2.0]}, ax=right, log=True) is figure
    assert not left.lines
    assert right.get_yscale() == "log"


@pytest.mark.parametrize(
    ("curves", "x", "message"),
    [
        ({}, None, "curves is empty"),
        ({"a": torch.zeros(2, 3, 4)}, None, r"curves\['a'\] has shape \(2, 3, 4\)"),
        ({"a": torch.tensor(1.0)}, None, r"curves\['a'\] has shape \(\)"),
        ({"a": torch.zeros(5)}, torch.arange(4), r"x has 4 positions; curves\['a'\] has 5 steps"),
    ],
)
def test_errors_name_the_argument(curves, x, message):
    with pytest.raises(ValueError, match=message):
        plot_curves(curves, x=x)


def test_draws_on_a_subfigure_and_returns_the_figure():
    figure = plt.figure(layout="constrained")
    left, _ = figure.subfigures(1, 2)
    assert plot_curves({"a": [3.0, 2.0]}, ax=left.subplots()) is figure


@pytest.mark.parametrize("color", ["black", "white", "0.4"])
def test_the_theme_check_notices_a_colour_of_our_own(color, check_theme):
    figure = plot_curves({"a": [3.0, 2.0]})
    figure.axes[0].axhline(2.5, color=color)
    with pytest.raises(AssertionError):
        check_theme(figure)
