"""What a page asks for first: one stylesheet instead of eight, and scripts that keep nobody waiting.

A phone waits half a second for each round of requests, and a browser opens six connections to a host. The
stylesheets stay small files in docs/assets; here those of the head become one request. What they hold is
joined in the order in which the page named them.
"""

import posixpath
import re
from pathlib import Path

from pagebuild.page_content import settled_styles

STYLESHEET = "assets/site.css"
FIRST_SCRIPT = "assets/before_material.js"

_LINKS = re.compile(r'(?:<link rel="stylesheet" href="[^"]+">\s*)+')
_HREF = re.compile(r'href="([^"]+)"')
_BUNDLE = re.compile(r'<script src="([^"]*)(assets/javascripts/bundle[^"]+)"></script>')
# "Next: Tensors" on what reads "Next Tensors" is no name for who speaks to the browser.
_NEXT = re.compile(r'(class="md-footer__link md-footer__link--next") aria-label="[^"]*"')
# Switches transitions off while the colours switch, at the price of two style computations of each page load.
_SWITCHING = re.compile(r"\[data-md-color-switching\] \*[^{]*\{[^}]*\}")


def quick_head(page: str) -> tuple[str, tuple[str, ...]]:
    """Return the HTML of a page with one stylesheet, and the paths in the site of those it stands for."""
    page = _BUNDLE.sub(
        rf'<script src="\1{FIRST_SCRIPT}" defer></script>\n<script src="\1\2" defer></script>', page
    )
    page = _NEXT.sub(r"\1", page)
    links = _LINKS.search(page)
    hrefs = _HREF.findall(links[0]) if links else []
    if not hrefs or "assets/" not in hrefs[0]:
        return page, ()
    root = hrefs[0][: hrefs[0].index("assets/")]
    if not all(href.startswith(root) for href in hrefs):
        return page, ()
    link = f'<link rel="stylesheet" href="{root}{STYLESHEET}">\n'
    return page.replace(links[0], link, 1), tuple(href.removeprefix(root) for href in hrefs)


def joined(site: Path, paths: tuple[str, ...]) -> str:
    """Return the stylesheets at `paths` in `site` as one, which stands at `STYLESHEET`."""
    return "".join(_moved(_slim((site / path).read_text("utf-8")), path) for path in paths)


def _slim(css: str) -> str:
    css = _SWITCHING.sub("", re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    return re.sub(r"\s*\n\s*", "\n", settled_styles(css)).strip() + "\n"


def _moved(css: str, path: str) -> str:
    """Make relative addresses lead from the joined stylesheet to where they led from `path`."""
    here, there = posixpath.dirname(STYLESHEET), posixpath.dirname(path)

    def moved(match: re.Match) -> str:
        target = posixpath.normpath(posixpath.join(there, match[2]))
        return f"url({match[1]}{posixpath.relpath(target, here)}{match[1]})"

    return css if here == there else re.sub(r"url\((['\"]?)(?!data:|#|/|\w+:)([^'\")]+)\1\)", moved, css)
