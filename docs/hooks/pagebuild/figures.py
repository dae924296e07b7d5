"""One drawing, two files: the light and the dark variant of a figure.

A page draws with ordinary matplotlib code. Text and axes come in a marker colour on a transparent ground;
here the marker becomes the text colour of each colour scheme. Curves, colour maps and photographs keep
theirs.
"""

import base64
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

FOREGROUND, FAINT = "#010203", "#040506"
SCHEMES = {  # --nnfund-fg and --nnfund-line of docs/assets/palette.css
    "light": {FOREGROUND: "#22262b", FAINT: "#ddd8cc"},
    "dark": {FOREGROUND: "#e3e6ea", FAINT: "#333b46"},
}
SVG_LIMIT = 150_000  # bytes; above, a picture of pixels is smaller
WIDEST = 1400  # CSS pixels; a figure wider than any screen is a slip


@dataclass(frozen=True)
class Figure:
    """A figure as files: the bytes of each scheme's variant, and its size in CSS pixels."""

    extension: str
    width: int
    height: int
    files: dict[str, bytes]  # scheme -> content
    on_white: bytes = b""  # as PNG, for notebooks: elsewhere, nobody knows the colour scheme


FigureMaker = Callable[[dict[str, str]], Figure | None]  # `make_figure`, or a cache of it


def make_figure(data: dict[str, str]) -> Figure | None:
    """Return the figure that an output's `data` (MIME type -> content) holds, or None.

    Raises:
        ValueError: If the drawing is too large to publish.
    """
    svg, png = data.get("image/svg+xml"), data.get("image/png")
    if svg is not None and (len(svg) <= SVG_LIMIT or png is None):
        figure = _vector_figure(svg)
    elif png is not None:
        figure = _pixel_figure(base64.b64decode(png))
    else:
        return None
    if figure.width > WIDEST:
        raise ValueError(
            f"the figure is {figure.width} pixels wide; {WIDEST} is the limit, 600 fits the page"
        )
    return figure if png is None else replace(figure, on_white=_on_white(base64.b64decode(png)))


def _vector_figure(svg: str) -> Figure:
    if len(svg) > SVG_LIMIT:
        raise ValueError(
            f"the SVG has {len(svg):,} bytes; {SVG_LIMIT:,} is the limit for a drawing without pixels"
        )
    svg = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", "", svg, flags=re.S
    ).strip()
    opening = re.search(r"<svg\b[^>]*>", svg)[0]
    width, height = (_pixels(opening, side) for side in ("width", "height"))
    files = {}
    for scheme, colors in SCHEMES.items():
        variant = svg
        for marker, color in colors.items():
            variant = variant.replace(marker, color)
        files[scheme] = variant.encode()
    return Figure("svg", width, height, files)


def _pixels(opening: str, side: str) -> int:
    number, unit = re.search(rf'\b{side}="([\d.]+)(pt|px)?"', opening).groups()
    return round(float(number) * (4 / 3 if unit == "pt" else 1))


def _pixel_figure(png: bytes) -> Figure:
    """The PNG is drawn at twice its size in CSS pixels."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    files = {scheme: _webp(recolored(image, colors)) for scheme, colors in SCHEMES.items()}
    return Figure("webp", image.width // 2, image.height // 2, files)


def recolored(image: Image.Image, colors: dict[str, str]) -> Image.Image:
    """Return `image` with each marker colour replaced, keeping its transparency.

    Where something shines through, rounding may have moved a marker by one. Elsewhere only the very marker
    counts: the dark greys of a photograph lie next to it.
    """
    pixels = np.array(image)
    slack = np.where(pixels[..., 3] == 255, 0, 1)
    for marker, color in colors.items():
        near = np.abs(pixels[..., :3].astype(int) - _rgb(marker)).max(axis=-1) <= slack
        pixels[near, :3] = _rgb(color)
    return Image.fromarray(pixels)


def _on_white(png: bytes) -> bytes:
    image = recolored(Image.open(io.BytesIO(png)).convert("RGBA"), SCHEMES["light"])
    page = Image.new("RGBA", image.size, "white")
    page.alpha_composite(image)
    buffer = io.BytesIO()
    page.convert("P", palette=Image.Palette.ADAPTIVE, colors=256).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _webp(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True, method=6, exact=False)
    return buffer.getvalue()


def _rgb(color: str) -> tuple[int, int, int]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
