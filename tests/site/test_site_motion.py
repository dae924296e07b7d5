"""Who asks for little motion sees none: nothing fades, slides or scrolls by itself."""

import pytest

pytestmark = pytest.mark.browser

PAGES = ["", "tutorials/08_backpropagation/", "final-test/", "reference/models/"]
MOVING = """() => {
    const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
    const found = [];
    for (const element of document.querySelectorAll("*"))
        for (const part of [null, "::before", "::after"]) {
            const style = getComputedStyle(element, part);
            const name = element.tagName + "." + element.className + (part ?? "");
            if (style.transitionProperty !== "none" && seconds(style.transitionDuration) > 0.01)
                found.push(`${name} changes in ${style.transitionDuration}`);
            if (style.animationName !== "none") found.push(`${name} plays ${style.animationName}`);
            if (style.scrollBehavior === "smooth") found.push(`${name} scrolls smoothly`);
        }
    return found;
}"""


def moving(browser, address: str, motion: str) -> list[str]:
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion=motion)
    page.goto(address)
    page.locator(".md-header [for=__drawer]").click()  # the menu slides, for others
    found = page.evaluate(MOVING)
    running = page.evaluate(
        "document.getAnimations().map((animation) => String(animation.effect.target.className))"
    )
    page.close()
    return found + running


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "home")
def test_nothing_moves_for_who_asks_for_little_motion(browser, site_address, path):
    assert moving(browser, site_address + path, "reduce") == []


def test_motion_is_seen(browser, site_address):
    assert moving(browser, site_address, "no-preference")
