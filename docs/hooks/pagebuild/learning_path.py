"""The path through the tutorials as a graph: stops in reading order, and which ones each stop builds on.

The order and the parts come from the navigation, the arrows from the tutorials' own `know_first:` links. So a
link there to a page that comes later, and with it every circle, is a mistake of the page that has it.
"""

import re
from dataclasses import dataclass

STOP = re.compile(r"(?:.*/)?(\d\d_\w+)\.py")
LINK = re.compile(r"\]\((\d\d_\w+)\.py(?:#[^)]*)?\)")


@dataclass(frozen=True)
class Stop:
    """One tutorial on the path."""

    name: str  # such as `01_first_network`
    part: str
    after: tuple[str, ...]  # the stops that it builds on directly


class PathError(Exception):
    """What is wrong with the order of the tutorials."""


def parts_in(nav: list | None, part: str = "") -> list[tuple[str, str]]:
    """Return (part, tutorial) for each tutorial that a `nav:` of mkdocs.yml lists, in its order."""
    found = []
    for item in nav or []:
        for title, value in item.items() if isinstance(item, dict) else [(None, item)]:
            if isinstance(value, list):
                found += parts_in(value, title)
            elif stop := STOP.fullmatch(value):
                found.append((part, stop[1]))
    return found


def links_in(know_first: str) -> tuple[str, ...]:
    """Return the tutorials that a header's `know_first` links, in the order of their numbers."""
    return tuple(sorted(set(LINK.findall(know_first))))


def learning_path(order: list[tuple[str, str]], know_first: dict[str, str]) -> list[Stop]:
    """Return the stops in reading order.

    A stop that another prerequisite asks for anyway is left out: who comes to `backpropagation` by
    `losses` has seen `tensors`. What is left is the smallest set of arrows that says the same.

    Args:
        order: (part, tutorial), first to last.
        know_first: For each tutorial, the text of its header's `know_first`.

    Raises:
        PathError: If a tutorial asks for one that comes later, for itself, or for one that is not there.
    """
    places = {name: place for place, (_, name) in enumerate(order)}
    before: dict[str, set[str]] = {}  # all that comes before a stop, however far
    stops = []
    for part, name in order:
        asked = set(links_in(know_first.get(name, "")))
        for other in sorted(asked):
            if other not in places:
                raise PathError(f"{name}: know_first links {other}.py, which mkdocs.yml lists in no part")
            if places[other] >= places[name]:
                raise PathError(
                    f"{name}: know_first links {other}.py, which "
                    f"{'is the page itself' if other == name else 'comes later'}; link pages that come "
                    "earlier, or change the order in mkdocs.yml"
                )
        further = set().union(*(before[other] for other in asked))
        before[name] = asked | further
        stops.append(Stop(name, part, tuple(sorted(asked - further, key=places.get))))
    return stops
