"""What the pages of the built site say of themselves to programs: each page's head, and its downloads."""

from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from site_server import SITE, pages


@dataclass
class Download:
    """A link to a file that the browser saves."""

    href: str
    words: str  # what it shows, and what it shows on hovering


@dataclass
class Head:
    """What a page says of itself."""

    address: str
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)  # name or property -> content
    links: dict[str, str] = field(default_factory=dict)  # rel -> href
    downloads: list[Download] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)  # tag, name, value: all of them


class _Reader(HTMLParser):
    def __init__(self, address: str):
        super().__init__()
        self.head = Head(address)
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.head.attributes += [(tag, name, value) for name, value in given.items()]
        if tag == "meta":
            for key in ("name", "property", "http-equiv"):
                if key in given:
                    self.head.metas[given[key]] = given["content"]
        elif tag == "link":
            self.head.links[given["rel"]] = given["href"]
        elif tag == "title" and not self.head.title:
            self.inside = tag
        elif tag == "a" and "download" in given:
            self.inside = tag
            self.head.downloads.append(Download(given["href"], given.get("title", "") + " "))

    def handle_data(self, data: str) -> None:
        if self.inside == "title":
            self.head.title += data
        elif self.inside == "a":
            self.head.downloads[-1].words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""


@cache
def heads() -> list[Head]:
    """Read all pages of the site."""
    return [head_of(address) for address in pages(SITE)]


def head_of(address: str) -> Head:
    """Read the page at an address below the site's root."""
    reader = _Reader(address)
    reader.feed(file_of(address).read_text("utf-8"))
    return reader.head


def file_of(address: str) -> Path:
    """Return the file of the page at an address below the site's root."""
    return SITE / (f"{address}index.html" if address == "" or address.endswith("/") else address)
