"""The pages that are written, not executed: their code runs, their links lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.written_checks import EXPECTED, with_checks

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"
WRITTEN = sorted(
    page
    for page in DOCS.rglob("*.md")
    if not page.relative_to(DOCS).parts[0].startswith(("hooks", "over", "temp"))
)
NAMES = [page.relative_to(DOCS).as_posix() for page in WRITTEN]
PYTHON_BLOCK = re.compile(r"^( *)```python[^\n]*\n(.*?)^\1```", re.M | re.S)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(((?!https?:|mailto:)[^)\s]*?)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^(?:# )?#{1,6} (.+?)(?: \{ ?#([\w-]+) ?\})?$", re.M)


def code_of(page: Path) -> str:
    """Return what the Python blocks of `page` hold, in order, without a list's indentation."""
    blocks = PYTHON_BLOCK.findall(page.read_text("utf-8"))
    return "\n".join(re.sub(rf"^{indent}", "", block, flags=re.M) for indent, block in blocks)


def anchor(heading: str) -> str:
    """Return the address that Markdown's table of contents gives a heading."""
    heading = re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower()
    return re.sub(r"[-\s]+", "-", heading)


def anchors(page: Path) -> set[str]:
    return {given or anchor(title) for title, given in HEADING.findall(page.read_text("utf-8"))}


@pytest.mark.parametrize("page", [page for page in WRITTEN if code_of(page)], ids=lambda page: page.stem)
def test_the_code_on_a_written_page_runs(page, tmp_path):
    script = tmp_path / f"{page.stem}.py"
    script.write_text(with_checks(code_of(page)), "utf-8")
    env = {**os.environ, "NNFUND_DATA_POLICY": "embedded", "MPLBACKEND": "Agg", "PYTHONUTF8": "1"}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", WRITTEN, ids=NAMES)
def test_the_links_of_a_written_page_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`\n]*`(?![^\[\n]*\]\()", "", page.read_text("utf-8"), flags=re.S)
    for target, place in LINK.findall(text):
        path = page.parent / target if target else page
        if path.parent.name == "tutorials":
            path = REPOSITORY / "tutorials_src" / path.name
        assert path.exists(), target
        assert not place or place in anchors(path), f"{target}#{place}"


def test_what_stands_behind_an_arrow_is_checked():
    assert with_checks("1 + 1  # → 2\n") == "assert str(1 + 1) == '2', 1 + 1\n"
    assert EXPECTED.findall((DOCS / "cheat_sheet.md").read_text("utf-8"))
