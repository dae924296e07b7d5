"""The misconceptions pages: each section runs what is often written, and the overview lists them all."""

import re
from pathlib import Path

import pytest
from markdown.extensions.toc import slugify
from pagebuild.source import Cell, PageSource, find_pages, read_page

REPOSITORY = Path(__file__).parents[1]
SOURCES = REPOSITORY / "tutorials_src"
NAV = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
PATHS = [path for path in find_pages(SOURCES) if path.stem.startswith("misconceptions_")]
PAGES = [read_page(path) for path in sorted(PATHS, key=lambda path: NAV.find(path.name))]
OVERVIEW = REPOSITORY / "docs" / "misconceptions.md"


def sections(page: PageSource) -> list[list[Cell]]:
    """Return the cells of each section: one begins where a cell begins with `## `."""
    found: list[list[Cell]] = []
    for cell in page.cells:
        if not cell.is_code and cell.text.startswith("## "):
            found.append([])
        if found:
            found[-1].append(cell)
    return found


def heading(section: list[Cell]) -> str:
    return section[0].text.splitlines()[0].removeprefix("## ")


EACH = [
    pytest.param(section, id=f"{page.name}-{slugify(heading(section), '-')}")
    for page in PAGES
    for section in sections(page)
]


@pytest.mark.parametrize("section", EACH)
def test_a_section_runs_what_is_often_written_then_what_is_right_and_says_why(section):
    often, wrong, right, checked, why = section  # this order, nothing between
    assert [cell.is_code for cell in section] == [False, True, True, True, False]
    assert '!!! quote "Often written"\n    ' in often.text
    assert wrong.text.startswith("# wrong\n")
    assert right.text.startswith("# right\n")
    assert re.search(r"^claim\(", checked.text, re.M)
    assert "hide_input" in checked.tags
    assert why.text.startswith("**Why.** ")
    tutorials = re.findall(r"\]\((\d\d_\w+\.py)\)", why.text)
    assert tutorials, "link the page that shows it"
    assert all((SOURCES / name).is_file() for name in tutorials)


def test_every_page_is_in_the_navigation():
    assert all(f"tutorials/{path.name}\n" in NAV for path in PATHS)


def test_there_are_at_least_25():
    assert len(EACH) >= 25


def test_no_two_have_the_same_name():
    names = [heading(section) for page in PAGES for section in sections(page)]
    assert len(set(names)) == len(names)


def test_every_page_counts_its_sections_right():
    words = {7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}
    for page in PAGES:
        count = words[len(sections(page))]
        assert re.search(rf"\b{count}\b", page.facts.goals[0]), f"{page.name} has {count}"


def overview() -> str:
    """Return what the overview has to list: each page with its sections."""
    parts = []
    for page in PAGES:
        link = f"tutorials/{page.path.name}"
        titles = [heading(section) for section in sections(page)]
        parts.append(f"## [{page.title.partition(': ')[2].capitalize()}]({link})")
        parts.append("\n".join(f"- [{title}]({link}#{slugify(title, '-')})" for title in titles))
    return "\n\n".join(parts) + "\n"


def test_the_overview_lists_every_misconception():
    written = OVERVIEW.read_text("utf-8").partition("\n## ")
    assert "## " + written[2] == overview(), "replace the lists in docs/misconceptions.md by what stands here"
