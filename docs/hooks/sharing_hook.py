"""The MkDocs side of sharing: titles, descriptions, cards, the feed, robots.txt, and old addresses.

`mkdocs serve` draws no cards: nobody shares the address of a local page, and each title edit would cost one.
"""

import logging
import re
from pathlib import Path
from typing import ClassVar

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from pagebuild.builder import default_project
from pagebuild.cards import Card, CardCache
from pagebuild.descriptions import opening_of, shortened, title_in
from pagebuild.feed import Shared, json_feed, robots_txt
from pagebuild.redirects import faults, read_redirects, redirect_page

log = logging.getLogger("mkdocs.pagebuild")

CARDS = "assets/cards"
NUMBERED = re.compile(r"tutorials/(\d\d)_")


class State:
    """What lives from one event, and in `mkdocs serve` from one build, to the next."""

    project = default_project(Path(__file__).parents[2])
    files: Files | None = None
    shared: ClassVar[dict[str, Shared]] = {}  # source URI -> what is told of the page


def on_env(env, config: MkDocsConfig, files: Files):
    """Keep the list of pages, and forget what was told of those before."""
    State.files, State.shared = files, {}
    return env


def on_page_context(context: dict, page: Page, config: MkDocsConfig, nav: Navigation) -> dict:
    """Tell the template what stands for a page where its address is shared."""
    title = title_in(page.content) or page.title or config.site_name
    description = shortened(page.meta.get("description") or opening_of(page.content))
    label = _label(page, config, nav)
    label = "" if label == title else label
    card = Card(title, label, config.site_name)
    image = f"{_home(config)}{_card_uri(page)}"
    shared = Shared(page.canonical_url or "", title, description, label, image, card.text)
    State.shared[page.file.src_uri] = context["shared"] = shared
    return context


def _label(page: Page, config: MkDocsConfig, nav: Navigation) -> str:
    """Say where a page belongs: "Learning · 8 of 23", "Reference"."""
    if page.is_homepage:
        return (config.site_description or "").partition(".")[0]
    section = page.parent.title if page.parent else ""
    if found := NUMBERED.match(page.file.src_uri):
        total = sum(bool(NUMBERED.match(other.file.src_uri)) for other in nav.pages)
        return f"{section} · {int(found[1])} of {total}".removeprefix(" · ")
    folder = "Exercises" if page.file.src_uri.startswith("exercises/") else ""
    return section or folder


def _home(config: MkDocsConfig) -> str:
    return f"{config.site_url.rstrip('/')}/" if config.site_url else ""


def _card_uri(page: Page) -> str:
    return f"{CARDS}/{page.url.strip('/') or 'index'}.png"


def on_post_build(config: MkDocsConfig) -> None:
    """Write the files that go with the pages."""
    site, home = Path(config.site_dir), _home(config)
    _write_redirects(site, home, Path(config.docs_dir) / "redirects.toml")
    if not home:
        return  # the files below name whole addresses
    tutorials = [shared for uri, shared in sorted(State.shared.items()) if NUMBERED.match(uri)]
    feed = json_feed(home, config.site_name, config.site_description or "", tutorials)
    write_file(feed.encode(), str(site / "feed.json"))
    write_file(robots_txt(home).encode(), str(site / "robots.txt"))
    if config.extra["published"]:
        _write_cards(site, config)


def _write_cards(site: Path, config: MkDocsConfig) -> None:
    cards = CardCache(State.project.cache / "cards", State.project.repository / "docs/assets/palette.css")
    for file in State.files.documentation_pages():
        if shared := State.shared.get(file.src_uri):
            png = cards.png(Card(shared.title, shared.label, config.site_name))
            write_file(png, str(site / _card_uri(file.page)))


def _write_redirects(site: Path, home: str, table: Path) -> None:
    redirects = read_redirects(table)
    pages = {file.page.url: file.page for file in State.files.documentation_pages() if file.page}
    anchors = {url: page.present_anchor_ids or set() for url, page in pages.items()}
    found = list(faults(redirects, anchors))
    for fault in found:
        log.error("%s: %s", table.name, fault)
    if not found:
        for old, new in redirects.items():
            shared = State.shared[pages[new.partition("#")[0]].file.src_uri]
            page = redirect_page(old, new, shared.title, home)
            write_file(page.encode(), str(site / old / "index.html"))
