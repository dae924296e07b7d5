import itertools

import matplotlib
import numpy as np
import pytest

from nnfund.plotting import style

PAGES = ("#ffffff", "#fbfaf7", "#14171c")

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency"
# (2009), severity 1.0; applied to linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
    "deuteranopia": [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    "tritanopia": [[1.2555, -0.0767, -0.1788], [-0.0784, 0.9308, 0.1476], [0.0047, 0.6914, 0.3039]],
}  # fmt: skip


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
def test_each_color_stands_out_from_each_page(color, page, contrast):
    assert contrast(color, page) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_any_two_colors_stay_apart_for_every_eye(vision, linear):
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
