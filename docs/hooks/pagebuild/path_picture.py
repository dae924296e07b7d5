"""The path as a picture: a list of links, with an arc from each stop to those that build on it.

The list is the picture: every row is as tall as the others, whatever the width of the screen and the size of
its letters, so that a drawing that is stretched over all rows meets their middles. Each stop brings the arcs
that end at it: where one is pointed at, its own arcs light up, by CSS alone.
"""

import html
import re
from collections.abc import Callable
from itertools import groupby

from pagebuild.learning_path import PathError, Stop

MARKER = re.compile(r"<!-- path: the build draws the tutorials here, and says of each part\n(.*?)\n-->", re.S)
HEADING = 2  # rows; as in home.css


def with_path(
    markdown: str, stops: Callable[[], list[Stop]], title: Callable[[str], str], href: Callable[[str], str]
) -> str:
    """Put the picture where a page asks for it by a comment that says `Part: what it is about.` in each line.

    Args:
        markdown: The text of the page.
        stops: Returns the stops in reading order; may raise a PathError.
        title: Returns the title of a tutorial.
        href: Returns the link from this page to a tutorial.

    Raises:
        PathError: If the parts that the page describes are not those of the path.
    """
    if not (marker := MARKER.search(markdown)):
        return markdown
    about = dict(line.split(": ", 1) for line in marker[1].splitlines() if ": " in line)
    path = stops()
    parts = list(dict.fromkeys(stop.part for stop in path))
    if list(about) != parts:
        raise PathError(f"the home page describes the parts {list(about)}, and mkdocs.yml has {parts}")
    return markdown[: marker.start()] + picture(path, about, title, href) + markdown[marker.end() :]


def picture(
    stops: list[Stop], about: dict[str, str], title: Callable[[str], str], href: Callable[[str], str]
) -> str:
    """Return the HTML of the picture."""
    rows, row = {}, 0  # the row of each stop
    for _, group in groupby(stops, key=lambda stop: stop.part):
        row += HEADING
        for stop in group:
            rows[stop.name] = row
            row += 1
    longest = max((rows[stop.name] - rows[other] for stop in stops for other in stop.after), default=1)

    def item(stop: Stop) -> str:
        arcs = "".join(_arc(rows[other], rows[stop.name], longest) for other in stop.after)
        svg = f'<svg viewBox="0 0 100 {row}" preserveAspectRatio="none" aria-hidden="true">{arcs}</svg>'
        after = ", ".join(html.escape(title(other)) for other in stop.after)
        link = (
            f'<a href="{html.escape(href(stop.name))}"><span class="nn-number">{int(stop.name[:2])}</span> '
            f'<span class="nn-title">{html.escape(title(stop.name))}</span></a>'
        )
        rest = f' <span class="nn-after">after {after}</span>{svg}' if after else ""
        return f'<li class="nn-stop">{link}{rest}</li>'

    lines = ['<nav class="nn-map" aria-label="The path" data-search-exclude="yes">']
    for part, group in groupby(stops, key=lambda stop: stop.part):
        lines += [
            f'<div class="nn-part"><h3>{html.escape(part)}</h3><p>{html.escape(about[part])}</p></div>',
            f'<ol role="list" aria-label="{html.escape(part)}">',
            *map(item, group),
            "</ol>",
        ]
    return "\n".join([*lines, "</nav>"])


def _arc(start: int, end: int, longest: int) -> str:
    """Return the curve from the middle of one row to that of another; the longer, the further it swings."""
    x = 100 - 18 - 114 * ((end - start) / longest) ** 0.6
    return f'<path d="M100 {start + 0.5}C{x:.0f} {start + 0.5} {x:.0f} {end + 0.5} 100 {end + 0.5}"/>'
