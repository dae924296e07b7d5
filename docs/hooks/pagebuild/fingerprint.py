"""What can change a page's outputs, as one hash: equal hash, equal outputs.

In the hash: the code cells and the tags that steer their execution; the modules of `nnfund` that the page can
reach; the data files that those modules read; the versions of Python and of the libraries; the processor's
kind; this package's own way of executing. Not in it: prose, comments, layout, hidden or shown.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import re
import sys
from functools import lru_cache
from pathlib import Path

from pagebuild import execution, outputs
from pagebuild.reach import reachable_modules
from pagebuild.source import EXECUTION_TAGS, PageSource

LIBRARIES = (
    *("torch", "torchvision", "numpy", "matplotlib", "scikit-learn", "scipy", "pillow", "tqdm"),
    *("ipykernel", "ipython", "matplotlib-inline"),
)


def fingerprint(page: PageSource, package: Path) -> str:
    """Return the hash of everything that can change the outputs of `page`.

    Args:
        page: The page.
        package: The folder of `nnfund`.
    """
    modules = reachable_modules([cell.text for cell in page.code_cells], package)
    parts = {
        "cells": [[normalized(cell.text), sorted(cell.tags & EXECUTION_TAGS)] for cell in page.code_cells],
        "modules": {path.relative_to(package).as_posix(): _module_identity(path) for path in modules},
        "data": _data_identity(modules, package),
        "environment": environment(),
        "execution": [
            _module_identity(path)
            for path in (Path(execution.__file__), Path(outputs.__file__), execution.EFFECTS)
        ],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _module_identity(path: Path) -> str:
    if path.suffix == ".py":
        return normalized(path.read_text("utf-8"))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=4096)
def normalized(code: str) -> str:
    """Return a form of `code` that comments and layout do not change."""
    try:
        tree = ast.parse(code)
    except SyntaxError:  # the kernel will say what is wrong, or it is an IPython magic
        return code
    return code if _reads_source(tree) else ast.dump(tree)


def _reads_source(tree: ast.AST) -> bool:
    # A page that prints source code shows its comments too.
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return "inspect" in names


def environment() -> dict[str, str]:
    """Return the versions and the platform that outputs depend on."""
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {
        **versions,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        # Vector instructions change the order of sums, and with it the last digits.
        "vectors": _vector_instructions(),
    }


def _vector_instructions() -> str:
    try:
        flags = re.search(r"^flags\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    except OSError:
        return ""
    return " ".join(sorted({"avx2", "avx512f", "amx_bf16"} & set(flags[1].split()))) if flags else ""


def _data_identity(modules: list[Path], package: Path) -> dict[str, object]:
    """Hash the data files that `modules` read: each loader names its sub-folder in a constant `FOLDER`."""
    folders = sorted({name for path in modules if (name := _folder_constant(path))})
    if not folders:
        return {}
    root = _load_alone(package / "data" / "folder.py").data_folder()
    found = {name: _folder_identity(root / name) for name in folders}
    return {"policy": os.environ.get("NNFUND_DATA_POLICY", "auto"), **found}


def _folder_constant(path: Path) -> str | None:
    if path.suffix != ".py":
        return None
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and any(getattr(t, "id", None) == "FOLDER" for t in node.targets):
            return ast.literal_eval(node.value)
    return None


def _folder_identity(folder: Path) -> list[tuple[str, str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return [(str(path.relative_to(folder)), _file_hash(path, *_stamp(path))) for path in files]


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=256)
def _file_hash(path: Path, size: int, mtime: int) -> str:  # size and mtime: hash again when they change
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load_alone(path: Path):
    """Import one file without its package, so that the build of a warm site loads no torch."""
    spec = importlib.util.spec_from_file_location(f"_alone_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
