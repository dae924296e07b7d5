"""Lighthouse's audits of best practices and of what search engines need, where they say something here.

Left out are those that hold for every page of a static site (no login, no permission asked, no video) and
those of a server that is not ours (HTTPS, its headers).
"""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response

# audit -> weight, as Lighthouse weighs them
PRACTICES = {
    "own-requests": 5,  # in the place of is-on-https: nothing is asked of another host
    "deprecations": 5,
    "third-party-cookies": 5,
    "paste-preventing-inputs": 3,
    "image-aspect-ratio": 1,
    "image-size-responsive": 1,
    "viewport": 1,
    "font-size": 1,
    "doctype": 1,
    "charset": 1,
    "errors-in-console": 1,
    "inspector-issues": 1,
}
SEO = {
    "is-crawlable": 4,
    "document-title": 1,
    "meta-description": 1,
    "http-status-code": 1,
    "link-text": 1,
    "crawlable-anchors": 1,
    "image-alt": 1,
    "hreflang": 1,
    "canonical": 1,
}
ISSUES = ("MixedContent", "Cookie", "BlockedByResponse", "HeavyAd", "ContentSecurityPolicy")
EMPTY_WORDS = (
    "click here|click this|go|here|information|learn more|more|more info|more information|read more|"
    "right here|start|this"
)
IN_PAGE = """(emptyWords) => {
    const failed = {};
    const fail = (audit, what) => (failed[audit] ??= String(what).slice(0, 160));
    const all = (selector) => [...document.querySelectorAll(selector)];
    const meta = (name) => document.querySelector(`meta[name=${name}]`)?.content ?? "";

    if (document.compatMode !== "CSS1Compat" || document.doctype?.name !== "html")
        fail("doctype", "quirks mode");
    if (document.characterSet !== "UTF-8") fail("charset", document.characterSet);
    if (!meta("viewport").includes("width=device-width")) fail("viewport", meta("viewport"));
    for (const image of document.images) {
        const { naturalWidth, naturalHeight, clientWidth, clientHeight } = image;
        if (!naturalWidth || !clientWidth || getComputedStyle(image).objectFit !== "fill") continue;
        const expected = clientWidth * naturalHeight / naturalWidth;
        if (Math.abs(expected - clientHeight) > 2) fail("image-aspect-ratio", image.src);
        const vector = /\\.svg([#?]|$)|^data:image\\/svg/.test(image.src);
        if (!vector && clientWidth > 64 && naturalWidth < clientWidth * Math.min(devicePixelRatio, 2) * 0.75)
            fail("image-size-responsive", image.src);
    }
    let letters = 0, small = 0;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const parent = texts.currentNode.parentElement, length = texts.currentNode.data.trim().length;
        if (!length || !parent.checkVisibility()) continue;
        letters += length;
        if (parseFloat(getComputedStyle(parent).fontSize) < 12) small += length;
    }
    if (small > 0.4 * letters) fail("font-size", `${small} of ${letters} letters are smaller than 12 px`);
    for (const input of all("input:not([type=hidden])")) {
        const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true });
        if (!input.dispatchEvent(event)) fail("paste-preventing-inputs", input.outerHTML);
    }
    if (/noindex|none/.test(meta("robots"))) fail("is-crawlable", meta("robots"));
    if (!document.title.trim()) fail("document-title", "no title");
    if (!meta("description").trim()) fail("meta-description", "no description");
    for (const link of all("a[href]")) {
        const text = (link.getAttribute("aria-label") || link.innerText || "").trim().toLowerCase();
        const elsewhere = link.href.split("#")[0] !== location.href.split("#")[0];
        if (elsewhere && new RegExp(`^(${emptyWords})$`).test(text)) fail("link-text", link.outerHTML);
        if (/^(javascript|file):/.test(link.href) || !link.href) fail("crawlable-anchors", link.outerHTML);
    }
    for (const link of all("a:not([href]):not([name]):not([id]):not([role])"))
        fail("crawlable-anchors", link.outerHTML);
    for (const image of document.images) if (!image.hasAttribute("alt")) fail("image-alt", image.src);
    for (const link of all("link[rel=alternate][hreflang]"))
        if (!/^([a-z]{2,3}(-[A-Za-z]+)*|x-default)$/.test(link.hreflang)) fail("hreflang", link.outerHTML);
    const canonical = all("link[rel=canonical]").map((link) => link.getAttribute("href"));
    if (new Set(canonical).size > 1) fail("canonical", `several: ${canonical}`);
    if (canonical.length && !/^https?:/.test(canonical[0])) fail("canonical", `not absolute: ${canonical}`);
    return failed;
}"""


@dataclass
class Watch:
    """Listens to a page while it loads."""

    page: Page
    context: BrowserContext
    failed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        session = self.context.new_cdp_session(self.page)
        session.on("Audits.issueAdded", self._on_issue)
        session.send("Audits.enable")
        self.page.on(
            "console", lambda m: self._fail("errors-in-console", m.text) if m.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self._fail("errors-in-console", str(error)))

    def _fail(self, audit: str, what: str) -> None:
        self.failed.setdefault(audit, what[:160])

    def _on_issue(self, event: dict) -> None:
        code = event["issue"]["code"]
        if code == "DeprecationIssue":
            self._fail("deprecations", str(event["issue"]))
        elif code.removesuffix("Issue") in ISSUES:
            self._fail("inspector-issues", str(event["issue"]))

    def audit(self, response: Response | None, canonical: str) -> dict[str, str]:
        """Return what failed, audit -> where; `canonical` is the address that the page is published at."""
        failed = self.failed | self.page.evaluate(IN_PAGE, EMPTY_WORDS)
        origin = urlsplit(self.page.url).netloc
        asked = self.page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
        foreign = [url for url in asked if urlsplit(url).netloc not in ("", origin)]
        if foreign:
            failed["own-requests"] = foreign[0]
        if self.context.cookies():
            failed["third-party-cookies"] = str(self.context.cookies()[0])[:160]
        if response and response.status >= 400:
            failed["http-status-code"] = str(response.status)
        said = self.page.evaluate("document.querySelector('link[rel=canonical]')?.href")
        if said and said != canonical:
            failed.setdefault("canonical", f"{said} instead of {canonical}")
        return failed


def robots_fault(text: str) -> str | None:
    """Return what is wrong with a robots.txt: a line that is no rule, or one that shuts everyone out."""
    for line in filter(None, (re.sub(r"#.*", "", line).strip() for line in text.splitlines())):
        if not re.match(r"(?i)(user-agent|allow|disallow|sitemap|crawl-delay)\s*:", line):
            return f"robots.txt: {line!r} is no rule"
        if re.fullmatch(r"(?i)disallow\s*:\s*/", line):
            return "robots.txt shuts every reader out"
    return None


def score(audits: dict[str, int], failed: dict[str, str]) -> float:
    """Return the share of `audits`, weighed, that did not fail, of 100."""
    return 100 * sum(weight for name, weight in audits.items() if name not in failed) / sum(audits.values())
