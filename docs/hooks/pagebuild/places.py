"""Adds to MkDocs' own warnings about a tutorial the place in its script, which MkDocs does not know."""

import logging
import re
from pathlib import Path


class PlaceFilter(logging.Filter):
    """Ends a record such as "'tutorials/01_a.py' has a link 'x.md'" with "(tutorials_src/01_a.py:12)"."""

    def __init__(self, sources: Path, published: str):
        super().__init__()
        self.sources = sources
        self.page = re.compile(rf"\b{published}/(\w+)\.py")

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record's message in place, once; let every record pass."""
        message = record.getMessage()
        match = self.page.search(message)
        if record.levelno >= logging.WARNING and match and "tutorials_src/" not in message:
            record.msg, record.args = message + self._place(match[1], message), ()
        return True

    def _place(self, name: str, message: str) -> str:
        path = self.sources / f"{name}.py"
        if not path.is_file():
            return ""
        quoted = [text for text in re.findall(r"['\"$]([^'\"$]+)['\"$]", message) if name not in text]
        lines = path.read_text("utf-8").splitlines()
        quoted.sort(key=len, reverse=True)  # a link with its anchor says more than the page it leads to
        found = (n for text in quoted for n, line in enumerate(lines, 1) if text in line)
        return f" (tutorials_src/{name}.py:{next(found, 1)})"
