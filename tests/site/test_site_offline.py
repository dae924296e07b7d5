"""Without a network: the site opened from its folder, and pages that were visited before."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from site_server import SITE, served

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not SITE.is_dir(), reason="no site")]

TUTORIAL = "tutorials/08_backpropagation"
KINDS = ["", TUTORIAL, "final-test", "checklist", "cheat_sheet", "reference/models", "glossary", "exercises"]
LOADED = """async () => {
    document.querySelectorAll("img").forEach((image) => { image.loading = "eager"; });
    await Promise.allSettled([...document.images].map((image) => image.decode()));
    return [...document.images].filter((image) => !image.naturalWidth).map((image) => image.src);
}"""
KEPT = """async () => {
    const store = await caches.open("nnfund-1");
    return (await store.keys()).map((request) => request.url);
}"""


def listen(page: Page) -> list[str]:
    """Return a list that fills with what goes wrong on `page`."""
    faults: list[str] = []
    page.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    aborted = "net::ERR_ABORTED"  # what a page that is left was still loading
    page.on(
        "requestfailed", lambda r: faults.append(f"{r.failure}: {r.url}") if r.failure != aborted else None
    )
    return faults


def search(page: Page, words: str) -> None:
    """Search, and wait for results."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.locator(".md-search-result__item a").first.wait_for(timeout=20_000)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    yield context
    context.close()


# ---- from a folder


def in_folder(page: str) -> str:
    return (SITE / page / "index.html").as_uri()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind or "home")
def test_a_page_from_the_folder_has_all_it_needs(context: BrowserContext, kind: str) -> None:
    page = context.new_page()
    faults = listen(page)
    page.goto(in_folder(kind))
    assert page.evaluate(LOADED) == []
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--nnfund-fg')") != ""
    if kind == TUTORIAL:
        assert page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
    assert faults == []


def test_links_from_the_folder_lead_to_pages(context: BrowserContext) -> None:
    page = context.new_page()
    faults = listen(page)
    page.goto(in_folder(""))
    page.locator(f"article a[href='{TUTORIAL}/']:visible").first.click()
    page.wait_for_url(in_folder(TUTORIAL))
    page.locator(".md-tabs__link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(in_folder(""))
    with context.expect_page() as opened:
        page.locator(
            "article a[href*='/01_first_network/']:visible, article a[href*='01_first']:visible"
        ).first.click(button="middle")
    opened.value.wait_for_url(in_folder("tutorials/01_first_network"))
    page.goto(in_folder("faq"))
    page.locator("article a[href='../glossary/#leaf']").first.click()
    page.wait_for_url(in_folder("glossary") + "#leaf")
    assert faults == []


def test_search_from_the_folder_leads_to_a_page(context: BrowserContext) -> None:
    page = context.new_page()
    faults = listen(page)
    page.goto(in_folder(TUTORIAL))
    search(page, "dropout")
    page.locator(".md-search-result__item a").first.click()
    page.wait_for_url(lambda address: "/index.html" in address and TUTORIAL not in address)
    assert "dropout" in page.locator("article").inner_text().lower()
    assert faults == []


def test_colours_chosen_in_the_folder_hold_on_other_pages(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(in_folder(""))
    page.locator("label[title^='Switch to dark']:visible").click()
    page.goto(in_folder(TUTORIAL))
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"


def test_a_script_of_the_folder_opens_as_a_file(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(in_folder(TUTORIAL))
    name = page.locator(".nb-needs").first.get_attribute("href")
    page.locator(".nb-needs").first.click()
    page.wait_for_url((SITE / TUTORIAL / name).as_uri())  # shown, not saved: browsers do so with files
    assert page.locator("body").inner_text().strip() == (SITE / TUTORIAL / name).read_text("utf-8").strip()


# ---- pages that were visited


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The site, to be changed; of a date for which no browser takes a page from its own cache."""
    left_out = shutil.ignore_patterns("*.ipynb", "*.map", "*.zip", "*.py", "lunr")
    copy = Path(shutil.copytree(SITE, tmp_path / "site", copy_function=os.link, ignore=left_out))
    for name in (TUTORIAL, "checklist"):
        replace(copy / name / "index.html", "", "")
    return copy


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.unlink()  # a link to the site's own file, which stays as it is
    file.write_text(text.replace(old, new) if old else text, "utf-8")
    os.utime(file, (time.time() + 1000,) * 2)


def wait_until(page: Page, holds: Callable[[list[str]], bool]) -> None:
    """Wait until what the browser of `page` keeps is as `holds` says."""
    for _ in range(200):
        kept = page.evaluate(KEPT)
        if holds(kept):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"not within 20 s; kept is {kept}")


def wait_until_kept(page: Page, *parts: str) -> None:
    """Wait until the browser keeps an address that holds each of `parts`."""
    wait_until(page, lambda kept: all(any(part in address for address in kept) for part in parts))


def test_a_visited_page_is_there_without_a_network(context: BrowserContext, copy: Path) -> None:
    with served(copy) as home:
        page = context.new_page()
        faults = listen(page)
        page.goto(f"{home}{TUTORIAL}/")
        figures = [path.name for path in (copy / TUTORIAL).glob("figure-*.light.*")]
        assert figures
        wait_until_kept(page, f"/{TUTORIAL}/", "search_index.json", "workers/search", "404.html", *figures)
        assert faults == []

        context.set_offline(True)
        page.reload()
        assert page.locator("h1").first.inner_text().startswith("Backpropagation")
        seen = "[...document.images].filter((image) => image.checkVisibility())"
        page.evaluate(f"{seen}.forEach((image) => {{ image.loading = 'eager'; }})")  # as if scrolled to
        # a function, not an expression: the policy forbids eval
        page.wait_for_function(f"() => {seen}.every((image) => image.naturalWidth)")
        assert page.evaluate("[...document.fonts].some((font) => font.status === 'loaded')")
        search(page, "dropout")
        assert faults == []

        # What was not visited says so, and lists what was.
        page.goto(f"{home}glossary/")
        assert page.title().startswith("No network")
        assert page.locator("h1:visible").inner_text().startswith("You have no network")
        link = page.locator("#nn-offline li a")
        link.wait_for()
        link.click()
        page.wait_for_url(f"{home}{TUTORIAL}/")

        # With the network back, nothing old is shown; what was seen last is kept.
        context.set_offline(False)
        replace(copy / TUTORIAL / "index.html", "</h1>", " anew</h1>")
        page.goto(f"{home}{TUTORIAL}/?h=word")
        assert "anew" in page.locator("h1").first.inner_text()
        page.goto(f"{home}glossary/")
        assert page.title().startswith("Glossary")
        wait_until_kept(page, "/glossary/")  # and so, before it, the page
        context.set_offline(True)
        page.goto(f"{home}{TUTORIAL}/#the-end")
        assert "anew" in page.locator("h1").first.inner_text()


def test_only_our_own_old_stores_are_cleared(context: BrowserContext, copy: Path) -> None:
    with served(copy) as home:
        page = context.new_page()
        page.goto(f"{home}sitemap.xml")  # of the same origin, and loads no script
        page.evaluate("async () => { for (const name of ['nnfund-0', 'other']) await caches.open(name); }")
        page.goto(f"{home}checklist/")
        wait_until_kept(page, "/checklist/")
        assert sorted(page.evaluate("caches.keys()")) == ["nnfund-1", "other"]


def test_a_page_that_is_gone_is_forgotten(context: BrowserContext, copy: Path) -> None:
    with served(copy) as home:
        page = context.new_page()
        page.goto(f"{home}checklist/")
        wait_until_kept(page, "/checklist/")
        shutil.rmtree(copy / "checklist")
        page.goto(f"{home}checklist/")
        page.goto(f"{home}glossary/")
        wait_until(page, lambda kept: not any(address.endswith("/checklist/") for address in kept))


def test_the_worker_is_short() -> None:
    assert len((SITE / "sw.js").read_text("utf-8").splitlines()) <= 50
