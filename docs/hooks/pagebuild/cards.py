"""The picture that stands for a page where its address is shared: its title beside the two moons.

Drawn in the site's light colours, with fonts that packages of the build carry: the same on every machine.
"""

import hashlib
import io
import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from pagebuild.mathematics import file_of

WIDTH, HEIGHT = 1200, 630
LEFT, ROOM = 84, 690  # of the text; the moons are at the right
COLORS = 48  # paper, two moons, text, and what lies between: a file of about 20 kB
NAMES = {"paper": "bg", "text": "fg", "faint": "faint", "upper": "link", "lower": "accent"}
_SHARPER = 3  # Pillow draws no smooth edges: the moons are drawn larger and made small


@dataclass(frozen=True)
class Card:
    """What a card says."""

    title: str
    label: str  # where the page belongs: "Learning · 8 of 23"
    site: str

    @property
    def text(self) -> str:
        """All of it, for those who do not see the card."""
        return " · ".join(part for part in (self.title, self.label, self.site) if part)


class CardCache:
    """Cards in a folder, found by what they say and how they are drawn."""

    def __init__(self, folder: Path, palette: Path):
        self.folder = folder
        self._colors = light_colors(palette.read_text("utf-8"))
        drawing = (Path(__file__).read_text("utf-8"), repr(self._colors), PIL.__version__)
        self._identity = "\0".join(drawing)

    def png(self, card: Card) -> bytes:
        """Return the card as a PNG file."""
        key = hashlib.sha256("\0".join((self._identity, card.title, card.label, card.site)).encode())
        path = self.folder / f"{key.hexdigest()[:32]}.png"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_bytes(draw(card, self._colors))
            part.replace(path)
        return path.read_bytes()


def light_colors(css: str) -> tuple[tuple[str, str], ...]:
    """Return the colours that a card uses from the light scheme of the site's palette."""
    light = css.partition('"slate"')[0]
    return tuple((name, re.search(rf"--nnfund-{key}: (#\w+)", light)[1]) for name, key in NAMES.items())


def draw(card: Card, colors: tuple[tuple[str, str], ...]) -> bytes:
    """Return `card` as a PNG file of few colours."""
    color = dict(colors)
    image = _moons(colors).copy()
    pen = ImageDraw.Draw(image)
    _mark(image, color)
    pen.text((LEFT + 92, 92), card.site, color["text"], _font(46), anchor="lm")
    lines, font, step = _fitted(card.title)
    top = 322 - step * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        pen.text((LEFT, top + number * step), line, color["text"], font, anchor="lm")
    pen.text((LEFT, HEIGHT - 84), card.label, color["upper"], _font(38), anchor="lm")
    return _packed(image)


def _packed(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    few = image.quantize(COLORS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _fitted(title: str) -> tuple[list[str], FreeTypeFont, float]:
    """Return the title in few lines of like length, in the largest letters that have room."""
    for size in range(96, 47, -4):
        font = _font(size)
        lines = _wrapped(title, font, ROOM)
        if len(lines) <= (2 if size > 80 else 3) and max(map(font.getlength, lines)) <= ROOM:
            break
    narrower = (_wrapped(title, font, width) for width in range(ROOM, 200, -20))
    same = [found for found in narrower if len(found) == len(lines)]
    return min(same, key=lambda found: max(map(font.getlength, found))), font, size * 1.14


def _wrapped(title: str, font: FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(size: int) -> FreeTypeFont:
    path = file_of("ziamath", "STIXTwoMath-Regular.ttf")
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _moons(colors: tuple[tuple[str, str], ...]) -> Image.Image:
    """Return the paper with the data of the first page on it, cut off at the right edge."""
    color = dict(colors)
    chance = random.Random(8)
    dots = []
    for _ in range(150):
        for name, side, (x, y) in (("upper", 1, (1016, 345)), ("lower", -1, (1208, 285))):
            angle, radius = math.pi * chance.random(), chance.gauss(192, 15)
            dots.append(
                (color[name], x - side * radius * math.cos(angle), y - side * radius * math.sin(angle))
            )
    return _smooth((WIDTH, HEIGHT), color["paper"], lambda pen: [_dot(pen, *dot, radius=6) for dot in dots])


def _mark(image: Image.Image, color: dict[str, str]) -> None:
    """Draw the site's mark, as in docs/assets/favicon.svg: two arcs that hold each other."""

    def arcs(pen: Callable) -> None:
        scale = 1.66 * _SHARPER
        for name, (x, y), angles in (("upper", (18, 20), (180, 360)), ("lower", (30, 12), (0, 180))):
            box = [(x - 15) * scale, (y - 15) * scale, (x + 15) * scale, (y + 15) * scale]
            pen.arc(box, *angles, color[name], round(4.6 * scale))
            for end in (x - 12.7, x + 12.7):
                _dot(pen, color[name], end * 1.66, y * 1.66, 2.3 * 1.66)

    image.paste(_smooth((80, 54), color["paper"], arcs), (LEFT - 4, 65))


def _dot(pen: ImageDraw.ImageDraw, color: str, x: float, y: float, radius: float) -> None:
    pen.ellipse([side * _SHARPER for side in (x - radius, y - radius, x + radius, y + radius)], color)


def _smooth(size: tuple[int, int], paper: str, paint: Callable) -> Image.Image:
    large = Image.new("RGB", (size[0] * _SHARPER, size[1] * _SHARPER), paper)
    paint(ImageDraw.Draw(large))
    return large.resize(size, Image.Resampling.LANCZOS)
