"""What was made before and need not be made again: executed outputs, encoded figures.

An entry is written whole or not at all, so an interrupted build leaves a usable cache; an entry that cannot
be read, or whose checksum does not fit, counts as missing.
"""

import hashlib
import json
import os
import tempfile
from base64 import b64decode, b64encode
from pathlib import Path

from pagebuild import figures
from pagebuild.execution import Executed
from pagebuild.figures import Figure, make_figure

KEPT = 4  # versions per page: switching between two branches executes nothing


class OutputCache:
    """Executed pages in a folder, found by page name and fingerprint."""

    def __init__(self, folder: Path):
        self.folder = folder

    def load(self, name: str, fingerprint: str) -> Executed | None:
        """Return the outputs of the page `name` under `fingerprint`, or None."""
        path = self._path(name, fingerprint)
        entry = _read(path)
        if entry is None or entry["fingerprint"] != fingerprint:
            return None
        os.utime(path)
        return _executed(entry)

    def load_latest(self, name: str) -> Executed | None:
        """Return the most recent outputs of the page `name`, whatever its fingerprint was."""
        entries = (_read(path) for path in self._entries(name))
        return next((_executed(entry) for entry in entries if entry), None)

    def store(self, name: str, fingerprint: str, executed: Executed) -> None:
        """Keep `executed`, and let go of the page's oldest entries."""
        entry = {"fingerprint": fingerprint, **vars(executed)}
        _write(self._path(name, fingerprint), entry)
        for old in self._entries(name)[KEPT:]:
            old.unlink(missing_ok=True)

    def _path(self, name: str, fingerprint: str) -> Path:
        return self.folder / f"{name}-{fingerprint[:20]}.json"

    def _entries(self, name: str) -> list[Path]:
        return sorted(self.folder.glob(f"{name}-*.json"), key=lambda path: path.stat().st_mtime, reverse=True)


class FigureCache:
    """Encoded figures in a folder, found by what was drawn; encoding one takes longer than reading it."""

    def __init__(self, folder: Path):
        self.folder = folder
        self._maker = Path(figures.__file__).read_text("utf-8")

    def figure(self, data: dict[str, str]) -> Figure | None:
        """Return what `make_figure(data)` returns."""
        drawing = {kind: text for kind, text in data.items() if kind.startswith("image/")}
        if not drawing:
            return None
        key = hashlib.sha256(json.dumps([self._maker, drawing], sort_keys=True).encode()).hexdigest()
        path = self.folder / f"{key[:32]}.json"
        entry = _read(path)
        if entry is None:
            made = make_figure(drawing)
            if made is None:
                return None
            files = {scheme: b64encode(content).decode() for scheme, content in made.files.items()}
            size = {"extension": made.extension, "width": made.width, "height": made.height}
            entry = {**size, "files": files, "on_white": b64encode(made.on_white).decode()}
            _write(path, entry)
        files = {scheme: b64decode(content) for scheme, content in entry["files"].items()}
        on_white = b64decode(entry["on_white"])
        return Figure(entry["extension"], entry["width"], entry["height"], files, on_white)


def _executed(entry: dict) -> Executed:
    return Executed(entry["outputs"], entry.get("changed", []), entry["seconds"])


def _write(path: Path, entry: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(entry)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
    ) as part:
        part.write(f"{_checksum(text)}\n{text}")
    os.replace(part.name, path)


def _read(path: Path) -> dict | None:
    try:
        checksum, text = path.read_text("utf-8").split("\n", 1)
        return json.loads(text) if checksum == _checksum(text) else None
    except (OSError, ValueError):
        return None


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
