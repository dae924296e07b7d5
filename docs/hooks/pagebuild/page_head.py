"""What a page asks for first: one stylesheet instead of eight, and scripts that find little to do.

A phone waits half a second for each round of requests, and a browser opens six connections to a host. The
stylesheets stay small files in docs/assets; here those of the head become one request. What they hold is
joined in the order in which the page named them.
"""

import posixpath
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

STYLESHEET = "assets/site.css"
FIRST_SCRIPT = "assets/before_material.js"

_LINKS = re.compile(r'(?:<link rel="stylesheet" href="[^"]+">\s*)+')
_HREF = re.compile(r'href="([^"]+)"')
_BUNDLE = re.compile(r'<script src="([^"]*)(assets/javascripts/bundle[^"]+)"></script>')
# "Next: Tensors" on what reads "Next Tensors" is no name for who speaks to the browser.
_NEXT = re.compile(r'(class="md-footer__link md-footer__link--next") aria-label="[^"]*"')
_CODE = re.compile(
    r'(?P<box><div class="(?P<kind>[^"]*\bhighlight)">)?<pre><span></span>(?P<code><code>.*?</code>)</pre>',
    re.S,
)
# Material makes a tooltip of each title, one by one, and in signatures there are hundreds.
_TITLED_NAME = re.compile(r'<span title="[^"]*">([^<]*)</span>')
_PERMALINK = re.compile(r'(<a (?:class="headerlink" href="[^"]*"|href="[^"]*" class="headerlink")) title=')
_TABLE = re.compile(r"<table>(.*?)</table>", re.S)
_TABLE_CLASS = "nn-table"
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


def settled(page: str) -> str:
    """Return the HTML of a page whose code, names, permalinks and tables Material's script leaves alone.

    It measures each `pre > code` and gives it a button, and each title a tooltip, one by one: half a second
    on a phone for a page of the reference. It puts each table into a box that scrolls, and the browser styles
    the whole page anew. Here code has its button and a table its box, and a wrapper hides the code from it.
    """
    number = count()
    page = _CODE.sub(lambda match: _listing(match, number), page)
    page = _TABLE.sub(
        r'<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
        rf'<table class="{_TABLE_CLASS}">\1</table></div></div>',
        page,
    )
    return _PERMALINK.sub(r"\1 aria-label=", _TITLED_NAME.sub(r"\1", page))


def _listing(match: re.Match, number: Iterator[int]) -> str:
    """Return code in a wrapper, with a button to copy it where a reader would."""
    box, kind, code = match["box"] or "", match["kind"] or "", match["code"]
    if not box or "no-copy" in kind or "doc-signature" in kind:
        return f"{box}<pre><span></span><span>{code}</span></pre>"
    name = f"__code_{next(number)}"
    button = (
        '<button class="md-code__button" title="Copy to clipboard" data-md-type="copy" '
        f'data-clipboard-target="#{name} code"></button>'
    )
    return f'{box}<pre id="{name}"><span class="md-code__nav">{button}</span><span>{code}</span></pre>'


def joined(site: Path, paths: tuple[str, ...]) -> str:
    """Return the stylesheets at `paths` in `site` as one, which stands at `STYLESHEET`."""
    return "".join(_moved(_slim((site / path).read_text("utf-8")), path) for path in paths)


def _slim(css: str) -> str:
    css = _SWITCHING.sub("", re.sub(r"/\*.*?\*/", "", css, flags=re.S))
    css = css.replace("pre>code", "pre>:where(span)>code")
    css = css.replace("table:not([class])", f"table:is(:not([class]),.{_TABLE_CLASS})")
    return re.sub(r"\s*\n\s*", "\n", css).strip() + "\n"


def _moved(css: str, path: str) -> str:
    """Make relative addresses lead from the joined stylesheet to where they led from `path`."""
    here, there = posixpath.dirname(STYLESHEET), posixpath.dirname(path)

    def moved(match: re.Match) -> str:
        target = posixpath.normpath(posixpath.join(there, match[2]))
        return f"url({match[1]}{posixpath.relpath(target, here)}{match[1]})"

    return css if here == there else re.sub(r"url\((['\"]?)(?!data:|#|/|\w+:)([^'\")]+)\1\)", moved, css)
