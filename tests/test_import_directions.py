"""Imports run one way: scratch, data and models know torch only; training knows no model, no data."""

import ast
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "nnfund"
EVERYONE = {"notices", "claims"}  # may be imported from anywhere, and import nothing but each other
ALLOWED = {
    "notices": set(),
    "claims": set(),
    "scratch": set(),
    "data": set(),
    "models": set(),
    "training": set(),
    "plotting": {"scratch", "training"},  # draws a `Value` and a `History`
    "exercises": {"scratch", "data", "models", "training"},  # checks compare answers with them
    "cli": {"data", "models", "training", "plotting", "exercises"},
}


def imported(path: Path) -> set[str]:
    """Return the dotted names that a file imports, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def parts_of_nnfund(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imported(path) if name.startswith("nnfund.")}


def files(part: str) -> list[Path]:
    return sorted([*PACKAGE.glob(f"{part}.py"), *PACKAGE.glob(f"{part}/**/*.py")])


@pytest.mark.parametrize("part", ALLOWED)
def test_a_part_of_the_package_imports_only_what_lies_below_it(part):
    assert files(part)
    for path in files(part):
        beyond = parts_of_nnfund(path) - ALLOWED[part] - EVERYONE - {part}
        assert not beyond, f"{path.relative_to(REPOSITORY)} imports {sorted(beyond)}"


def test_every_part_of_the_package_has_its_place_in_the_order():
    parts = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert parts - {"__init__", "__main__"} == set(ALLOWED)


def test_no_page_imports_a_page_and_nothing_else_does():
    pages = {path.stem for path in (REPOSITORY / "tutorials_src").glob("*.py")}
    folders = ("tutorials_src", "nnfund", "docs/hooks", "benchmarks")
    for path in sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py")):
        modules = {part for name in imported(path) for part in name.split(".")}
        assert not modules & (pages | {"tutorials_src"}), path
