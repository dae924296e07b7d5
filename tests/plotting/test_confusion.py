import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from nnfund.plotting import plot_confusion_matrix
from nnfund.plotting.confusion import OPACITY
from nnfund.plotting.style import PALETTE

MATRIX = torch.tensor([[90, 10, 0], [0, 50, 50], [1, 0, 0]])


def test_cells_hold_their_counts_in_the_rows_of_the_true_classes(check_theme):
    figure = plot_confusion_matrix(MATRIX, class_names=["cat", "dog", "owl"])
    ax = figure.axes[0]
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    assert texts == {(0, 0): "90", (1, 0): "10", (1, 1): "50", (2, 1): "50", (0, 2): "1"}  # (column, row)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog", "owl"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first class is on top
    check_theme(figure)


def test_hits_and_mistakes_have_scales_of_their_own():
    colors = plot_confusion_matrix(MATRIX).axes[0].images[0].get_array()
    np.testing.assert_allclose(colors[0, 0], [*to_rgb(PALETTE[0]), OPACITY * 0.9])
    np.testing.assert_allclose(colors[1, 2], [*to_rgb(PALETTE[1]), OPACITY])  # the worst mistake
    np.testing.assert_allclose(colors[0, 1, 3], OPACITY * 0.2)
    assert colors[2, 2, 3] == 0  # a class that was never right, and no division by zero


@pytest.mark.parametrize(("page", "text"), [("#ffffff", "#1f2328"), ("#14171c", "#e6e6e6")])
@pytest.mark.parametrize("color", PALETTE[:2])
def test_the_themes_text_is_readable_on_the_strongest_cell(color, page, text, contrast):
    cell = OPACITY * np.array(to_rgb(color)) + (1 - OPACITY) * np.array(to_rgb(page))
    assert contrast(tuple(cell), text) >= 4.5


def test_draws_on_the_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert plot_confusion_matrix([[1, 0], [0, 0]], ax=right) is figure
    assert not left.images
    assert right.images


@pytest.mark.parametrize(
    ("matrix", "names", "message"),
    [
        (torch.zeros(2, 3), None, r"matrix has shape \(2, 3\)"),
        (torch.tensor([[1, -2], [0, 1]]), None, r"matrix holds -2\.0"),
        (torch.tensor([[1, float("nan")], [0, 1]]), None, "matrix holds nan"),
        (MATRIX, ["cat"], "class_names has 1 names; 3 classes"),
    ],
)
def test_errors_name_the_argument(matrix, names, message):
    with pytest.raises(ValueError, match=message):
        plot_confusion_matrix(matrix, class_names=names)
