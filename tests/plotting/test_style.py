import itertools

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnfund.plotting import style
from nnfund.plotting.canvas import readable_on

PAGES = ("#ffffff", "#fbfaf7", "#14171c")

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency"
# (2009), severity 1.0; applied to linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}  # fmt: skip


def linear(color) -> np.ndarray:
    c = np.array(to_rgb(color))
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a, b) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b))
    return (high + 0.05) / (low + 0.05)


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson's Oklab (2020): distances are differences as the eye sees them; 0.02 is just noticeable."""
    lms = np.cbrt(np.clip(np.array([
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]) @ rgb, 0, None))  # fmt: skip
    return np.array([
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]) @ lms  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("color", style.PALETTE)
def test_each_color_stands_out_from_each_page(color, page):
    assert contrast(color, page) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_any_two_colors_stay_apart_for_every_eye(vision):
    seen = [oklab(np.array(VISION[vision]) @ linear(color)) for color in style.PALETTE]
    distances = {
        (a, b): np.linalg.norm(seen[a] - seen[b]) for a, b in itertools.combinations(range(len(seen)), 2)
    }
    assert min(distances.values()) > 0.09, distances
    assert distances[0, 1] > 0.25  # most figures use two


def test_colour_is_never_the_only_channel():
    for others in (style.MARKERS, style.LINESTYLES, style.HATCHES):
        assert len(set(others)) == len(others) == len(style.PALETTE)


def test_colormaps_exist():
    for name in (style.SEQUENTIAL, style.DIVERGING):
        assert name in matplotlib.colormaps


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#777777", "#808080", *style.PALETTE])
def test_text_on_a_cell_is_readable(color):
    assert contrast(readable_on(color), color) >= 4.5
