"""The code that a reader sees fits the column of a page, and carries no notes to our formatter."""

from pathlib import Path

import pytest
from pagebuild.source import find_pages, read_page

REPOSITORY = Path(__file__).parents[1]
PAGES = [read_page(path) for path in find_pages(REPOSITORY / "tutorials_src")]
COLUMN = 77  # characters of a cell that show at 1280 pixels without scrolling
HIDDEN = {"hide_input", "remove_cell"}


def visible_lines(page):
    for cell in page.code_cells:
        if not HIDDEN & cell.tags:
            yield from enumerate(cell.text.splitlines(), cell.line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_line_of_visible_code_is_wider_than_the_column(page):
    wide = [f"{number}: {line}" for number, line in visible_lines(page) if len(line) > COLUMN]
    assert not wide, f"break these with names or a trailing comma, so that nobody has to scroll: {wide}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_visible_code_carries_no_notes_to_tools(page):
    noted = [line for _, line in visible_lines(page) if "# fmt:" in line or "# noqa" in line]
    assert not noted, f"write them so that no tool needs a note: {noted}"
