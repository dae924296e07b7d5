"""Titles, descriptions, cards, addresses and lists of the built site, and its old addresses in a browser."""

import gzip
import json
import re
from collections import Counter

import pytest
from PIL import Image
from playwright.sync_api import Browser
from site_heads import Head, heads
from site_server import REDIRECT, SITE, published_at

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not SITE.is_dir(), reason="no site")]

HEADS = [head for head in heads() if head.address != "404.html"] if SITE.is_dir() else []
HOME = published_at(SITE) if SITE.is_dir() else ""
addressed = pytest.mark.skipif(
    HOME == "http://localhost/", reason="built without site_url: nothing can name whole addresses"
)


def twice(values) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_titles_and_descriptions_are_there_once_each_and_of_a_fitting_length() -> None:
    assert len(HEADS) > 60
    assert twice(head.title for head in HEADS) == []
    assert twice(head.metas["description"] for head in HEADS) == []
    assert twice(head.metas["og:title"] for head in HEADS) == []
    for head in HEADS:
        assert 10 <= len(head.title) <= 75, head.title
        assert 50 <= len(head.metas["description"]) <= 160, head.metas["description"]
        assert not re.search(r"[\\<>]|&\w+;|\s\s", head.metas["description"]), head.metas["description"]


@addressed
@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.address or "home")
def test_a_shared_page_has_a_card(head: Head) -> None:
    url = HOME + head.address
    assert head.links["canonical"] == head.metas["og:url"] == url
    assert head.metas["og:description"] == head.metas["description"]
    assert head.metas["og:title"] in head.title
    assert head.metas["og:title"] in head.metas["og:image:alt"]
    assert head.metas["og:type"] == ("article" if head.address else "website")
    assert head.metas["og:site_name"] == "nnfund"
    assert head.metas["twitter:card"] == "summary_large_image"
    assert head.metas["og:image"].startswith(HOME)
    card = SITE / head.metas["og:image"].removeprefix(HOME)
    assert card.stat().st_size < 40_000
    size = tuple(int(head.metas[f"og:image:{side}"]) for side in ("width", "height"))
    assert Image.open(card).size == size == (1200, 630)


def test_the_page_for_what_is_not_there_is_not_offered() -> None:
    (gone,) = (head for head in heads() if head.address == "404.html")
    assert gone.metas["robots"] == "noindex"
    assert "canonical" not in gone.links


@addressed
def test_the_sitemap_lists_each_page_and_nothing_else() -> None:
    sitemap = (SITE / "sitemap.xml").read_text("utf-8")
    assert sorted(re.findall("<loc>(.*?)</loc>", sitemap)) == sorted(HOME + head.address for head in HEADS)
    assert gzip.decompress((SITE / "sitemap.xml.gz").read_bytes()).decode() == sitemap
    assert f"\nSitemap: {HOME}sitemap.xml\n" in (SITE / "robots.txt").read_text("utf-8")


@addressed
def test_the_feed_lists_the_tutorials_in_order() -> None:
    (linked,) = (head.links["alternate"] for head in HEADS if "alternate" in head.links)
    assert linked == "feed.json"
    feed = json.loads((SITE / "feed.json").read_text("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{HOME}feed.json"
    assert feed["home_page_url"] == HOME
    tutorials = [head for head in HEADS if re.match(r"tutorials/\d\d_", head.address)]
    assert [item["url"] for item in feed["items"]] == [HOME + head.address for head in tutorials]
    for item, head in zip(feed["items"], tutorials, strict=True):
        assert item["id"] == item["url"]
        assert item["title"] == head.metas["og:title"]
        assert item["content_text"] == head.metas["description"]
        assert item["image"] == head.metas["og:image"]


def test_old_addresses_lead_on_also_without_scripts(browser: Browser, site_address: str) -> None:
    old = [file.parent for file in SITE.rglob("index.html") if REDIRECT in file.read_text("utf-8")]
    assert SITE / "tutorials" in old
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        for folder in old:
            page = context.new_page()
            text = (folder / "index.html").read_text("utf-8")
            address = f"{site_address}{folder.relative_to(SITE).as_posix()}/"
            page.goto(address)
            page.wait_for_url(lambda url, old=address: url != old)
            target = re.search(r'<a href="([^"]+)"', text)[1]
            assert page.url == str(page.url).split("#")[0] + "".join(re.findall("#.*", target))
            assert page.locator("main h1").first.inner_text()
            page.close()
        context.close()
