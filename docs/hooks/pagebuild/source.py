"""Step 1: read a tutorial, a jupytext percent script, into cells with names and places."""

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import yaml
from nbformat import NotebookNode

from pagebuild.errors import PageError

TAGS = {
    "hide_input": "the code is not shown, its output is",
    "hide_output": "the output is not shown, the code is",
    "remove_cell": "neither is shown; the cell still runs",
    "raises-exception": "the cell must raise, and the page shows what",
    "allow_stderr": "the cell may write to standard error",
}
EXECUTION_TAGS = {"raises-exception", "allow_stderr"}


@dataclass(frozen=True)
class Cell:
    """One cell: its kind, text and metadata, and the line of its marker in the script."""

    kind: str  # "markdown" or "code"
    text: str
    line: int
    tags: frozenset[str] = frozenset()
    alts: tuple[str, ...] = ()

    @property
    def is_code(self) -> bool:
        """Whether the cell is executed."""
        return self.kind == "code"


@dataclass(frozen=True)
class Facts:
    """What the head of a page tells before it starts."""

    goals: tuple[str, ...]
    know_first: str
    data: str


@dataclass(frozen=True)
class PageSource:
    """A tutorial as it was written."""

    path: Path
    facts: Facts
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending, such as `01_first_network`."""
        return self.path.stem

    @property
    def code_cells(self) -> list[Cell]:
        """The cells that are executed, in order."""
        return [cell for cell in self.cells if cell.is_code]

    @property
    def title(self) -> str:
        """The text of the page's first heading."""
        return self.cells[0].text.splitlines()[0].removeprefix("# ").strip()


def find_pages(folder: Path) -> list[Path]:
    """List the pages of `folder` in reading order: each `NN_name.py`, then each `misconceptions_name.py`."""
    return sorted(path for path in folder.glob("*.py") if re.match(r"(\d\d|misconceptions)_\w+$", path.stem))


def title_of(path: Path) -> str:
    """Return the title of the tutorial at `path`, without reading all of its cells."""
    found = re.search(r"^# # (.+)$", path.read_text("utf-8"), re.M)
    return found[1] if found else path.stem


def read_page(path: Path) -> PageSource:
    """Read the tutorial at `path`.

    Raises:
        PageError: If the script is not in the percent format, has no head, or has metadata that nobody reads.
    """
    text = path.read_text("utf-8")
    notebook = _parse(path, text)
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"# %%", line)]
    head, *nodes = notebook.cells
    if head.cell_type != "raw" or len(nodes) != len(lines):
        raise PageError(
            path.stem,
            "must start with a `# ---` header (see another page), then hold cells that start with `# %%`",
        )
    cells = tuple(_cell(path, node, line) for node, line in zip(nodes, lines, strict=True))
    if not cells or cells[0].is_code or not cells[0].text.startswith("# "):
        raise PageError(path.stem, "the first cell must be Markdown and start with `# Title`", line=lines[0])
    return PageSource(path, _facts(path, head.source), cells)


def _parse(path: Path, text: str) -> NotebookNode:
    if not re.search(r"^#\s+extension: \.py$", text, re.M) or not re.search(
        r"^#\s+format_name: percent$", text, re.M
    ):
        # Without both, jupytext falls back to its light format in silence, and cell tags are lost.
        raise PageError(path.stem, "the header must name `extension: .py` and `format_name: percent`")
    return jupytext.reads(text, fmt="py:percent")


def _cell(path: Path, node: NotebookNode, line: int) -> Cell:
    known = {"tags", "alt"}
    if unknown := set(node.metadata) - known - {"lines_to_next_cell"}:  # jupytext's own
        raise PageError(
            path.stem, f"cell metadata {sorted(unknown)} is not known; use {sorted(known)}", line=line
        )
    tags = frozenset(node.metadata.get("tags", ()))
    if unknown := tags - set(TAGS):
        raise PageError(
            path.stem, f"cell tags {sorted(unknown)} are not known; use {sorted(TAGS)}", line=line
        )
    alt = node.metadata.get("alt", ())
    alts = (alt,) if isinstance(alt, str) else tuple(alt)
    if not all(isinstance(text, str) and text.strip() for text in alts):
        raise PageError(path.stem, f"alt must be a text, or a list of texts, got {alt!r}", line=line)
    return Cell(node.cell_type, node.source, line, tags, alts)


def _facts(path: Path, header: str) -> Facts:
    values = yaml.safe_load(header.strip().strip("-")) or {}
    expected = {"goals", "know_first", "data"}
    if set(values) != expected:
        raise PageError(path.stem, f"the header must give {sorted(expected)}, got {sorted(values)}", line=1)
    goals = tuple(values["goals"])
    if not 1 <= len(goals) <= 3:
        raise PageError(path.stem, f"a page has one to three goals, got {len(goals)}", line=1)
    return Facts(goals, values["know_first"], values["data"])
