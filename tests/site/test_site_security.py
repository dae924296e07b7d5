"""The site works under its own policy, the policy holds, and each download names its size."""

import re
from urllib.parse import unquote

import pytest
from pagebuild.rendering import size_of
from playwright.sync_api import Browser, Page
from site_heads import Head, file_of, heads
from site_server import SITE

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not SITE.is_dir(), reason="no site")]

HEADS = heads() if SITE.is_dir() else []
KINDS = (
    "",
    "tutorials/08_backpropagation/",
    "tutorials/misconceptions_losses/",
    "exercises/",
    "exercises/08_backpropagation/",
    "reference/models/",
    "glossary/",
    "cheat_sheet/",
    "final-test/",
    "checklist/",
    "speed/",
    "404.html",
)
ADD = "const added = document.body.appendChild(document.createElement('{}'));"
INJECTED = {  # what -> the directive that stops it, and how it comes into a page
    "an inline script": ("script-src-elem", ADD.format("script") + "added.textContent = 'window.ran = 1'"),
    "a script from data": ("script-src-elem", ADD.format("script") + "added.src = 'data:,window.ran = 1'"),
    "a handler": (
        "script-src-attr",
        ADD.format("p") + "added.setAttribute('onclick', 'window.ran = 1'); added.click()",
    ),
    "code in a string": ("script-src", "setTimeout(() => eval('window.ran = 1'))"),
    "an image of a third party": ("img-src", ADD.format("img") + "added.src = 'https://127.0.0.1:9/x.png'"),
    "a request to a third party": ("connect-src", "fetch('https://127.0.0.1:9/').catch(() => {})"),
    "an inline style": ("style-src-attr", "document.body.setAttribute('style', 'color: red')"),
    "a frame": ("frame-src", ADD.format("iframe") + "added.src = 'https://127.0.0.1:9/'"),
    "another base": ("base-uri", ADD.format("base") + "added.href = 'https://127.0.0.1:9/'"),
}
LISTEN = """addEventListener("securitypolicyviolation", (event) =>
    (window.violations ||= []).push(`${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`))"""


@pytest.fixture(params=["served", "file"])
def root(request) -> str:
    """Where the site is: on a host, or in a folder that was downloaded."""
    return request.getfixturevalue("site_address") if request.param == "served" else f"{SITE.as_uri()}/"


class Watched:
    """A page whose errors and violations are noted."""

    def __init__(self, browser: Browser):
        self.context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
        self.context.add_init_script(LISTEN)
        self.errors: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda m: self.errors.append(m.text) if "Security Policy" in m.text else None)

    def open(self, root: str, address: str) -> Page:
        whole = root + address
        if root.startswith("file:") and not address.endswith(".html"):
            whole += "index.html"
        self.page.goto(whole)
        self.page.wait_for_timeout(100)  # observers run after the page was laid out
        return self.page

    def violations(self) -> list[str]:
        return [*(self.page.evaluate("window.violations || []")), *self.errors]


@pytest.fixture
def watched(browser: Browser):
    page = Watched(browser)
    yield page
    page.context.close()


@pytest.mark.parametrize("address", KINDS, ids=lambda address: address or "home")
def test_a_page_loads_under_its_policy(watched: Watched, root: str, address: str) -> None:
    if root.startswith("file:") and address == "404.html":
        pytest.skip("its addresses begin at the host's root")
    page = watched.open(root, address)
    assert watched.violations() == []
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--nnfund-bg')")


def test_search_works_under_the_policy(watched: Watched, site_address: str) -> None:
    page = watched.open(site_address, "tutorials/08_backpropagation/")
    page.keyboard.press("/")
    page.keyboard.type("learning rate")
    page.locator(".md-search-result__item").first.wait_for(timeout=10_000)
    assert watched.violations() == []


def test_code_is_copied_under_the_policy(watched: Watched, site_address: str) -> None:
    page = watched.open(site_address, "tutorials/08_backpropagation/")
    page.locator(".nb-in").first.hover()
    page.locator(".nb-in .md-code__button, .nb-in .md-clipboard").first.click()
    assert "import" in page.evaluate("navigator.clipboard.readText()")
    page.locator(".nb-needs").first.click()
    page.locator(".nb-needs", has_text="Copied").wait_for()
    assert watched.violations() == []


def test_colours_switch_and_stay_under_the_policy(watched: Watched, site_address: str) -> None:
    page = watched.open(site_address, "glossary/")
    scheme = "document.body.dataset.mdColorScheme"
    for shown in ("slate", "default", "slate"):
        page.locator("[data-md-component=palette] label:visible").click()
        assert page.evaluate(scheme) == shown
        page.reload()
        assert page.evaluate(scheme) == shown
    assert watched.violations() == []


def test_the_test_and_the_checklist_work_under_the_policy(watched: Watched, root: str) -> None:
    page = watched.open(root, "final-test/")
    page.locator("fieldset.quiz input").first.check()
    page.locator("#quiz-check").click()
    assert "right" in page.locator("#quiz-result").inner_text()
    assert watched.violations() == []
    page = watched.open(root, "checklist/")
    page.locator(".checklist label").first.click()
    assert page.locator("#checklist-count").inner_text().startswith("1 of")
    assert watched.violations() == []


@pytest.mark.parametrize("injected", INJECTED)
def test_what_is_injected_does_nothing(watched: Watched, root: str, injected: str) -> None:
    page = watched.open(root, "glossary/")
    directive, script = INJECTED[injected]
    page.evaluate(f"(() => {{ {script} }})()")
    page.wait_for_timeout(100)
    assert [line.split(":")[0] for line in watched.violations() if ": " in line][:1] == [directive]
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.address or "home")
def test_nothing_inline_needs_an_exception(head: Head) -> None:
    policy = head.metas["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    faults = [
        f"<{tag} {name}={value[:60]!r}>"
        for tag, name, value in head.attributes
        if name.startswith("on") or name == "style" or value.strip().lower().startswith("javascript:")
    ]
    assert faults == [], "move it to a style sheet or a script: the page's policy forbids it"


@pytest.mark.parametrize(
    "head", [head for head in HEADS if head.downloads], ids=lambda head: head.address or "home"
)
def test_each_download_names_its_size(head: Head) -> None:
    for link in head.downloads:
        file = file_of(head.address).parent / unquote(link.href)
        assert re.search(r"[\d.]+ [kM]B", link.words), (
            f"{link.href} does not say how large it is: {link.words}"
        )
        assert size_of(file.read_bytes()) in link.words, f"{link.href}: {link.words}"


def test_there_are_downloads_to_look_at() -> None:
    assert sum(len(head.downloads) for head in HEADS) > 300
