import io
import re

import matplotlib
import pytest

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
