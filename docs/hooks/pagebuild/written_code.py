"""The code blocks of a written page as scripts that stand alone, like the cells of a tutorial.

Nothing was executed here, so what a block changes is not known: each name that it uses counts as changed.
"""

import re

from pagebuild.names import names_of
from pagebuild.rendering import snippet_link
from pagebuild.snippets import Snippet, make_snippets

MARK = "<!-- snippets: the build links each block to a script with what it needs -->"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.M | re.S)


def written_snippets(markdown: str, *, url: str) -> list[Snippet]:
    """Return a snippet for each Python block of a page that has the mark."""
    if MARK not in markdown:
        return []
    codes = BLOCK.findall(markdown)
    names = [names_of(code) for code in codes]
    imported = set().union(*(found.imports for found in names))
    changed = [sorted((found.uses | found.binds) - imported) for found in names]
    title = re.search(r"^# (.+)$", markdown, re.M)[1]
    return make_snippets(codes, changed, title=title, url=url)


def with_snippet_links(markdown: str, *, folder: str, url: str) -> str:
    """Put a link to its script before each Python block that does not stand alone.

    Args:
        markdown: A page's text; one without the mark comes back as it is.
        folder: Where the page's files are, from the folder of its source.
        url: Where the page is published.
    """
    remaining = iter(written_snippets(markdown, url=url))

    def linked(block: re.Match) -> str:
        snippet = next(remaining, None)
        alone = snippet is None or snippet.is_cell
        return block[0] if alone else f"{snippet_link(snippet, folder)}\n\n{block[0]}"

    return BLOCK.sub(linked, markdown).replace(MARK, "")


def snippet_files(markdown: str, *, url: str) -> dict[str, bytes]:
    """Return the scripts of a page by file name."""
    snippets = written_snippets(markdown, url=url)
    return {snippet.file_name: snippet.text.encode() for snippet in snippets if not snippet.is_cell}
