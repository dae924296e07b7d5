"""Printing that reads well in a narrow window, without colours, and aloud."""

import os
import shutil
import sys
import textwrap

COLOURS = {"passed": "32", "not yet": "33", "tried": "33", "not begun": "36", "not tried": "36"}


class Paper:
    """Where a command prints: as wide as the terminal, coloured only where that is one."""

    def __init__(self):
        self.width = max(24, min(88, shutil.get_terminal_size().columns))
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or sys.platform == "win32"
        self.has_colours = sys.stdout.isatty() and not plain
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # an old console may lack × or −

    def line(self, text: str) -> None:
        """Print a line as it is."""
        print(text)

    def title(self, text: str) -> None:
        """Print a heading after an empty line."""
        print(f"\n{self._marked(text, '1')}")

    def paragraph(self, text: str, first: str = "") -> None:
        """Print text wrapped to the width: `first` before its first line, as much space before others."""
        for block in text.split("\n\n"):
            print(textwrap.fill(" ".join(block.split()), self.width, initial_indent=first,
                                subsequent_indent=" " * len(first), break_on_hyphens=False))  # fmt: skip
            first = " " * len(first)

    def coloured(self, state: str) -> str:
        """Return the name of a state, in its colour on a terminal."""
        return self._marked(state, COLOURS[state])

    def _marked(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.has_colours else text
