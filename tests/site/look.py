"""Pictures of every page in four views, and contact sheets: to compare before and after a change of style.

python tests/site/look.py FOLDER [PART OF A PAGE'S ADDRESS ...]
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from site_browser import find_chromium, launch, open_view
from site_server import SITE, pages, served

VIEWS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
TALLEST = 16_000  # Chromium draws nothing below 16,384 pixels, and JPEG has no room for 65,536
SHEET_ROWS, SHEET_HEIGHT = 3, 900
LAZY = "() => document.querySelectorAll('img').forEach((image) => (image.loading = 'eager'))"
LOADED = "() => [...document.images].every((image) => image.complete)"


def name_of(page: str) -> str:
    return page.strip("/").replace("/", "_").removesuffix(".html") or "home"


def photograph(tab: Page, address: str, target: Path) -> None:
    """Save the whole page as a JPEG, as far down as Chromium draws."""
    tab.goto(address, wait_until="load")
    tab.evaluate(LAZY)
    tab.wait_for_function(LOADED)
    size = tab.viewport_size
    height = min(tab.evaluate("document.documentElement.scrollHeight"), TALLEST)
    clip = {"x": 0, "y": 0, "width": size["width"], "height": max(height, size["height"])}
    tab.screenshot(path=target, type="jpeg", quality=60, full_page=True, clip=clip)


def contact_sheets(folder: Path, names: list[str]) -> Iterator[Path]:
    """The tops of some pages to a sheet, one row per page, one column per view."""
    widths = [width // 2 for width, _ in VIEWS]
    for start in range(0, len(names), SHEET_ROWS):
        rows = names[start : start + SHEET_ROWS]
        sheet = Image.new("RGB", (sum(widths), SHEET_HEIGHT * len(rows)), "grey")
        for row, name in enumerate(rows):
            for column, (width, scheme) in enumerate(VIEWS):
                with Image.open(folder / f"{name}.{width}-{scheme}.jpg") as picture:
                    top = picture.crop((0, 0, width, min(picture.height, 2 * SHEET_HEIGHT)))
                    place = (sum(widths[:column]), row * SHEET_HEIGHT)
                    sheet.paste(top.resize((top.width // 2, top.height // 2)), place)
        path = folder / f"sheet_{start // SHEET_ROWS:02d}.jpg"
        sheet.save(path, quality=70)
        yield path


def main(folder: Path, parts: list[str]) -> None:
    executable = find_chromium()
    chosen = [page for page in pages(SITE) if not parts or any(part in page for part in parts)]
    if executable is None or not chosen:
        wanted = (
            "install `chromium`, or set NNFUND_CHROMIUM" if chosen else "run `make site`, or name other pages"
        )
        sys.exit(f"nothing to photograph in {SITE}: {wanted}")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, served(SITE) as site:
        browser = launch(playwright, executable)
        for width, scheme in VIEWS:
            view = open_view(browser, scheme, width)
            tab = view.new_page()
            for page in chosen:
                photograph(tab, site + page, folder / f"{name_of(page)}.{width}-{scheme}.jpg")
            view.close()
        browser.close()
    for sheet in contact_sheets(folder, [name_of(page) for page in chosen]):
        print(sheet)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
