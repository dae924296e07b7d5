"""The four scores of Lighthouse for pages of the built site, as a table: `make speed`.

Takes every page, or with `NNFUND_PAGES=5` a sample of that many that is spread over the kinds of pages.
Fails when a score is below 98; on a machine that others share, `NNFUND_LEAST_SPEED=90` asks less of the
speed, which depends on them, and no less of the rest.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright
from site_browser import find_chromium, launch
from site_host import hosted
from site_practices import PRACTICES, SEO, Watch, robots_fault, score
from site_server import SITE, pages, published_at
from site_speed import CURVES, Speed, measure, open_phone, typical
from site_yardstick import Yardstick

LEAST = 98
LEAST_SPEED = int(os.environ.get("NNFUND_LEAST_SPEED", LEAST))
# one of each kind comes first in a sample
KINDS = [
    "",
    "tutorials/08_backpropagation/",
    "tutorials/19_unet_segmentation/",
    "reference/training/",
    "glossary/",
    "final-test/",
    "tutorials/13_mnist_mlp/",
    "exercises/08_backpropagation/",
    "interview/",
    "cheat_sheet/",
]
# Lighthouse asks for these too; axe has them switched off
AXE = {"rules": {name: {"enabled": True} for name in ("target-size", "label-content-name-mismatch")}}


@dataclass(frozen=True)
class Scores:
    """What a page scored, and each thing that it lost points for."""

    page: str
    speed: Speed
    accessibility: float
    practices: float
    seo: float
    faults: list[str]

    @property
    def is_low(self) -> bool:
        """Whether one of the four is too low, rounded as Lighthouse does."""
        return (
            round(self.speed.score) < LEAST_SPEED or min(self.accessibility, self.practices, self.seo) < LEAST
        )

    def row(self) -> str:
        """Return a line of the table."""
        values = (f"{self.speed.values[name]:6.{2 if name == 'CLS' else 0}f}" for name in CURVES)
        rest = (self.speed.score, self.accessibility, self.practices, self.seo)
        measured = f"{self.speed.slower:6.1f} {' '.join(values)}"
        return f"{self.page or 'home':42}{measured}  {' '.join(f'{value:6.1f}' for value in rest)}"


COLUMNS = ["CPU×", *CURVES, "", *(f"{name:>6}" for name in ("speed", "access", "best", "seo"))]
HEADER = f"{'page':42}{' '.join(f'{name:>6}' if name else name for name in COLUMNS)}"


def indexed(site: Path) -> list[str]:
    """Return the pages that a reader or a search engine is sent to: not the 404, not what leads elsewhere."""
    file = {page: site / page / "index.html" for page in pages(site) if page != "404.html"}
    return [page for page, path in file.items() if 'http-equiv="refresh"' not in path.read_text("utf-8")]


def chosen(found: list[str], wanted: str) -> list[str]:
    """Return the pages to look at: `all`, or a number of them, first one of each kind."""
    if wanted == "all":
        return found
    rest = [page for page in found if page not in KINDS]
    return ([page for page in KINDS if page in found] + rest)[: int(wanted)]


def scores(browser: Browser, root: str, page: str, published: str, yardstick: Yardstick) -> Scores:
    """Open `page` of the site at `root` as a slow phone does, and score it."""
    views = []

    def load() -> Speed:
        context, view = open_phone(browser)
        views.append((context, view, Watch(view, context)))
        return measure(browser, view, root + page, yardstick)

    speed = typical(load, enough=LEAST)
    context, view, watch = views[-1]
    failed = watch.audit(view.request.get(root + page), published + page)
    axe = Axe().run(view, options=AXE).response
    violated = [f"{found['id']}: {found['nodes'][0]['html'][:120]}" for found in axe["violations"]]
    for context, *_ in views:
        context.close()
    faults = [f"{name}: {what}" for name, what in failed.items()] + [f"axe {line}" for line in violated]
    if speed.score < LEAST - 0.5:
        faults.append(
            f"speed {speed.score:.1f}; the largest paint is {speed.largest}; shifts: {speed.shifts[:3]}"
        )
    accessibility = 100 * len(axe["passes"]) / (len(axe["passes"]) + len(violated))
    return Scores(page, speed, accessibility, score(PRACTICES, failed), score(SEO, failed), faults)


def main() -> int:
    """Print the table; return how many pages are below the mark."""
    executable = find_chromium()
    if executable is None or not SITE.is_dir():
        sys.exit("needs a built site (make site) and Chromium (NNFUND_CHROMIUM names one)")
    robots = SITE / "robots.txt"
    fault = robots_fault(robots.read_text("utf-8")) if robots.is_file() else None
    below, rows, started = 1 if fault else 0, [], time.monotonic()
    print(fault or "", HEADER, sep="\n")
    with hosted(SITE) as root, sync_playwright() as playwright:
        browser = launch(playwright, executable)
        yardstick = Yardstick(browser)
        for page in chosen(indexed(SITE), os.environ.get("NNFUND_PAGES", "all")):
            found = scores(browser, root, page, published_at(SITE), yardstick)
            rows.append(found)
            print(found.row(), *(f"    {line}" for line in found.faults), sep="\n", flush=True)
            below += found.is_low
        browser.close()
    least = [min(getattr(row, name) for row in rows) for name in ("accessibility", "practices", "seo")]
    speed = min(row.speed.score for row in rows)
    values = " ".join(f"{value:6.1f}" for value in (speed, *least))
    print(f"{f'least of {len(rows)} pages':42}{' ' * 43}{values}")
    print(f"{below} below {LEAST} (in speed, {LEAST_SPEED}), in {time.monotonic() - started:.0f} s")
    return below


if __name__ == "__main__":
    sys.exit(min(main(), 1))
