"""The content of a page as Material's script would leave it, so that it finds nothing to do.

What a script changes in a page that is shown, a browser styles and lays out once more: on a slow phone, that
is most of what loading a page costs.
"""

import re
from collections.abc import Iterator
from itertools import count

_CODE = re.compile(
    r'(?P<box><div class="(?P<kind>[^"]*\bhighlight)">)?<pre><span></span>(?P<code><code>.*?</code>)</pre>',
    re.S,
)
# Material makes a tooltip of each title, half a millisecond each, and in signatures there are hundreds.
_TITLED_NAME = re.compile(r'<span title="[^"]*">([^<]*)</span>')
_PERMALINK = re.compile(r'(<a (?:class="headerlink" href="[^"]*"|href="[^"]*" class="headerlink")) title=')
_TABLE = re.compile(r"<table>(.*?)</table>", re.S)
_TABLE_CLASS = "nn-table"


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
        '<button class="md-code__button" aria-label="Copy to clipboard" data-md-type="copy" '
        f'data-clipboard-target="#{name} code"></button>'
    )
    return f'{box}<pre id="{name}"><span class="md-code__nav">{button}</span><span>{code}</span></pre>'


def settled_styles(css: str) -> str:
    """Return a stylesheet whose rules for code and tables hold, with equal weight, on a settled page."""
    css = css.replace("pre>code", "pre>:where(span)>code")
    return css.replace("table:not([class])", f"table:is(:not([class]),.{_TABLE_CLASS})")
