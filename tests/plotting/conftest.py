import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

matplotlib.use("Agg")
import matplotlib.pyplot as plt

FOREGROUND, FAINT = "#010203", "#040506"


@pytest.fixture(autouse=True)
def sentinel_theme():
    """Draw as a page does, text in #010203 and grid in #040506 on nothing; close what a test opened."""
    ink = (
        "text.color axes.labelcolor axes.edgecolor axes.titlecolor xtick.color ytick.color legend.labelcolor"
    )
    theme = dict.fromkeys(ink.split(), FOREGROUND) | {"grid.color": FAINT, "legend.edgecolor": FAINT}
    none = dict.fromkeys(
        ["figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor"], "none"
    )
    with matplotlib.rc_context(theme | none):
        yield
    plt.close("all")


@pytest.fixture
def linear():
    """Linear RGB of a colour."""

    def convert(color) -> np.ndarray:
        c = np.array(to_rgb(color))
        return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)

    return convert


@pytest.fixture
def contrast(linear):
    """The WCAG 2 contrast ratio of two colours."""

    def ratio(a, b) -> float:
        low, high = sorted(linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b))
        return (high + 0.05) / (low + 0.05)

    return ratio


@pytest.fixture
def svg_of():
    """The SVG text of a figure."""

    def render(figure) -> str:
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
        return buffer.getvalue()

    return render


@pytest.fixture
def check_theme(svg_of):
    """Check that a figure takes all colours but its data's from the theme: no black, white or grey."""

    def check(figure) -> None:
        svg = svg_of(figure)
        assert FOREGROUND in svg
        assert theme_violations(svg) == set()

    return check


def theme_violations(svg: str) -> set[str]:
    """The greys of an SVG, the two sentinels excepted; a shape with no fill or stroke of its own is black."""
    svg = re.sub(r'xlink:href="data:[^"]*"', "", svg)  # pixels keep their colours
    colors = {color.lower() for color in re.findall(r"#[0-9a-fA-F]{6}\b", svg)} - {FOREGROUND, FAINT}
    greys = {c for c in colors if max(rgb(c)) - min(rgb(c)) < 12}
    drawn = re.sub(r"<defs>.*?</defs>|<clipPath.*?</clipPath>", "", svg, flags=re.DOTALL)
    unset = {
        tag for tag in re.findall(r"<path [^>]*>", drawn) if "fill" not in tag and "style" not in tag
        and "transform" not in tag
    }  # fmt: skip
    return greys | unset


def rgb(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
