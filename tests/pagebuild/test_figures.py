import base64
import io
import re

import numpy as np
import pytest
from pagebuild.figures import SCHEMES, SVG_LIMIT, make_figure
from PIL import Image

from .conftest import REPOSITORY

SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "x" "y">
<svg width="72pt" height="36pt"><metadata>when</metadata>
<path style="stroke: #010203"/><path style="stroke: #040506"/><path style="stroke: #d0751d"/></svg>"""


def png(pixels: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def drawing() -> np.ndarray:
    """Nothing, text, half-covered text, a grid line, a curve."""
    row = [(0, 0, 0, 0), (1, 2, 3, 255), (1, 2, 3, 128), (4, 5, 6, 255), (208, 117, 29, 255), (2, 90, 4, 255)]
    return np.array([row, row])


def test_a_drawing_becomes_a_light_and_a_dark_one_with_its_size_in_css_pixels():
    figure = make_figure({"image/svg+xml": SVG})
    assert (figure.extension, figure.width, figure.height) == ("svg", 96, 48)
    for scheme, colors in SCHEMES.items():
        text = figure.files[scheme].decode()
        assert text.startswith("<svg")
        assert "metadata" not in text
        assert "#010203" not in text
        assert all(color in text for color in [*colors.values(), "#d0751d"])
    assert figure.files["light"] != figure.files["dark"]


def test_pixels_in_marker_colours_are_replaced_and_no_others():
    figure = make_figure({"image/png": png(drawing())})
    assert (figure.extension, figure.width, figure.height) == ("webp", 3, 1)
    for scheme, colors in SCHEMES.items():
        pixels = np.array(Image.open(io.BytesIO(figure.files[scheme])).convert("RGBA"))[0]
        foreground, faint = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in colors.values())
        assert tuple(pixels[0])[3] == 0
        assert tuple(pixels[1]) == (*foreground, 255)
        assert tuple(pixels[2]) == (*foreground, 128)
        assert tuple(pixels[3]) == (*faint, 255)
        assert tuple(pixels[4]) == (208, 117, 29, 255)
        assert tuple(pixels[5]) == (2, 90, 4, 255)


def test_a_rounded_marker_is_replaced_and_the_dark_greys_of_a_photograph_are_not():
    greys = [(level, level, level, 255) for level in range(8)]
    figure = make_figure({"image/png": png(np.array([[*greys, (1, 3, 3, 40)]] * 2))})
    for scheme, colors in SCHEMES.items():
        pixels = np.array(Image.open(io.BytesIO(figure.files[scheme])).convert("RGBA"))[0]
        assert pixels[:8].tolist() == [list(grey) for grey in greys]
        assert "#" + bytes(pixels[8, :3].tolist()).hex() == colors["#010203"]


def test_a_large_drawing_is_published_as_pixels():
    large = SVG.replace("</svg>", " " * SVG_LIMIT + "</svg>")
    assert make_figure({"image/svg+xml": large, "image/png": png(drawing())}).extension == "webp"
    assert make_figure({"image/svg+xml": SVG, "image/png": png(drawing())}).extension == "svg"
    with pytest.raises(ValueError, match="150,000 is the limit"):
        make_figure({"image/svg+xml": large})


def test_a_figure_wider_than_a_screen_is_refused():
    with pytest.raises(ValueError, match="2667 pixels wide"):
        make_figure({"image/svg+xml": SVG.replace('"72pt"', '"2000pt"')})


def test_an_output_without_a_picture_has_no_figure():
    assert make_figure({"text/plain": "3"}) is None


def test_figures_have_the_colours_of_the_pages_that_show_them():
    css = (REPOSITORY / "docs" / "assets" / "palette.css").read_text("utf-8")
    light, dark = css.split('[data-md-color-scheme="slate"]')
    for colors, part in zip(SCHEMES.values(), (light, dark), strict=True):
        for value, name in zip(colors.values(), ("--nnfund-fg", "--nnfund-line"), strict=True):
            assert re.search(rf"{name}: {value};", part), f"{name} is not {value}"
