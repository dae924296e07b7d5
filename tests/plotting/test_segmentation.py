import re

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib.colors import to_rgb

from nnfund.plotting import plot_segmentation
from nnfund.plotting.segmentation import FALSE_ALARM, HIT, MISS, ZOOM

IMAGES = torch.rand(3, 1, 40, 40)
TRUTH = torch.zeros(3, 1, 40, 40)
TRUTH[:, :, :20] = 1  # the upper half
GUESS = torch.zeros(3, 40, 40)
GUESS[:, :, :20] = 0.9  # the left half


def test_hits_misses_and_false_alarms_have_a_colour_and_a_pattern_each(check_theme):
    figure = plot_segmentation(IMAGES, TRUTH, GUESS, columns=2)
    assert len(figure.axes) == 2 * 2 * 2  # images above overlays, twice
    below = figure.axes[2]
    np.testing.assert_allclose(below.images[0].get_array(), IMAGES[0, 0])
    layer, half = below.images[1].get_array(), 20 * ZOOM
    quarters = {
        "hit": layer[:half, :half],
        "miss": layer[:half, half:],
        "false alarm": layer[half:, :half],
        "neither": layer[half:, half:],
    }
    for name, color in (("hit", HIT), ("miss", MISS), ("false alarm", FALSE_ALARM)):
        np.testing.assert_allclose(quarters[name][..., :3], np.broadcast_to(to_rgb(color), (half, half, 3)))
    opacity = {name: np.unique(quarter[..., 3]) for name, quarter in quarters.items()}
    assert len(opacity["hit"]) == 1
    assert len(opacity["miss"]) == len(opacity["false alarm"]) == 2
    assert not np.array_equal(quarters["miss"][..., 3], quarters["false alarm"][..., 3])
    assert opacity["neither"].tolist() == [0]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["hit", "miss", "false alarm"]
    check_theme(figure)


def test_the_legend_draws_each_hatch_in_the_colour_of_its_kind(svg_of):
    with matplotlib.rc_context({"hatch.color": "#010203"}):  # as the build of the site sets it
        figure = plot_segmentation(IMAGES[:1], TRUTH[:1], GUESS[:1])
        svg = svg_of(figure)
    patterns = re.findall(r"<pattern id=.*?</pattern>", svg, flags=re.DOTALL)
    drawn = [re.findall(r"#[0-9a-f]{6}", pattern.lower()) for pattern in patterns]
    assert sorted(set(colors).pop() for colors in drawn) == sorted([MISS.lower(), FALSE_ALARM.lower()])
    assert all(len(set(colors)) == 1 for colors in drawn)


def test_the_overlay_lies_exactly_on_the_image():
    below = plot_segmentation(IMAGES[:1], TRUTH[:1], GUESS[:1]).axes[1]
    assert tuple(below.images[0].get_extent()) == tuple(below.images[1].get_extent())


def test_boolean_masks_and_colour_images():
    plot_segmentation(torch.rand(3, 3, 40, 40), TRUTH.bool(), GUESS > 0.5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"targets": TRUTH[:2]}, r"targets has shape \(2, 40, 40\); \(3, 40, 40\)"),
        ({"predictions": GUESS * 5}, r"predictions holds 4.5.*logits > 0"),
        ({"predictions": GUESS * torch.nan}, "predictions holds nan"),
        ({"images": torch.zeros(40, 40)}, "images has shape"),
        ({"columns": 0}, "columns is 0"),
    ],
)
def test_errors_name_the_argument(change, message):
    with pytest.raises(ValueError, match=message):
        plot_segmentation(**({"images": IMAGES, "targets": TRUTH, "predictions": GUESS} | change))
