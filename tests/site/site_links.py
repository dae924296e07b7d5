"""Every link inside the site leads to a page, anchor, image, style, script or font that exists."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from site_server import pages, published_at

LINKING = {"href", "src", "poster", "data", "action"}


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (name == "name" and tag == "a"):
                self.anchors.add(value)
            elif name in LINKING:
                self.links.append(value)
            elif name == "srcset":
                self.links += [candidate.split()[0] for candidate in value.split(",") if candidate.strip()]


def broken_links(site: Path) -> list[str]:
    """Say of each link that leads nowhere on which page it stands and what is missing."""
    home = published_at(site)

    @cache
    def parsed(file: Path) -> _Page:
        return _Page(file.read_text("utf-8"))

    def fault(link: str, at: str) -> str | None:
        target = urlsplit(urljoin(at, link))
        base = urlsplit(home)
        if (target.scheme, target.netloc) != (base.scheme, base.netloc):
            return None  # another site, or mailto:, data:, javascript:
        if not target.path.startswith(base.path):
            return None if link.startswith(("http:", "https:")) else "leaves the site's own folder"
        path = unquote(target.path.removeprefix(base.path))
        file = site / (path + "index.html" if path == "" or path.endswith("/") else path)
        if not file.is_file():
            return "no such file"
        anchor = unquote(target.fragment)
        if anchor and file.suffix == ".html" and anchor not in parsed(file).anchors:
            return "no such anchor"
        return None

    found = []
    for page in pages(site):
        file = site / (page + "index.html" if page == "" or page.endswith("/") else page)
        for link in dict.fromkeys(parsed(file).links):
            if reason := fault(link, at=home + page):
                found.append(f"{page or 'index'}: {link}: {reason}")
    for style in sorted(site.rglob("*.css")):
        address = style.relative_to(site).as_posix()
        for link in re.findall(r"url\(\s*[\"']?(?!data:)([^\"')]+)", style.read_text("utf-8")):
            if reason := fault(link, at=home + address):
                found.append(f"{address}: {link}: {reason}")
    return found
