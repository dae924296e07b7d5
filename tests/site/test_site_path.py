"""The path on the home page, and what the browser remembers of it."""

import json
import re

import pytest
from pagebuild.learning_path import links_in
from pagebuild.source import find_pages, read_page
from playwright.sync_api import Browser, Page
from site_browser import problems
from site_server import ROOT, SITE

HOME = SITE / "index.html"
TUTORIALS = [path for path in find_pages(ROOT / "tutorials_src") if path.stem[:2].isdigit()]
FIRST, SECOND, THIRD = (path.stem for path in TUTORIALS[:3])
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not HOME.exists(), reason="no site")]


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    yield context.new_page()
    context.close()


def stops(page: Page) -> list[dict]:
    return page.locator(".nn-stop").evaluate_all(
        """all => all.map((stop) => ({
            name: stop.querySelector("a").href.split("/").at(-2),
            title: stop.querySelector(".nn-title").textContent,
            after: stop.querySelector(".nn-after")?.textContent.replace("after ", "").split(", ") || [],
            arcs: [...stop.querySelectorAll("path")].map((path) => {
                const at = (length) => path.getPointAtLength(length).matrixTransform(path.getScreenCTM()).y;
                return [at(0), at(path.getTotalLength())];
            }),
            middle: (({ top, bottom }) => (top + bottom) / 2)(stop.getBoundingClientRect()),
        }))"""
    )


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_arcs_lead_from_what_a_page_asks_for_to_the_page(page: Page, site_address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(site_address)
    found = stops(page)
    assert [stop["name"] for stop in found] == [path.stem for path in TUTORIALS]
    middles = {stop["title"]: stop["middle"] for stop in found}
    assert len(middles) == len(found)
    names = {stop["title"]: stop["name"] for stop in found}
    reached: dict[str, set[str]] = {}
    for stop, path in zip(found, TUTORIALS, strict=True):
        after = {names[title] for title in stop["after"]}
        reached[path.stem] = after.union(*(reached[name] for name in after))
        assert reached[path.stem] == set(links_in(read_page(path).facts.know_first)).union(
            *(reached[name] for name in links_in(read_page(path).facts.know_first))
        )
        drawn = [[middles[title], stop["middle"]] for title in stop["after"]]
        assert len(stop["arcs"]) == len(drawn)
        for arc, expected in zip(stop["arcs"], drawn, strict=True):
            assert arc == pytest.approx(expected, abs=3), (path.stem, stop["after"])


def test_above_the_fold_one_button_starts(page: Page, site_address: str) -> None:
    for width, height in ((1280, 800), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(site_address)
        button = page.locator(".nn-hero .md-button:visible")
        assert button.count() == 1
        assert FIRST in button.get_attribute("href")
        box = button.bounding_box()
        assert box["y"] + box["height"] < height


def test_progress_by_keyboard_alone_is_kept_shown_and_forgotten(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}tutorials/{FIRST}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.get_by_label("I am done with this page")
    assert not box.is_checked()
    page.locator("article a").last.focus()
    while not page.evaluate("document.activeElement.id === 'nn-done'"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body"), "Tab never reaches the box"
    page.keyboard.press("Space")
    sent = [url for url in asked if "favicon" not in url]  # the browser takes the icon when it likes
    assert sent == [], "marking sends nothing"
    assert json.loads(page.evaluate("localStorage.getItem('nnfund:progress')")) == {"done": [FIRST]}
    page.reload()
    assert box.is_checked()
    assert page.locator(".md-nav--primary .nn-done").count() >= 1
    assert (
        page.locator(".md-nav--primary .md-nav__link--active.nn-done").first.inner_text().endswith("(done)")
    )

    page.goto(site_address)
    done = page.locator(".nn-stop > a.nn-done")
    assert done.count() == 1
    assert done.inner_text().endswith("(done)")
    button = page.locator(".nn-hero .md-button")
    assert button.inner_text() == f"Continue with “{page.locator('.nn-title').nth(1).inner_text()}”"
    assert SECOND in button.get_attribute("href")
    assert page.get_by_role("status").inner_text().startswith(f"1 of {len(TUTORIALS)} done")
    page.get_by_role("button", name="Forget my progress").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("localStorage.getItem('nnfund:progress')") is None
    assert page.locator(".nn-done").count() == 0
    assert button.inner_text() == "Start with your first network"
    assert page.evaluate("document.activeElement.matches('.md-button')")
    assert not page.get_by_role("button", name="Forget my progress").is_visible()


def test_a_mark_is_taken_back(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}tutorials/{SECOND}/")
    page.locator("#nn-done").check()
    page.locator("#nn-done").uncheck()
    assert page.evaluate("localStorage.getItem('nnfund:progress')") is None
    assert page.locator(".nn-done").count() == 0


@pytest.mark.parametrize(
    "kept", ["nonsense", "[]", '{"done": 3}', '{"done": [null, 7, "99_gone"]}', '{"done": {"a": 1}}', "null"]
)
def test_what_is_not_known_is_passed_over(page: Page, site_address: str, kept: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(site_address)
    page.evaluate("kept => localStorage.setItem('nnfund:progress', kept)", kept)
    page.reload()
    assert page.locator(".nn-hero .md-button").inner_text() == "Start with your first network"
    assert page.locator(".nn-done").count() == 0
    assert not faults


def test_after_the_last_page_comes_what_was_left_out(page: Page, site_address: str) -> None:
    page.goto(site_address)
    done = json.dumps({"done": [path.stem for path in TUTORIALS if path.stem != SECOND]})
    page.evaluate("kept => localStorage.setItem('nnfund:progress', kept)", done)
    page.reload()
    assert SECOND in page.locator(".nn-hero .md-button").get_attribute("href")


def test_a_browser_that_does_not_remember_offers_nothing(page: Page, site_address: str) -> None:
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('no'); }})")
    page.goto(f"{site_address}tutorials/{FIRST}/")
    assert page.locator("#nn-done").count() == 0
    assert not [fault for fault in faults if "progress" in fault]


def test_progress_works_from_files(page: Page) -> None:
    page.goto((SITE / "tutorials" / THIRD / "index.html").as_uri())
    page.locator("#nn-done").check()
    page.goto(HOME.as_uri())
    assert page.locator(".nn-stop > a.nn-done").count() == 1


def test_without_javascript_there_are_links_and_no_marks(browser: Browser, site_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site_address)
    assert page.locator(".nn-stop > a").count() == len(TUTORIALS)
    assert page.locator(".nn-mark").count() == 0
    context.close()


def test_with_progress_there_is_no_problem(view, site_address: str) -> None:
    context, scheme = view
    page = context.new_page()
    for name in (FIRST, SECOND):
        page.goto(f"{site_address}tutorials/{name}/")
        page.locator("#nn-done").check()
    page.close()
    for path in ("", f"tutorials/{SECOND}/"):
        found = problems(context, site_address + path, scheme)  # the context remembers
        assert not found, "\n".join(["", *found])


def test_previous_and_next_follow_the_path() -> None:
    for i, path in enumerate(TUTORIALS):
        html = (SITE / "tutorials" / path.stem / "index.html").read_text("utf-8")
        links = dict(re.findall(r'href="([^"]*)" class="md-footer__link md-footer__link--(prev|next)"', html))
        by_way = {way: link for link, way in links.items()}
        assert re.search(r'aria-label="Previous: .+?"', html)
        assert re.search(r'<span class="md-footer__direction">\s*Next\s*</span>\s*<div[^>]*>\s*\S', html)
        if i:
            assert by_way["prev"] == f"../{TUTORIALS[i - 1].stem}/"
        if i + 1 < len(TUTORIALS):
            assert by_way["next"] == f"../{TUTORIALS[i + 1].stem}/"
        else:
            assert by_way["next"] == "../../exercises/"
