"""On paper: nothing is cut, nothing but the page is there, and ink is dark whatever the screen's colours."""

import re

import pytest
from playwright.sync_api import Browser
from site_server import SITE

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not SITE.is_dir(), reason="no site")]

A4 = {"width": 672, "height": 990}  # pixels between the margins
PAGES = {  # and how many sheets are sensible
    "index.html": 5,
    "tutorials/08_backpropagation/index.html": 24,
    "final-test/index.html": 12,
    "cheat_sheet/index.html": 1,
    "reference/models/index.html": 12,
}
FAULTS = """() => {
    const found = [], room = document.documentElement.clientWidth;
    const unseen = (e) => e && (getComputedStyle(e).clipPath !== "none" || unseen(e.parentElement));
    for (const e of document.querySelectorAll("body *")) {
        const box = e.getBoundingClientRect(), style = getComputedStyle(e);
        if (!e.checkVisibility() || !box.width || unseen(e)) continue;
        const name = `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`;
        if (box.right > room + 1 || box.left < -1) found.push(`wider than the paper: ${name}`);
        if (style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 2)
            found.push(`cut: ${name}`);
        if (e.matches(".md-header, .md-tabs, .md-footer, .md-sidebar, .md-top, .md-skip, .nb-needs, button"))
            found.push(`for a screen: ${name}`);
        if (e.matches("img[src$='#only-dark']")) found.push(`dark figure: ${name}`);
        if (e.matches("article :is(p, li, code)")) {
            const [r, g, b] = style.color.match(/[\\d.]+/g).map(Number);
            if (0.3 * r + 0.6 * g + 0.1 * b > 130) found.push(`pale: ${style.color}: ${name}`);
        }
    }
    return found;
}"""


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_readable_on_paper(browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(viewport=A4, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    page.goto((SITE / name).as_uri())
    page.emulate_media(media="print")
    page.wait_for_timeout(500)  # colours fade into each other
    assert page.evaluate(FAULTS) == []
    for paper in ("A4", "Letter"):
        sheets = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))
        assert 1 <= sheets <= PAGES[name], paper
    context.close()
