"""The whole site by keyboard: each kind of page is walked through with the Tab key."""

import pytest
from playwright.sync_api import expect
from site_browser import open_view
from site_server import SITE

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not SITE.is_dir(), reason="no site")]

KINDS = [
    "",
    "tutorials/08_backpropagation/",
    "exercises/08_backpropagation/",
    "exercises/",
    "final-test/",
    "checklist/",
    "glossary/",
    "cheat_sheet/",
    "reference/training/",
    "404.html",
]
LONG = {"glossary/": 60, "reference/training/": 60, "final-test/": 80}  # stops: the rest is more of the same
# What a keyboard must reach, in the order of the document; of a group of radio buttons one is enough.
REACHABLE = """() => {
    const stops = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], iframe";
    const groups = new Set();
    window.reachable = [...document.querySelectorAll(stops)].filter((element) => {
        if (element.tabIndex < 0 || element.disabled) return false;
        if (!element.checkVisibility({ visibilityProperty: true })) return false;
        if (element.type !== "radio") return true;
        return !groups.has(element.name) && groups.add(element.name);
    });
    return window.reachable.length;
}"""
# Where the focus is, and whether one sees it: something around it has an outline, a border or a ground that
# it has not without the focus; and it is on the screen.
FOCUSED = """async () => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const radio = element.type === "radio" ? element.name : null;
    const group = (other) => other.type === "radio" && other.name === radio;
    const number = window.reachable.findIndex((other) => other === element || group(other));
    const looks = () => [element, element.parentElement, element.nextElementSibling].filter(Boolean)
        .flatMap((one) => ["", "::before", "::after"].map((part) => {
            const style = getComputedStyle(one, part);
            return [style.outlineStyle, style.boxShadow, style.backgroundColor, style.color,
                style.borderColor, style.textDecorationLine, style.opacity].join();
        })).join(";");
    const next = element.nextElementSibling; // the label of a switch stands for it
    const boxes = [element, element.labels?.[0], next?.tagName === "LABEL" ? next : null].filter(Boolean);
    const onScreen = boxes.map((one) => one.getBoundingClientRect()).some((one) =>
        one.width > 1 && one.height > 1
        && one.bottom > 0 && one.top < innerHeight && one.right > 0 && one.left < innerWidth);
    const outlined = parseFloat(getComputedStyle(element).outlineWidth) > 0
        && getComputedStyle(element).outlineStyle !== "none";
    let seen = outlined;
    if (!seen) {
        const focused = looks();
        element.blur();
        seen = looks() !== focused;
        element.focus({ preventScroll: true });
    }
    return { number, seen, onScreen, html: element.outerHTML.slice(0, 120) };
}"""


# "Back to top" withdraws when there is nothing to go back from.
NAMED = """(number) => {
    const element = window.reachable[number];
    return element.tabIndex < 0 ? "" : element.outerHTML.slice(0, 120);
}"""


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
def view(request, browser):
    context = open_view(browser, "light", request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page", KINDS, ids=lambda page: page or "home")
def test_tab_reaches_everything_in_order_and_shows_where_it_is(view, site_address, page):
    view.goto(site_address + page, wait_until="networkidle")
    count = view.evaluate(REACHABLE)
    walked = min(count, LONG.get(page, count))
    assert walked > 5
    numbers, faults = [], []
    for _ in range(walked):
        view.keyboard.press("Tab")
        stop = view.evaluate(FOCUSED)
        if not stop:
            break  # the end of the page
        numbers.append(stop["number"])
        if not stop["seen"]:
            faults.append(f"no sign of the focus: {stop['html']}")
        if not stop["onScreen"]:
            faults.append(f"the focus is off the screen: {stop['html']}")
        if stop["number"] < 0:
            faults.append(f"reached, but hidden: {stop['html']}")
    missed = [view.evaluate(NAMED, number) for number in sorted(set(range(walked)) - set(numbers))]
    faults += [f"never reached: {html}" for html in missed if html]
    assert not faults, "\n".join(["", *faults])
    assert numbers == sorted(numbers), "stops out of order"


def test_skip_link_leads_to_the_text(view, site_address):
    view.goto(site_address + "tutorials/08_backpropagation/")
    view.keyboard.press("Tab")
    assert "Skip to content" in view.evaluate("document.activeElement.textContent")
    view.keyboard.press("Enter")
    view.keyboard.press("Tab")
    assert view.evaluate("!!document.activeElement.closest('article')")


def test_escape_closes_the_search(view, site_address):
    view.goto(site_address)
    view.wait_for_load_state("networkidle")
    view.keyboard.press("/")
    view.locator("#__search:checked").wait_for(state="attached")
    view.keyboard.press("Escape")
    view.locator("#__search:not(:checked)").wait_for(state="attached")


def test_escape_closes_the_navigation_of_a_narrow_screen(browser, site_address):
    context = open_view(browser, "light", 390)
    page = context.new_page()
    page.goto(site_address + "tutorials/08_backpropagation/", wait_until="networkidle")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#__drawer")).to_be_checked()  # which waits: a busy machine takes a moment
    page.keyboard.press("Escape")
    expect(page.locator("#__drawer")).not_to_be_checked()
    context.close()


@pytest.mark.parametrize("page", ["", "tutorials/08_backpropagation/", "final-test/"])
def test_nothing_moves_for_a_reader_who_wants_no_motion(view, site_address, page):
    view.goto(site_address + page, wait_until="networkidle")
    moving = view.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((element) => {
            const style = getComputedStyle(element);
            const times = [style.transitionDuration, style.animationDuration].join().split(",");
            const moves = Math.max(...times.map(parseFloat)) > 0.01;
            return moves || style.scrollBehavior === "smooth" ? [element.outerHTML.slice(0, 120)] : [];
        })"""
    )
    assert moving == []
    view.evaluate("document.querySelector('[for=__search]').click()")
    assert (
        view.evaluate("document.getAnimations().filter((one) => one.effect.getTiming().duration > 10).length")
        == 0
    )
