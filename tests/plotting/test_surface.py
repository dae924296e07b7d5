import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from nnfund.plotting import plot_loss_surface

PATH = torch.tensor([[3.0, 2.0], [1.0, 1.0], [0.5, 0.0]])


def bowl(x, y):
    return (x - 1) ** 2 + 4 * y**2


def test_the_ground_is_deepest_at_the_minimum_and_paths_run_from_ring_to_cross(check_theme):
    figure = plot_loss_surface(bowl, {"SGD": PATH, "Adam": PATH + 0.1}, x_range=(-1, 4), y_range=(-2, 3))
    ax = figure.axes[0]
    opacity = ax.images[0].get_array()[..., 3]
    row, column = np.argwhere(opacity == opacity.max()).mean(axis=0) / (len(opacity) - 1)
    np.testing.assert_allclose([-1 + 5 * column, -2 + 5 * row], [1, 0], atol=0.1)
    sgd, adam, starts, ends = ax.lines
    np.testing.assert_allclose(sgd.get_xydata(), PATH)
    assert sgd.get_marker() != adam.get_marker()
    np.testing.assert_allclose(starts.get_xydata(), [[3, 2], [3.1, 2.1]], rtol=1e-6)
    np.testing.assert_allclose(ends.get_xydata(), [[0.5, 0], [0.6, 0.1]], rtol=1e-6)
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["SGD", "Adam", "start", "end"]
    check_theme(figure)


def test_contours_lie_at_one_height():
    figure = plot_loss_surface(bowl, x_range=(-1, 3), y_range=(-1, 1), resolution=60)
    contours = figure.axes[0].collections[0]
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        x, y = path.vertices.T
        np.testing.assert_allclose(bowl(x, y), level, rtol=0.05, atol=0.01)


def test_ranges_cover_the_paths_and_axes_are_named():
    figure, (left, right) = plt.subplots(1, 2)
    result = plot_loss_surface(bowl, {"run": PATH}, resolution=5, xlabel="$w_1$", ylabel="$w_2$", ax=right)
    assert result is figure
    assert not left.lines
    assert right.get_xlim()[0] < 0.5 < 3 < right.get_xlim()[1]
    assert (right.get_xlabel(), right.get_ylabel()) == ("$w_1$", "$w_2$")


def test_what_is_not_finite_stays_empty():
    figure = plot_loss_surface(lambda x, y: torch.log(x), x_range=(-1, 1), y_range=(0, 1), resolution=10)
    opacity = figure.axes[0].images[0].get_array()[..., 3]
    assert (opacity[:, :5] == 0).all()
    assert opacity[:, 5].min() > 0


def test_a_flat_loss():
    plot_loss_surface(lambda x, y: 1.0, x_range=(0, 1), y_range=(0, 1), resolution=4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"paths": {"SGD": torch.zeros(3)}}, r"paths\['SGD'\] has shape \(3,\)"),
        ({"paths": None}, "x_range is None and there are no paths"),
        ({"x_range": (1, 0)}, r"x_range is \(1, 0\)"),
        ({"y_range": (0, 0)}, r"y_range is \(0, 0\)"),
        ({"resolution": 1}, "resolution is 1"),
        ({"loss": lambda x, y: torch.nan}, "loss is finite nowhere"),
    ],
)
def test_errors_name_the_argument(change, message):
    with pytest.raises(ValueError, match=message):
        plot_loss_surface(**({"loss": bowl, "paths": {"SGD": PATH}, "resolution": 4} | change))
