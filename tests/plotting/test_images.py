import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from nnfund.plotting import plot_images
from nnfund.plotting.style import PALETTE


def drawn(figure):
    return [np.asarray(ax.images[0].get_array()) for ax in figure.axes if ax.images]


def test_whole_numbers_are_drawn_as_they_are(check_theme):
    images = torch.randint(0, 256, (5, 3, 8, 6), dtype=torch.uint8)
    figure = plot_images(images, columns=3)
    assert len(figure.axes) == 6  # two rows of three, the last one empty
    np.testing.assert_allclose(np.stack(drawn(figure)), images.movedim(1, 3) / 255, atol=1e-7)
    plot = plot_images(images[:, :1], targets=torch.arange(5))
    np.testing.assert_allclose(np.stack(drawn(plot)), images[:, 0] / 255, atol=1e-7)
    check_theme(plot)


def test_grey_images_share_one_scale():
    figure = plot_images(torch.stack([torch.zeros(4, 4), torch.full((4, 4), 0.5)]))
    assert [ax.images[0].get_clim() for ax in figure.axes] == [(0, 1), (0, 1)]


def test_normalisation_is_undone():
    images = torch.rand(2, 3, 4, 4)
    mean, std = torch.tensor([0.5, 0.4, 0.3]), torch.tensor([0.2, 0.3, 0.4])
    normalised = (images - mean.view(3, 1, 1)) / std.view(3, 1, 1)
    figure = plot_images(normalised, mean=mean, std=std)
    np.testing.assert_allclose(np.stack(drawn(figure)), images.movedim(1, 3), atol=1e-6)
    grey = plot_images((images[:, 0] - 0.13) / 0.3, mean=0.13, std=0.3)
    np.testing.assert_allclose(np.stack(drawn(grey)), images[:, 0], atol=1e-6)


def test_floats_beyond_the_unit_interval_are_stretched_together():
    figure = plot_images(torch.tensor([[[-1.0, 0.0]], [[1.0, 3.0]]]))
    np.testing.assert_allclose(np.stack(drawn(figure)), [[[0, 0.25]], [[0.5, 1]]])


def test_captions_tell_right_from_wrong_without_colour():
    targets, predictions = torch.tensor([0, 1]), torch.tensor([0, 0])
    images = torch.rand(2, 4, 4)
    figure = plot_images(images, targets=targets, predictions=predictions, class_names=["cat", "dog"])
    right, wrong = figure.axes
    assert (right.get_title(), wrong.get_title()) == ("✓ cat", "✗ cat, is dog")
    assert to_hex(wrong.spines["left"].get_edgecolor()) == PALETTE[5]
    assert wrong.spines["left"].get_linewidth() > right.spines["left"].get_linewidth()


@pytest.mark.parametrize("which", ["targets", "predictions"])
def test_one_kind_of_label_is_a_plain_caption(which):
    figure = plot_images(torch.rand(2, 4, 4), **{which: torch.tensor([3, 0])})
    assert [ax.get_title() for ax in figure.axes] == ["3", "0"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": torch.zeros(4, 4)}, r"images has shape \(4, 4\)"),
        ({"images": torch.zeros(2, 2, 4, 4)}, r"images has shape \(2, 2, 4, 4\)"),
        ({"images": torch.zeros(0, 4, 4)}, r"images has shape \(0, 4, 4\)"),
        ({"targets": torch.zeros(3)}, "targets holds 3 classes for 2 images"),
        ({"predictions": torch.tensor([0, 5]), "class_names": ["a"]}, "class_names has 1 names; 6 classes"),
        ({"targets": torch.tensor([0, -1])}, "targets holds -1"),
        ({"columns": 0}, "columns is 0"),
        ({"mean": [0.1, 0.2]}, "mean holds 2 numbers"),
        ({"std": [0.1, 0.2]}, "std holds 2 numbers"),
    ],
)
def test_errors_name_the_argument(change, message):
    with pytest.raises(ValueError, match=message):
        plot_images(**({"images": torch.zeros(2, 4, 4)} | change))
