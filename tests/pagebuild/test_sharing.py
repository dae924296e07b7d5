"""What stands for a page where its address is shared, and what is told to programs."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pagebuild.cards import Card, CardCache, draw, light_colors
from pagebuild.descriptions import LONGEST, listing, opening_of, shortened, title_in
from pagebuild.feed import Shared, json_feed
from pagebuild.redirects import faults, redirect_page
from pagebuild.rendering import size_of
from PIL import Image

from .conftest import REPOSITORY

PALETTE = REPOSITORY / "docs" / "assets" / "palette.css"
PAGE = """\
<h1 id="a">Losses &amp; <code>loss</code><a class="headerlink" href="#a">¶</a></h1>
<div class="nb-links"><p><a href="a.ipynb">Notebook</a></p></div>
<div class="admonition failure"><p class="admonition-title">This page failed</p><p>Why.</p></div>
<p><svg><text>a drawing</text></svg></p>
<p>You will be able to <em>measure</em> <span class="arithmatex">\\(L(x)\\)</span>
&amp; more.</p>
<p>Second.</p>"""


def test_title_and_opening_are_plain_text():
    assert title_in(PAGE) == "Losses & loss"
    assert opening_of(PAGE) == "You will be able to measure L(x) & more."
    assert title_in("<p>No heading.</p>") == opening_of("<h1>No text</h1>") == ""


def test_a_long_text_ends_after_a_sentence_or_a_word():
    sentence = "Most of what is written here is true, and the rest was checked."
    assert shortened(f"{sentence} {sentence} {sentence}") == f"{sentence} {sentence}"
    cut = shortened("word, " * 60)
    assert cut.endswith("word…")
    assert len(cut) <= LONGEST


@given(st.text(max_size=400))
def test_no_description_is_too_long(text):
    cut = shortened(text)
    assert len(cut) <= LONGEST
    assert " ".join(text.split()).startswith(cut.removesuffix("…"))


def test_a_listing_holds_whole_items():
    items = ["a" * 50, "b" * 50, "c" * 60]
    assert listing("Exercises:", items) == f"Exercises: {items[0]}; {items[1]}…"
    assert listing("Exercises:", items[:2]) == f"Exercises: {items[0]}; {items[1]}"


@pytest.mark.parametrize("title", ["A", "Backpropagation by hand", "Comparing activations: " * 4, "W" * 40])
def test_a_card_is_a_small_picture_and_always_the_same(title):
    colors = light_colors(PALETTE.read_text("utf-8"))
    card = Card(title.strip(), "Learning · 8 of 23", "nnfund")
    png = draw(card, colors)
    assert png == draw(card, colors)
    assert len(png) < 40_000
    picture = Image.open(io.BytesIO(png))
    assert picture.size == (1200, 630)
    paper = picture.convert("RGB").getpixel((0, 0))
    assert "#{:02x}{:02x}{:02x}".format(*paper) == dict(colors)["paper"]


def test_cards_that_say_other_things_differ_and_are_drawn_once(tmp_path):
    cards = CardCache(tmp_path, PALETTE)
    first = cards.png(Card("A", "Start · 1 of 23", "nnfund"))
    assert first != cards.png(Card("A", "Start · 2 of 23", "nnfund"))
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(b"kept")
    assert cards.png(Card("A", "Start · 1 of 23", "nnfund")) == b"kept"


def test_a_card_in_other_colours_is_another_card(tmp_path):
    other = tmp_path / "palette.css"
    other.write_text(PALETTE.read_text("utf-8").replace("--nnfund-bg: #fbfaf7", "--nnfund-bg: #ffffff"))
    card = Card("A", "", "nnfund")
    assert CardCache(tmp_path / "c", PALETTE).png(card) != CardCache(tmp_path / "c", other).png(card)


def test_the_feed_names_whole_addresses_and_no_dates():
    page = Shared("https://e.org/a/", "A “page”", "Text.", "Start · 1 of 2", "https://e.org/a.png", "A")
    feed = json.loads(json_feed("https://e.org/", "small", "All.", [page]))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://e.org/feed.json"
    assert feed["items"] == [
        {
            "id": "https://e.org/a/",
            "url": "https://e.org/a/",
            "title": "A “page”",
            "content_text": "Text.",
            "image": "https://e.org/a.png",
            "tags": ["Start"],
        }
    ]


PAGES = {"": {"the-path"}, "glossary/": set()}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/old/", "glossary/", "is no address of a page"),
        ("old.html", "glossary/", "is no address of a page"),
        ("../old/", "glossary/", "is no address of a page"),
        ("glossary/", "", "is a page of the site"),
        ("old/", "gone/", "leads to 'gone/', which is no page"),
        ("old/", "https://example.org/", "which is no page"),
        ("old/", 3, "which is no page"),
        ("old/", "#gone", "has no anchor 'gone'"),
    ],
)
def test_a_wrong_redirect_is_named(old, new, message):
    (fault,) = faults({old: new}, PAGES)
    assert message in fault
    assert repr(old) in fault


def test_a_right_redirect_leads_on():
    assert not list(faults({"old/": "#the-path", "a/b-c/": "glossary/"}, PAGES))
    page = redirect_page("a/b-c/", "glossary/#batch", "Terms & more", "https://e.org/x/")
    assert 'content="0; url=../../glossary/#batch"' in page
    assert '<a href="../../glossary/#batch">Terms &amp; more</a>' in page
    assert '<link rel="canonical" href="https://e.org/x/glossary/">' in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0.0 kB"), (1234, "1.2 kB"), (9960, "10 kB"), (133_700, "134 kB")]
)
def test_sizes_in_words(count, words):
    assert size_of(bytes(count)) == words


def test_a_build_writes_what_is_shared_and_refuses_wrong_redirects(project):
    project.write("01_a", "# %%\nprint('a')\n")
    table = project.root / "docs" / "redirects.toml"
    table.write_text('"old/" = "#batch"\n')
    done = project.build()
    assert done.returncode == 0, done.stderr
    site = project.root / "site"
    assert "../#batch" in (site / "old" / "index.html").read_text("utf-8")
    assert "Sitemap: https://example.org/small/sitemap.xml" in (site / "robots.txt").read_text("utf-8")
    (item,) = json.loads((site / "feed.json").read_text("utf-8"))["items"]
    assert item["content_text"] == "An opening sentence."
    for card in ("index", "api", "tutorials/01_a"):
        assert Image.open(site / "assets" / "cards" / f"{card}.png").size == (1200, 630)

    table.write_text('"old/" = "gone/"\n')
    settings = project.root / "mkdocs.yml"
    settings.write_text(settings.read_text("utf-8").replace("site_url: https://example.org/small/\n", ""))
    done = project.build()  # without an address of its own, too
    assert done.returncode == 1
    assert "redirects.toml: 'old/' leads to 'gone/', which is no page" in done.stderr
