"""Every page of the built site, in both colour schemes, on a phone and on a desktop."""

import pytest
from site_browser import problems
from site_links import broken_links
from site_server import SITE, pages

PAGES = pages(SITE) if SITE.is_dir() else []

pytestmark = pytest.mark.browser


def test_site_is_built() -> None:
    assert PAGES, f"there is no site in {SITE}: run `make site`, or set NNFUND_SITE to where it lies"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page or "home")
def test_page_has_no_problem(view, site_address: str, page: str) -> None:
    context, scheme = view
    found = problems(context, site_address + page, scheme)
    assert not found, "\n".join(["", *found])


@pytest.mark.skipif(not PAGES, reason="no site")
def test_links_lead_somewhere() -> None:
    found = broken_links(SITE)
    assert not found, "\n".join(["", *found])


@pytest.mark.skipif(not PAGES, reason="no site")
def test_navigation_opens_by_keyboard_on_a_narrow_screen(browser, site_address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(site_address)
    page.keyboard.press("Tab")  # to "Skip to content"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#__drawer").is_checked()
    page.close()


@pytest.mark.skipif(not PAGES, reason="no site")
def test_search_finds_a_word(browser, site_address: str) -> None:
    page = browser.new_page()
    page.goto(site_address)
    page.keyboard.press("/")
    page.keyboard.type("learning rate")
    results = page.locator(".md-search-result__item")
    results.first.wait_for(timeout=10_000)
    assert "learning rate" in results.first.inner_text().lower()
    page.close()
