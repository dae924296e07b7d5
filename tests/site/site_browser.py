"""What a reader's browser makes of a page: one list of problems, empty when there are none."""

import os
import shutil
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Playwright

HEIGHTS = {390: 844, 1280: 800}
SCHEMES = {"light": "default", "dark": "slate"}  # the reader's preference, and Material's name for it
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # a page that needs a third party shows it
]
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # WCAG 2.2 asks for it
IN_PAGE = """() => {
    const found = [];
    const width = document.documentElement.scrollWidth, room = document.documentElement.clientWidth;
    if (width > room) {
        const sticksOut = (element) => element.getBoundingClientRect().right > room;
        const element = [...document.querySelectorAll("body *")].filter(sticksOut).at(-1);
        const tag = element?.cloneNode(false).outerHTML;
        found.push(`overflow: the page is ${width} px wide in a window of ${room} px; look at ${tag}`);
    }
    for (const image of document.images) {
        const source = image.getAttribute("src");
        const decoration = image.getAttribute("role") === "presentation";
        if (!decoration && !image.alt.trim()) found.push(`image: ${source} has no alt text`);
        for (const size of ["width", "height"])
            if (!image.hasAttribute(size)) found.push(`image: ${source} has no ${size}`);
    }
    for (const root of document.querySelectorAll("msqrt, mroot")) {
        const [outer, inner] = [root, root.firstElementChild].map((e) => e.getBoundingClientRect().width);
        if (outer && outer <= inner + 1) found.push(`math: no root sign over ${root.textContent}`);
    }
    return found;
}"""


def find_chromium() -> str | None:
    """The browser to use: $NNFUND_CHROMIUM, else one on the PATH."""
    names = ("chromium", "google-chrome", "chromium-browser")
    return os.environ.get("NNFUND_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Start a browser that reaches this machine only."""
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


def open_view(browser: Browser, scheme: str, width: int) -> BrowserContext:
    """A window of a reader who prefers `scheme`, on a screen `width` pixels wide."""
    viewport = {"width": width, "height": HEIGHTS[width]}
    return browser.new_context(
        viewport=viewport,
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",  # so that each check asks the server; test_site_offline.py has them on
    )


def problems(view: BrowserContext, address: str, scheme: str) -> list[str]:
    """Open a page and say, one line each, what is wrong with it; each line begins with the check's name."""
    found: list[str] = []
    origin = "{0.scheme}://{0.netloc}/".format(urlsplit(address))

    def on_request(request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            found.append(f"third party: {request.url}")

    def on_response(response) -> None:
        if response.status >= 400 and response.url != address:
            found.append(f"request: {response.status} for {response.url}")

    page = view.new_page()
    page.on("request", on_request)
    page.on("response", on_response)
    page.on("requestfailed", lambda request: found.append(f"request: {request.failure} for {request.url}"))
    page.on("console", lambda m: found.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: found.append(f"console: {error}"))
    try:
        page.goto(address, wait_until="load")
        page.wait_for_timeout(100)  # observers run after the page was laid out
        shown = page.evaluate("document.body.dataset.mdColorScheme")
        if shown and shown != SCHEMES[scheme]:
            found.append(f"scheme: the page shows {shown!r} to a reader who prefers {scheme!r}")
        found += page.evaluate(IN_PAGE)
        for violation in Axe().run(page, options=AXE).response["violations"]:
            for node in violation["nodes"]:
                found.append(f"axe: {violation['id']}: {violation['help']}: {node['html'][:160]}")
    finally:
        page.close()
    return list(dict.fromkeys(found))
