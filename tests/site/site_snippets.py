"""The snippets of a built site, as a reader gets them, and what its pages print."""

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from pagebuild.execution import ENVIRONMENT

from tests.written_checks import with_checks

NOT_TO_COPY = ("tutorials", "exercises", "reference")  # a tutorial's cells are; exercises wait for an answer


@dataclass(frozen=True)
class Snippet:
    """What a reader copies for one code cell of a page, and what the page prints below that cell.

    A written page prints nothing: what it says that an expression gives is an assertion in the script.
    """

    page: str
    number: int  # of the code cell, from 1
    script: str
    printed: str

    @property
    def name(self) -> str:
        return f"{self.page}-cell-{self.number:02}"


def find_snippets(site: Path) -> list[Snippet]:
    """Return the snippet of every code cell of the tutorials and of every block of the written pages."""
    tutorials = sorted(site.glob("tutorials/*/index.html"))
    written = sorted(
        page for page in site.rglob("index.html") if page.relative_to(site).parts[0] not in NOT_TO_COPY
    )
    found = [_snippets_of(page) for page in tutorials] + [_written_snippets_of(page) for page in written]
    return [snippet for snippets in found for snippet in snippets]


def _snippets_of(page: Path) -> list[Snippet]:
    name = page.parent.name
    notebook = json.loads((page.parent / f"{name}.ipynb").read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and cell["id"] != "install"]
    sources = [_text(cell["source"]).strip() for cell in cells]
    snippets = []
    for code, link in _code_on(page, "nb-in"):
        number = int(re.search(r"cell-(\d+)\.py$", link)[1]) if link else sources.index(code.strip()) + 1
        assert sources[number - 1] == code.strip(), f"{name}: the page shows another cell {number}"
        script = (page.parent / link).read_text("utf-8") if link else code
        snippets.append(Snippet(name, number, script, printed_by(cells[number - 1])))
    return snippets


def _written_snippets_of(page: Path) -> list[Snippet]:
    scripts = [
        (page.parent / link).read_text("utf-8") if link else code
        for code, link in _code_on(page, "language-python")
    ]
    name = page.parent.name
    return [Snippet(name, number, with_checks(script), "") for number, script in enumerate(scripts, 1)]


def _code_on(page: Path, kind: str) -> list[tuple[str, str | None]]:
    reader = _CodeReader(kind)
    reader.feed(page.read_text("utf-8"))
    return reader.cells


class _CodeReader(HTMLParser):
    """Collects the code of each block of a class, and the link to its script that stands before it."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind
        self.cells: list[tuple[str, str | None]] = []
        self.link: str | None = None
        self.code: list[str] | None = None
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        classes = (attributes.get("class") or "").split()
        if tag == "a" and "nb-needs" in classes:
            self.link = attributes["href"]
        elif tag == "div" and self.kind in classes:
            self.code, self.depth = [], 0
        if self.code is not None and tag == "div":
            self.depth += 1

    def handle_data(self, data: str) -> None:
        if self.code is not None:
            self.code.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self.code is None or tag != "div":
            return
        self.depth -= 1
        if self.depth == 0:
            self.cells.append(("".join(self.code), self.link))
            self.code = self.link = None


def printed_by(cell: dict) -> str:
    """Return what a script prints where the page shows the outputs of `cell`."""
    texts = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            texts.append(_text(output["text"]))
        elif "claim" in output.get("metadata", {}).get("nnfund", {}):
            texts.append(_text(output["data"]["text/plain"]) + "\n")
    return "".join(texts)


def _text(lines: list[str] | str) -> str:
    return lines if isinstance(lines, str) else "".join(lines)


def run_snippet(snippet: Snippet, timeout: float) -> subprocess.CompletedProcess:
    """Run the script of `snippet` in a fresh process, in an empty folder."""
    environment = {**os.environ, **ENVIRONMENT, "MPLBACKEND": "Agg"}
    environment.pop("PYTHONPATH", None)
    with tempfile.TemporaryDirectory(prefix="nnfund-snippet-") as folder:
        script = Path(folder) / "snippet.py"
        script.write_text(snippet.script, "utf-8")
        command = [sys.executable, script.name]
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout
        )


def stable(text: str) -> str:
    """Return `text` without addresses in memory, which differ between processes."""
    return re.sub(r"0x[0-9a-f…]{1,}", "0x…", text)
