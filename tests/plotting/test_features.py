import numpy as np
import pytest
import torch
from torch import nn

from nnfund.plotting import plot_feature_maps, plot_filters


def drawn(figure):
    return [ax.images[0] for ax in figure.axes if ax.images]


def test_filters_share_a_scale_with_zero_in_the_middle(check_theme):
    conv = nn.Conv2d(1, 5, 3)
    figure = plot_filters(conv.weight, columns=3)
    images = drawn(figure)
    np.testing.assert_allclose(np.stack([i.get_array() for i in images]), conv.weight.detach()[:, 0])
    largest = conv.weight.abs().max().item()
    assert {image.get_clim() for image in images} == {(-largest, largest)}
    assert len(figure.axes) == 6 + 1  # two rows of three, and the colour bar
    check_theme(figure)


def test_colour_filters_are_in_colour_and_zero_is_mid_grey():
    weight = torch.zeros(2, 3, 2, 2)
    weight[0, 0, 0, 0], weight[1, 2, 1, 1] = 2.0, -1.0
    figure = plot_filters(weight)
    first, second = (image.get_array() for image in drawn(figure))
    np.testing.assert_allclose(first[0, 0], [1, 0.5, 0.5])
    np.testing.assert_allclose(second[1, 1], [0.5, 0.5, 0.25])
    assert len(figure.axes) == 2  # no colour bar


def test_feature_maps_start_at_zero_after_a_relu_only(check_theme):
    maps = torch.rand(1, 6, 5, 4)
    figure = plot_feature_maps(maps)
    assert len(drawn(figure)) == 6
    np.testing.assert_allclose(drawn(figure)[3].get_array(), maps[0, 3])
    assert drawn(figure)[0].get_clim() == pytest.approx((0, maps.max().item()))
    check_theme(figure)
    low, high = drawn(plot_feature_maps(maps[0] - 0.2))[0].get_clim()
    assert low == -high
    plot_feature_maps(torch.zeros(2, 3, 3))  # a layer of dead units


@pytest.mark.parametrize(
    ("draw", "argument", "message"),
    [
        (plot_filters, torch.zeros(4, 2, 3, 3), r"weight has shape \(4, 2, 3, 3\).*weight\[:, :1\]"),
        (plot_filters, torch.zeros(4, 3), r"weight has shape \(4, 3\)"),
        (plot_feature_maps, torch.zeros(2, 4, 3, 3), r"maps has shape \(2, 4, 3, 3\)"),
    ],
)
def test_errors_name_the_argument(draw, argument, message):
    with pytest.raises(ValueError, match=message):
        draw(argument)
    with pytest.raises(ValueError, match="columns is 0"):
        draw(torch.zeros(1, 1, 2, 2), columns=0)
