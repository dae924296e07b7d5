"""Scripts that stand alone: a cell of a page with the imports and the earlier cells that it needs.

Which cells those are follows from the names that each cell binds and reads (`names.py`) and from what each
cell changed when the page ran (`effects.py`). Where a change cannot be told from a mere use, it counts as a
change: a snippet may hold a cell too many, never one too few.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass

from pagebuild.names import Names, names_of

SETTINGS = "<settings>"


@dataclass(frozen=True)
class Snippet:
    """A script that does what one cell of a page does."""

    text: str
    cells: tuple[int, ...]  # the numbers of the code cells in it, from 0; the last one is the cell itself
    is_cell: bool  # whether the cell stands alone as it is

    @property
    def file_name(self) -> str:
        """The name of the script's file, which counts cells from 1."""
        return f"cell-{self.cells[-1] + 1:02}.py"


def make_snippets(codes: list[str], changed: list[list[str]], *, title: str, url: str) -> list[Snippet]:
    """Return a snippet for each code cell.

    Args:
        codes: The text of each code cell of a page.
        changed: For each, the names whose objects it made or changed when it ran.
        title: The page's title, for the snippet's first line.
        url: Where the page is published.
    """
    needs = Needs([names_of(code) for code in codes], [set(names) for names in changed])
    snippets = []
    for number in range(len(codes)):
        cells, imported = needs.of(number)
        parts = [_without_imports(codes[cell]) for cell in cells]
        head = f"# From “{title}”, {url}"
        imports = _import_lines([needs.names[i].imports for i in range(len(codes))], imported)
        text = "\n\n".join(part for part in [head, "\n".join(imports), *parts] if part) + "\n"
        alone = cells == (number,) and all(cell == number for cell, _ in imported)
        snippets.append(Snippet(text, cells, is_cell=alone))
    return snippets


class Needs:
    """Finds the cells that a cell needs.

    Args:
        names: The names of each cell.
        changed: What each cell changed when it ran.
    """

    def __init__(self, names: list[Names], changed: list[set[str]]):
        self.names = names
        self.changed = changed

    def of(self, cell: int) -> tuple[tuple[int, ...], set[tuple[int, str]]]:
        """Return the cells that `cell` needs, with itself, and the imports: pairs of a cell and a name."""
        self.cells, self.imported, self.done = set(), set(), set()
        self._include(cell)
        return tuple(sorted(self.cells)), self.imported

    def _include(self, cell: int) -> None:
        if cell in self.cells:
            return
        self.cells.add(cell)
        names = self.names[cell]
        self.imported |= {(cell, name) for name in names.imports.keys() & names.uses}
        for name in names.reads | names.writes:
            self._need(name, cell)
        for bodies in names.bodies.values():
            for name in bodies:
                self._need(name, cell)
        self._need(SETTINGS, cell)
        for generator in {n for n in self.changed[cell] if n.startswith("<random")} - names.seeds:
            self._need(generator, cell)

    def _need(self, name: str, position: int) -> None:
        """Include the cells before `position` that made `name` what it is there."""
        if (name, position) in self.done:
            return
        self.done.add((name, position))
        for cell in range(position - 1, -1, -1):
            names = self.names[cell]
            if name in names.imports:
                self.imported.add((cell, name))
                return
            if name in names.binds | names.writes | self.changed[cell] | names.seeds:
                self._include(cell)
                # A function may be called here: what its body reads is needed as it is here.
                for read in names.bodies.get(name, ()):
                    self._need(read, position)
            if name in names.binds or name in names.seeds:
                return


def _without_imports(code: str) -> str:
    """Return `code` without its import statements, which stand at the top of the snippet."""
    lines = code.splitlines()
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            for number in range(statement.lineno - 1, statement.end_lineno):
                lines[number] = None
    return "\n".join(line for line in lines if line is not None).strip("\n")


def _import_lines(imports: list[dict[str, str]], needed: set[tuple[int, str]]) -> list[str]:
    """Return the import statements for `needed`, one for each module."""
    plain, members = set(), defaultdict(set)
    for cell, name in needed:
        statement = ast.parse(imports[cell][name]).body[0]
        if isinstance(statement, ast.ImportFrom):
            members[statement.module].add(ast.unparse(statement.names[0]))
        else:
            plain.add(ast.unparse(statement))
    froms = [f"from {module} import {', '.join(sorted(names))}" for module, names in members.items()]
    return [*sorted(plain), *sorted(froms)]
