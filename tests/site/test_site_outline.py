"""What a screen reader makes of every built page: headings in order, pictures described."""

import re
from html.parser import HTMLParser

import pytest
from site_server import SITE, pages

pytestmark = pytest.mark.browser  # needs the built site

PAGES = [page for page in pages(SITE) if "tags" not in page] if SITE.is_dir() else []
SHORTEST = 40  # characters: below, a figure's text names it rather than says what it shows
HIDDEN = re.compile(r"<(\w+)\b[^>]*\shidden>.*?</\1>", re.S)  # until a script shows it instead of the rest
EMPTY = ("plot of", "figure of", "image of", "picture of", "graph of", "chart of", "a plot", "a figure")


class Outline(HTMLParser):
    """The levels of a page's headings, and the alt texts of its figures (of two schemes, one)."""

    def __init__(self, text: str):
        super().__init__()
        self.levels: list[int] = []
        self.alts: list[str] = []
        self.feed(HIDDEN.sub("", text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(tag[1]))
        attributes = dict(attrs)
        if tag == "img" and not (attributes.get("src") or "").endswith("#only-dark"):
            self.alts.append(attributes.get("alt") or "")

    def faults(self) -> list[str]:
        """Say what is wrong, one line each."""
        found = []
        if self.levels.count(1) != 1:
            found.append(f"{self.levels.count(1)} h1, and one is wanted")
        steps = zip([0, *self.levels], self.levels, strict=False)
        found += [f"an h{now} below an h{before}" for before, now in steps if now > before + 1]
        for alt in self.alts:
            if len(alt) < SHORTEST or alt.lower().startswith(EMPTY):
                found.append(f"an alt text that does not say what the figure shows: {alt!r}")
        found += [
            f"two figures with one alt text: {alt!r}" for alt in set(self.alts) if self.alts.count(alt) > 1
        ]
        return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "home")
def test_a_page_is_in_order_for_who_hears_it(page):
    path = SITE / page / "index.html" if page == "" or page.endswith("/") else SITE / page
    text = path.read_text("utf-8")
    if 'http-equiv="refresh"' in text:
        pytest.skip("leads to another page")
    assert not Outline(text).faults()


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<h1>a</h1><h3>b</h3>", "an h3 below an h1"),
        ("<h2>a</h2>", "0 h1, and one is wanted"),
        (
            "<h1>a</h1><img src='a.svg' alt='Plot of the loss over many, many, many epochs'>",
            "an alt text that",
        ),
        ("<h1>a</h1><img src='a.svg' alt='Short'>", "an alt text that does not say"),
        (f"<h1>a</h1>{'<img src=a.svg alt=' + 'x' * 50 + '>'}" * 2, "two figures with one alt text"),
    ],
)
def test_what_is_out_of_order_is_found(html, fault):
    assert any(line.startswith(fault) for line in Outline(html).faults())
