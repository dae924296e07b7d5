import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from nnfund.plotting import plot_activation


def test_value_and_derivative(check_theme):
    figure = plot_activation(torch.tanh, limits=(-2, 2))
    value, derivative = figure.axes[0].lines[2:]  # after the two zero lines
    x = value.get_xdata()
    np.testing.assert_allclose(value.get_ydata(), np.tanh(x), atol=1e-6)
    np.testing.assert_allclose(derivative.get_ydata(), 1 - np.tanh(x) ** 2, atol=1e-6)
    assert value.get_linestyle() != derivative.get_linestyle()
    names = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert names == ["tanh", "derivative"]
    check_theme(figure)


def test_no_line_crosses_a_jump():
    derivative = plot_activation(nn.ReLU()).axes[0].lines[3].get_ydata()
    assert np.isnan(derivative).sum() == 1
    assert set(derivative[~np.isnan(derivative)]) == {0.0, 1.0}
    assert not np.isnan(plot_activation(nn.GELU()).axes[0].lines[3].get_ydata()).any()


def test_works_under_no_grad_and_draws_on_the_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    with torch.no_grad():
        assert plot_activation(nn.Sigmoid(), name="σ", ax=right, legend=False) is figure
    assert not left.lines
    assert right.lines[2].get_label() == "σ"
    assert right.get_legend() is None


@pytest.mark.parametrize(
    ("activation", "limits", "message"),
    [
        (torch.tanh, (1, 1), r"limits is \(1, 1\)"),
        (lambda x: x.sum(), (-1, 1), "activation is <function"),
        (lambda x: x.detach(), (-1, 1), "a differentiable function"),
        (lambda x: 3.0, (-1, 1), "a differentiable function"),
    ],
)
def test_errors_name_the_argument(activation, limits, message):
    with pytest.raises(ValueError, match=message):
        plot_activation(activation, limits=limits)
