"""What a page says of itself where its address is shared: its title, and one or two sentences."""

import html
import re

LONGEST = 160  # characters: what search engines show
_ASIDE = re.compile(r'<div class="(?:nb-links|admonition)\b.*?</div>', re.S)  # before the opening sentence
_HIDDEN = re.compile(r'<a class="headerlink".*?</a>|<(svg|style|script)\b.*?</\1>', re.S)


def title_in(content: str) -> str:
    """Return the text of the first heading of a page's HTML; "" where there is none."""
    found = re.search(r"<h1\b[^>]*>(.*?)</h1>", content, re.S)
    return _text(found[1]) if found else ""


def opening_of(content: str) -> str:
    """Return what the first paragraph of a page's HTML begins with; "" where there is none."""
    paragraphs = re.findall(r"<p\b[^>]*>(.*?)</p>", _ASIDE.sub("", content), re.S)
    return shortened(next(filter(None, map(_text, paragraphs)), ""))


def shortened(text: str) -> str:
    """Return the whole sentences that `text` begins with, as many as have room; else, whole words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST:
        return text
    sentences = re.match(rf"(.{{30,{LONGEST - 1}}}[.?!])(?= [A-Z])", text)
    if sentences:
        return sentences[1]
    words = text[:LONGEST].rpartition(" ")[0] or text[: LONGEST - 1]
    return f"{words.rstrip(' ,;:–(')}…"


def listing(opening: str, items: list[str]) -> str:
    """Return `opening` and as many of `items` as have room."""
    text = f"{opening} {items[0]}"
    for item in items[1:]:
        longer = f"{text}; {item}"
        if len(longer) > LONGEST - 1:
            return shortened(f"{text}…")
        text = longer
    return shortened(text)


def _text(content: str) -> str:
    plain = html.unescape(re.sub(r"<[^>]+>", "", _HIDDEN.sub("", content)))
    formulas = re.sub(r"\\[()[\]]", "", plain)  # as Arithmatex marks them
    return " ".join(formulas.split())
