"""Old addresses that lead on. A small page does it, for the site may lie on a host that only serves files."""

import html
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
{canonical}<meta http-equiv="refresh" content="0; url={link}">
</head>
<body>
<main>
<h1>Another address</h1>
<p>This address leads on to <a href="{link}">{title}</a>.</p>
</main>
</body>
</html>
"""


def read_redirects(path: Path) -> dict[str, str]:
    """Return the table of old and new addresses at `path`; empty where there is none."""
    return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


def faults(redirects: Mapping[str, object], pages: Mapping[str, set[str]]) -> Iterator[str]:
    """Say what is wrong with the table.

    Args:
        redirects: Old addresses and new ones, below the site's root.
        pages: The anchors of each page, by its address below the site's root.
    """
    for old, new in redirects.items():
        if not re.fullmatch(r"(?:[\w-]+/)+", old):
            yield f"{old!r} is no address of a page: write it as 'folder/page/', without '/' before it"
        elif old in pages:
            yield f"{old!r} is a page of the site: take the entry out, or rename the page"
        address, _, anchor = new.partition("#") if isinstance(new, str) else ("?", "", "")
        if address not in pages:
            yield f"{old!r} leads to {new!r}, which is no page of the site; a page is {max(pages)!r}"
        elif anchor and anchor not in pages[address]:
            yield f"{old!r} leads to {new!r}, and that page has no anchor {anchor!r}"


def redirect_page(old: str, new: str, title: str, home: str) -> str:
    """Return the HTML of a page that leads from the address `old` to `new`.

    An anchor that the reader's link had is lost: only a script could hand it on.
    """
    canonical = f'<link rel="canonical" href="{html.escape(home + new.partition("#")[0])}">\n' if home else ""
    link = "../" * old.count("/") + new
    return PAGE.format(title=html.escape(title), link=html.escape(link), canonical=canonical)
