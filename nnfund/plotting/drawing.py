"""A graph as an SVG: boxes with a few lines of text, arrows between them, in the theme's colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from matplotlib.colors import to_hex

from nnfund.plotting.canvas import foreground
from nnfund.plotting.layout import Edge, Point, layered
from nnfund.plotting.style import PALETTE

LINE = 18  # height of a line of text, in pixels
CHARACTER = 7.6  # width of a character, about
TAB = 22  # height of the tab that holds the operation
MARGIN = 10
STRAIGHT = 28  # an arrow's end is straight for so long: its label stands there
TINTS = {"input": PALETTE[0], "step": "none", "output": PALETTE[1]}


@dataclass(frozen=True)
class Box:
    """A node of a graph: its operation on a tab, and lines of text, of which the first may be a title."""

    lines: Sequence[str]
    operation: str = ""
    title: str = ""
    kind: str = "step"  # or "input", "output"

    @property
    def size(self) -> Point:
        """Width and height in pixels, with the tab."""
        longest = max(
            [len(line) for line in self.lines] + [1.15 * len(self.title), 1.2 * len(self.operation)]
        )
        lines = len(self.lines) + bool(self.title)
        return 22 + CHARACTER * longest, 12 + LINE * lines + (TAB if self.operation else 0)


@dataclass(frozen=True)
class Drawing:
    """An SVG picture, which Jupyter shows when it is the last line of a cell.

    Attributes:
        svg: The picture's source.
    """

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg

    def save(self, path: str | Path) -> None:
        """Write the picture to a file, whose name should end in `.svg`."""
        Path(path).write_text(self.svg, encoding="utf-8")


def draw_boxes(
    boxes: Sequence[Box], edges: Sequence[Edge], edge_labels: Sequence[str], about: str
) -> Drawing:
    """Return a drawing with an arrow per edge (from, to); `about` is read to who cannot see it."""
    sizes = [box.size for box in boxes]
    centres, routes = layered(sizes, list(edges))
    label = 16 + CHARACTER * max(map(len, edge_labels), default=0)  # how far one reaches beside its arrow
    left = min(x - max(w / 2, label) for (x, _), (w, _) in zip(centres, sizes, strict=True))
    left = min([left] + [x for route in routes for x, _ in route]) - MARGIN
    centres = [(x - left, y + MARGIN) for x, y in centres]
    routes = [[(x - left, y + MARGIN) for x, y in route] for route in routes]
    right = max(x + max(w / 2, label) for (x, _), (w, _) in zip(centres, sizes, strict=True))
    width = max([right] + [x for route in routes for x, _ in route]) + MARGIN
    height = max(y + h / 2 for (_, y), (_, h) in zip(centres, sizes, strict=True)) + MARGIN

    ink = to_hex(foreground())
    body = _edges(centres, sizes, routes, edges, edge_labels, ink)
    for box, centre, size in zip(boxes, centres, sizes, strict=True):
        body += _box(box, centre, size, ink)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(about)}" '
        'style="max-width: 100%; height: auto" font-family="system-ui, sans-serif" font-size="13">\n'
    )
    return Drawing(svg + "\n".join(body) + "\n</svg>\n")


def _box(box: Box, centre: Point, size: Point, ink: str) -> list[str]:
    """Return a box's elements; its operation sits on a tab on top of it."""
    (x, y), (width, height) = centre, size
    top = y - height / 2 + (TAB if box.operation else 0)
    tint = f'fill="{TINTS[box.kind]}" fill-opacity="0.16"' if box.kind != "step" else 'fill="none"'
    rectangle = (
        f'x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{y + height / 2 - top:.1f}"'
    )
    parts = [f'<rect {rectangle} rx="6" {tint} stroke="{ink}" stroke-opacity="0.6"/>']
    if box.operation:
        half = max(13.0, 8 + 0.6 * CHARACTER * len(box.operation))  # bold is wider
        tab = f"M{x - half:.1f} {top:.1f}v{5 - TAB}q0 -5 5 -5h{2 * half - 10:.1f}q5 0 5 5v{TAB - 5}"
        parts.append(
            f'<path d="{tab}" fill="{PALETTE[2]}" fill-opacity="0.22" stroke="{ink}" stroke-opacity="0.6"/>'
        )
        parts.append(_text(x, top - 7, box.operation, ink, 'text-anchor="middle" font-weight="600"'))
    baseline = top + LINE
    if box.title:
        parts.append(_text(x, baseline, box.title, ink, 'text-anchor="middle" font-weight="600"'))
        baseline += LINE
    for line in box.lines:
        parts.append(_text(x, baseline, line, ink, 'text-anchor="middle"'))
        baseline += LINE
    return parts


def _edges(centres, sizes, routes, edges, labels, ink) -> list[str]:
    """Return the arrows; those that meet at a box stand side by side, in the order of their far ends."""
    starts, ends, bottoms = {}, {}, {}
    for (_, y), (_, height) in zip(centres, sizes, strict=True):
        bottoms[y] = max(bottoms.get(y, 0.0), y + height / 2)
    for node, (x, y) in enumerate(centres):
        leaving = [k for k, edge in enumerate(edges) if edge[0] == node]
        arriving = [k for k, edge in enumerate(edges) if edge[1] == node]
        leaving.sort(key=lambda k: (routes[k][0] if routes[k] else centres[edges[k][1]])[0])
        arriving.sort(key=lambda k: (routes[k][-1] if routes[k] else centres[edges[k][0]])[0])
        width, half = sizes[node][0], sizes[node][1] / 2
        starts |= {k: (x + at, y + half) for k, at in zip(leaving, _spread(len(leaving), width), strict=True)}
        ends |= {k: (x + at, y - half) for k, at in zip(arriving, _spread(len(arriving), 36), strict=True)}
    parts = []
    for k, route in enumerate(routes):
        x, y = ends[k]
        bottom = bottoms[centres[edges[k][0]][1]]  # of the layer: above, a bend could cross a taller box
        points = [starts[k], (starts[k][0], bottom), *route, (x, y - STRAIGHT), (x, y - 6)]
        path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
        for (x0, y0), (x1, y1) in pairwise(points):
            bend = (y1 - y0) / 2
            curve = f"C{x0:.1f} {y0 + bend:.1f} {x1:.1f} {y1 - bend:.1f} {x1:.1f} {y1:.1f}"
            path += curve if x0 != x1 else f"V{y1:.1f}"
        head = f"M{x:.1f} {y:.1f}l-4 -8h8z"
        parts.append(f'<path d="{path}" fill="none" stroke="{ink}" stroke-opacity="0.7" stroke-width="1.3"/>')
        parts.append(f'<path d="{head}" fill="{ink}" fill-opacity="0.8"/>')
        if labels[k]:
            side, anchor = (-6, "end") if x < centres[edges[k][1]][0] else (6, "start")
            style = f'text-anchor="{anchor}" font-size="12"'
            parts.append(_text(x + side, y - 11, labels[k], ink, style))
    return parts


def _spread(count: int, width: float) -> list[float]:
    """Return `count` places around 0, at most 16 pixels apart, within this width."""
    step = min(16.0, 0.8 * width / max(count, 1))
    return [(i - (count - 1) / 2) * step for i in range(count)]


def _text(x: float, y: float, text: str, color: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" {style}>{escape(text)}</text>'
