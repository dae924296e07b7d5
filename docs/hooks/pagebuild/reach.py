"""Which modules of a package can some code reach? Read from the imports, without running anything.

`from nnfund.data import load_mnist` reaches the module that `nnfund/data/__init__.py` takes the name from,
and what that module imports, but not its siblings: importing them has no effect (a test holds that).
Everything else that might reach more (`import nnfund.data`, a star, a command line in a string) reaches all
of it.
"""

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

# A string that a page may hand to another Python process: a script, a module, a command line.
_COMMAND = re.compile(r"^nnfund(\.\w|\s|$)|(^|\s)(import|from|-m)\s+nnfund\b")

# The exercises are no part of what a page runs, unless it names them.
_EXERCISES = re.compile(r"\bnnfund\W+(exercises|check)\b|\bimport\b.*\bexercises\b")


def reachable_modules(codes: list[str], package: Path) -> list[Path]:
    """List the files of `package` that running `codes` can reach, sorted.

    Args:
        codes: Python sources, such as the cells of a page.
        package: The folder of a package; its name is the name that is imported.
    """
    found: set[Path] = set()
    for code in codes:
        for target in _imports(code, package.name, ()):
            _follow(target, package, found)
        if any(_COMMAND.search(text) for text in _strings(code)):
            _follow_all(package, package, found)
    if not any(_EXERCISES.search(code) for code in codes):
        found = {path for path in found if not path.is_relative_to(package / "exercises")}
    if found:  # a module may read a data file that the package carries
        found |= {p for p in package.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    return sorted(found)


def _follow(target: tuple[str, ...], package: Path, found: set[Path]) -> None:
    """Add the modules that importing `target` reaches: a dotted name, perhaps of a module's attribute."""
    parent, name = package.parent.joinpath(*target[:-1]), target[-1]
    if name == "*":
        _follow_all(parent, package, found)
    elif (parent / name).is_dir():
        _follow_all(parent / name, package, found)
    elif (module := parent / f"{name}.py").is_file():
        _follow_module(module, package, found)
    elif parent.with_suffix(".py").is_file():  # an attribute of a module
        _follow_module(parent.with_suffix(".py"), package, found)
    elif (parent / "__init__.py").is_file():  # an attribute of a package
        _follow_reexport(name, parent / "__init__.py", package, found)


def _follow_reexport(name: str, init: Path, package: Path, found: set[Path]) -> None:
    here = init.parent.relative_to(package.parent).parts
    for module, exported in _reexports(init.read_text("utf-8"), here).items():
        if module == name:
            _follow(exported, package, found)
            return
    _follow_module(init, package, found)


def _follow_all(folder: Path, package: Path, found: set[Path]) -> None:
    single = folder.with_suffix(".py")
    for module in [single] if single.is_file() else sorted(folder.rglob("*.py")):
        _follow_module(module, package, found)


def _follow_module(module: Path, package: Path, found: set[Path]) -> None:
    if module in found:
        return
    found.add(module)
    here = module.parent.relative_to(package.parent).parts
    for target in _imports(module.read_text("utf-8"), package.name, here):
        _follow(target, package, found)


@lru_cache(maxsize=512)
def _imports(code: str, package: str, here: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(_walk_imports(code, package, here))


def _walk_imports(code: str, package: str, here: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    try:
        tree = ast.parse(code)
    except SyntaxError:  # an IPython magic or a slip: take everything that it might mean
        if package in code:
            yield (package, "*")
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                parts = tuple(alias.name.split("."))
                if parts[0] == package:
                    yield (*parts, "*") if len(parts) == 1 else parts
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, here)
            if module[:1] == (package,):
                for alias in node.names:
                    yield (*module, alias.name)


def _strings(code: str) -> list[str]:
    try:
        nodes = ast.walk(ast.parse(code))
    except SyntaxError:
        return [code]
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _absolute(node: ast.ImportFrom, here: tuple[str, ...]) -> tuple[str, ...]:
    module = tuple(node.module.split(".")) if node.module else ()
    return (*here[: len(here) - node.level + 1], *module) if node.level else module


@lru_cache(maxsize=64)
def _reexports(code: str, here: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Map each name that an `__init__.py` imports to where it comes from."""
    froms = [node for node in ast.parse(code).body if isinstance(node, ast.ImportFrom)]
    return {a.asname or a.name: (*_absolute(node, here), a.name) for node in froms for a in node.names}
