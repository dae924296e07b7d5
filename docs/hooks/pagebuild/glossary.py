"""Tooltips: the first link of a page to a term of the glossary carries the term's definition."""

import html
import re
from functools import lru_cache
from pathlib import Path

LENGTH = 80  # characters: what a reader takes in without leaving the sentence


def definitions(path: Path) -> dict[str, str]:
    """Return the first sentence of each term's entry in the glossary at `path`, by the term's anchor.

    An entry is a heading `### Term { #anchor }` and the text below it. A sentence with a formula is left out:
    a tooltip holds plain text.
    """
    return _definitions_in(path.read_text("utf-8")) if path.exists() else {}


@lru_cache(maxsize=1)  # every page asks
def _definitions_in(glossary: str) -> dict[str, str]:
    entries = re.findall(r"^### .+? \{ #([\w-]+) \}\n+(.+?)(?=\n#|\Z)", glossary, re.M | re.S)
    return {anchor: text for anchor, entry in entries if (text := _first_sentence(entry))}


def _first_sentence(entry: str) -> str:
    sentence = re.split(r"(?<=\.)\s", " ".join(entry.split()), maxsplit=1)[0]
    if "$" in sentence:
        return ""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)|\*+([^*]+)\*+|`([^`]+)`", lambda m: m[1] or m[2] or m[3], sentence)
    return plain if len(plain) <= LENGTH else plain[: plain.rindex(" ", 0, LENGTH)] + " …"


def with_tooltips(page: str, meanings: dict[str, str]) -> str:
    """Return the HTML `page` with a definition on the first link to each term."""
    seen = set()

    def link(match: re.Match) -> str:
        anchor = match[2]
        if anchor in seen or anchor not in meanings:
            return match[0]
        seen.add(anchor)
        return f'{match[1]} title="{html.escape(meanings[anchor])}"'

    return re.sub(r'(<a href="[^"]*glossary/#([\w-]+)")', link, page)
