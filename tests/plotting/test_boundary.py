import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from torch import nn

from nnfund.plotting import plot_decision_boundary
from nnfund.plotting.style import MARKERS, PALETTE

POINTS = torch.tensor([[-1.0, 0.0], [-2.0, 1.0], [1.0, 0.0], [2.0, -1.0]])
CLASSES = torch.tensor([0, 0, 1, 1])


def two_logits(points):
    return torch.stack([-points[:, 0], points[:, 0]], dim=1)  # class 1 where x₁ > 0


def scatters(ax):
    return [artist for artist in ax.collections if isinstance(artist, PathCollection)]


@pytest.mark.parametrize(
    "model", [two_logits, lambda p: p[:, 0], lambda p: p[:, :1]], ids=["two logits", "(N,)", "(N, 1)"]
)
def test_regions_and_points_lie_where_the_model_and_the_data_put_them(model, check_theme):
    figure = plot_decision_boundary(model, POINTS, CLASSES.float().unsqueeze(1), resolution=50)
    ax = figure.axes[0]
    picture = ax.images[0].get_array()
    assert picture.shape == (50, 50, 4)
    np.testing.assert_allclose(picture[:, 0, :3], np.broadcast_to(to_rgb(PALETTE[0]), (50, 3)))
    np.testing.assert_allclose(picture[:, -1, :3], np.broadcast_to(to_rgb(PALETTE[1]), (50, 3)))
    assert picture[0, 0, 3] > picture[0, 24, 3]  # surer far from the border
    assert picture[..., 3].max() < 0.5  # the page shows through

    border = np.concatenate([path.vertices for c in ax.collections[:1] for path in c.get_paths()])
    np.testing.assert_allclose(border[:, 0], 0, atol=1e-6)

    first, second = scatters(ax)
    np.testing.assert_allclose(first.get_offsets(), POINTS[:2])
    np.testing.assert_allclose(second.get_offsets(), POINTS[2:])
    assert len(first.get_paths()[0].vertices) != len(second.get_paths()[0].vertices)  # markers differ
    check_theme(figure)


def test_the_vertical_direction_is_not_mirrored():
    figure = plot_decision_boundary(lambda p: p[:, 1], POINTS, CLASSES, resolution=20)  # class 1 above
    image = figure.axes[0].images[0]
    assert image.origin == "lower"
    np.testing.assert_allclose(image.get_array()[-1, 0, :3], to_rgb(PALETTE[1]))


def test_every_part_gets_its_own_mode_back_and_no_gradient_is_recorded():
    model = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2)).train()
    model[1].eval()  # frozen by its owner
    seen = []
    model[2].register_forward_hook(
        lambda module, inputs, output: seen.append((module.training, output.requires_grad))
    )
    plot_decision_boundary(model, POINTS, CLASSES, resolution=5)
    assert seen == [(False, False)]
    assert [part.training for part in (model, model[0], model[1], model[2])] == [True, True, False, True]


def test_modes_come_back_when_the_model_raises():
    model = nn.Sequential(nn.Linear(3, 2)).train()
    with pytest.raises(RuntimeError):
        plot_decision_boundary(model, POINTS, CLASSES, resolution=5)
    assert model.training


def test_a_model_in_double_precision():
    plot_decision_boundary(nn.Linear(2, 3).double(), POINTS, CLASSES, resolution=5)


def test_three_classes_have_three_markers_a_legend_and_borders():
    centres = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    points = centres.repeat(4, 1) + 0.1
    figure = plot_decision_boundary(
        lambda p: -torch.cdist(p, centres), points, torch.arange(3).repeat(4), class_names=["a", "b", "c"]
    )
    ax = figure.axes[0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c"]
    assert len(scatters(ax)) == 3
    assert len(set(MARKERS[:3])) == 3
    assert len(ax.collections) == 3 + 3  # one border around each region


def test_draws_on_the_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_decision_boundary(two_logits, POINTS, CLASSES, ax=right, legend=False) is figure
    assert not left.has_data()
    assert right.images
    assert right.get_legend() is None


def test_many_points_become_pixels():
    points = torch.randn(2500, 2)
    figure = plot_decision_boundary(two_logits, points, (points[:, 0] > 0).long(), resolution=5)
    assert all(scatter.get_rasterized() for scatter in scatters(figure.axes[0]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"inputs": torch.zeros(4, 3)}, r"inputs has shape \(4, 3\)"),
        ({"inputs": torch.zeros(0, 2)}, r"inputs has shape \(0, 2\)"),
        ({"inputs": "points"}, "inputs is a str"),
        ({"targets": torch.zeros(3)}, "targets holds 3 classes for 4 inputs"),
        ({"targets": torch.tensor([0, -1, 0, 0])}, "targets holds -1"),
        ({"targets": torch.tensor([0, 0.5, 0, 0])}, "targets holds 0.5"),
        ({"targets": torch.tensor([0, 6, 0, 0])}, "there are 7 classes; at most 6"),
        ({"resolution": 1}, "resolution is 1"),
        ({"class_names": ["one"]}, "class_names has 1 names; 2 classes"),
        ({"model": lambda p: torch.zeros(7, 2)}, r"model returned \(7, 2\)"),
        ({"model": lambda p: None}, "model returned NoneType"),
    ],
)
def test_errors_name_the_argument(change, message):
    arguments = {"model": two_logits, "inputs": POINTS, "targets": CLASSES, "resolution": 5} | change
    with pytest.raises(ValueError, match=message):
        plot_decision_boundary(**arguments)
