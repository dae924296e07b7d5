"""The look, where it can be measured: sizes of type, length of lines, room for fingers, what is wide."""

import re
import statistics

import pytest
from playwright.sync_api import Browser, Page
from site_server import ROOT

ONE_OF_A_KIND = [
    "tutorials/05_activations/",
    "tutorials/12_training_loop/",
    "tutorials/misconceptions_tensors/",
    "exercises/08_backpropagation/",
    "reference/models/",
    "cheat_sheet/",
    "checklist/",
    "final-test/",
    "glossary/",
    "contributing/",
    "speed/",
    "404.html",
]
THEME = (ROOT / "docs/assets/theme.css").read_text("utf-8")
REM = 20  # pixels of Material's root
LINE = 80  # characters
FINGER = 24  # pixels: WCAG 2.2, 2.5.8
TARGETS = ".nb-needs, .md-code__button, .headerlink, .nn-letters a, :is(.quiz, .checklist) label, summary"

SIZES_SHOWN = """() => {
    const found = {};
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (!texts.currentNode.data.trim() || element.closest("math, script, style, svg, sup")) continue;
        const code = element.closest("code, kbd");
        const size = parseFloat(getComputedStyle(code?.parentElement ?? element).fontSize);
        if (element.getClientRects().length) found[size.toFixed(1)] = element.outerHTML.slice(0, 120);
    }
    return found;
}"""
CHARACTERS_PER_LINE = """() => {
    const pen = document.createElement("canvas").getContext("2d");
    return [...document.querySelectorAll("article p, article li")].flatMap((block) => {
        const text = block.textContent.trim(), style = getComputedStyle(block);
        if (text.length < 160 || block.querySelector("p, pre, math") || !block.clientWidth) return [];
        pen.font = `${style.fontSize} ${style.fontFamily}`;
        return [block.clientWidth / (pen.measureText(text).width / text.length)];
    });
}"""
SMALL = """(selector) => [...document.querySelectorAll(selector)].flatMap((element) => {
    const { width, height } = element.getBoundingClientRect();
    const small = width && Math.min(width, height) < 23.9;
    return small ? [`${element.outerHTML.slice(0, 100)}: ${width} x ${height}`] : [];
})"""
WIDE = """() => [...document.querySelectorAll("article *")].flatMap((element) => {
    if (!element.checkVisibility() || element.getBoundingClientRect().right <= innerWidth + 1) return [];
    for (let box = element.parentElement; box; box = box.parentElement)
        if (box.tabIndex === 0 && ["auto", "scroll"].includes(getComputedStyle(box).overflowX)) return [];
    return [element.outerHTML.slice(0, 120)];
})"""


def open_page(browser: Browser, address: str, width: int) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page.goto(address, wait_until="load")
    page.wait_for_timeout(100)
    return page


def scale() -> set[str]:
    """The sizes that theme.css names, in pixels."""
    named = re.findall(r"--nnfund-(?:h\d[\w-]*|text|note|small|label): ([\d.]+)rem", THEME)
    return {f"{float(size) * REM:.1f}" for size in named}


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ONE_OF_A_KIND)
def test_type_comes_from_the_scale(browser, site_address: str, address: str, width: int) -> None:
    page = open_page(browser, site_address + address, width)
    shown = page.evaluate(SIZES_SHOWN)
    page.close()
    assert {size: where for size, where in shown.items() if size not in scale()} == {}


@pytest.mark.browser
@pytest.mark.parametrize("address", ONE_OF_A_KIND)
def test_lines_of_prose_are_short_enough_to_find_the_next(browser, site_address: str, address: str) -> None:
    page = open_page(browser, site_address + address, 1280)
    lines = page.evaluate(CHARACTERS_PER_LINE)
    page.close()
    assert not lines or statistics.mean(lines) <= LINE


@pytest.mark.browser
@pytest.mark.parametrize("address", ONE_OF_A_KIND)
def test_a_finger_finds_its_target(browser, site_address: str, address: str) -> None:
    page = open_page(browser, site_address + address, 390)
    small = page.evaluate(SMALL, TARGETS)
    page.close()
    assert small == [], f"less than {FINGER} pixels"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390])
@pytest.mark.parametrize("address", ONE_OF_A_KIND)
def test_what_is_wide_scrolls_by_itself(browser, site_address: str, address: str, width: int) -> None:
    page = open_page(browser, site_address + address, width)
    room, wide = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(WIDE)
    page.close()
    assert (room, wide) == (width, [])


@pytest.mark.browser
def test_a_figure_keeps_its_labels_readable_on_a_phone(browser, site_address: str) -> None:
    page = open_page(browser, site_address + "tutorials/05_activations/", 390)
    ratios = page.evaluate(
        "[...document.querySelectorAll('.nb-fig')].filter((image) => image.clientWidth)"
        ".map((image) => image.getBoundingClientRect().width / image.getAttribute('width'))"
    )
    page.close()
    assert ratios
    assert min(ratios) > 0.75


@pytest.mark.browser
def test_a_source_listing_keeps_its_lines(browser, site_address: str) -> None:
    page = open_page(browser, site_address + "reference/models/", 1280)
    page.locator(".mkdocstrings-source summary").first.click()
    numbers, words = page.evaluate("""() => [".linenos .normal", ".code .k"].map((part) => {
        const parts = document.querySelectorAll(`details[open] ${part}`);
        return [...parts].map((element) => element.getBoundingClientRect().bottom);
    })""")
    page.close()
    assert len({round(bottom) for bottom in words}) > 1
    assert [bottom for bottom in words if min(abs(bottom - number) for number in numbers) > 2] == []


@pytest.mark.browser
@pytest.mark.parametrize("address", ["tutorials/12_training_loop/", "reference/models/", "cheat_sheet/"])
@pytest.mark.parametrize("width", [390, 1280])
def test_copying_hides_no_code(browser, site_address: str, address: str, width: int) -> None:
    page = open_page(browser, site_address + address, width)
    covered = page.evaluate("""() => [...document.querySelectorAll(".md-code__nav")].flatMap((nav) => {
        const { bottom, height } = nav.getBoundingClientRect();
        const code = nav.parentElement.querySelector("code");
        return height && bottom > code.getBoundingClientRect().top + 1 ? [code.textContent.slice(0, 60)] : [];
    })""")
    page.close()
    assert covered == []


def test_the_glossary_has_a_link_for_each_letter() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    letters = re.findall(r"^## (\w)$", glossary, re.M)
    assert re.findall(r"\[(\w)\]\(#\w\)", glossary) == letters
