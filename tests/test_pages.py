"""What every page owes its reader, read from its source. The build executes it; here nothing is.

What only the misconceptions pages owe is in test_misconceptions.py.
"""

import json
import re
from pathlib import Path

import pytest
from pagebuild.source import PageSource, find_pages, read_page

REPOSITORY = Path(__file__).parents[1]
PAGES = [read_page(path) for path in find_pages(REPOSITORY / "tutorials_src")]
BELITTLING = r"\b(simply|just|obviously|of course|trivially|clearly)\b"


def prose(page: PageSource) -> str:
    return "\n\n".join(cell.text for cell in page.cells if not cell.is_code)


def code(page: PageSource) -> str:
    return "\n\n".join(cell.text for cell in page.code_cells)


each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
TUTORIALS = [page for page in PAGES if page.name[0].isdigit()]
each_tutorial = pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.name)


@each_tutorial
def test_a_tutorial_ends_in_questions_exercises_a_summary_and_reading(page):
    headings = re.findall(r"^## (.+)$", prose(page), re.M)
    assert headings[-4:] == ["Check yourself", "Exercises", "Summary", "Further reading"]
    assert prose(page).count('??? question "') >= 3


@each_tutorial
def test_a_tutorial_shows_and_predicts_and_claims(page):
    figures = sum(len(cell.alts) for cell in page.code_cells)
    assert figures >= 3
    assert re.search(r"\bpredict\b|before you (look|read on)", prose(page), re.I)
    assert re.search(r"^\s*claim\(", code(page), re.M)


@each_page
def test_alt_texts_say_what_a_figure_shows(page):
    for alt in (alt for cell in page.code_cells for alt in cell.alts):
        assert len(alt) > 40, alt
        assert not re.match(r"(a )?(plot|figure|image|picture|graph) of\b", alt, re.I), alt


@each_page
def test_no_word_makes_a_beginner_feel_slow(page):
    found = re.search(BELITTLING, prose(page), re.I)
    assert not found, found


@each_page
def test_a_page_links_the_glossary_and_says_how_long_it_runs(page):
    assert prose(page).count("../glossary.md#") >= 5
    times = json.loads((REPOSITORY / "tutorials_src" / "run_times.json").read_text("utf-8"))
    assert times[page.name] <= 240, "run `make times` when a page changed"


@each_page
def test_a_page_is_a_script_too(page):
    compile(page.path.read_text("utf-8"), page.path, "exec")
    assert not re.search(r"\bget_ipython\b|^\s*[%!]", code(page), re.M)
    assert not re.search(r"\bdisplay\(", code(page)), "print, plt.show or claim work in scripts too"
