import pytest
from pagebuild.errors import PageError
from pagebuild.source import find_pages, read_page

from .conftest import HEADER

TITLE = "# %% [markdown]\n# # A page\n\n"


def written(tmp_path, text):
    path = tmp_path / "01_a.py"
    path.write_text(text)
    return path


def test_a_page_is_read_into_cells_with_their_places(tmp_path):
    text = HEADER + TITLE + '# %% alt="A line" tags=["hide_input"]\nx = 1\n\n# %% alt=["one", "two"]\ny = 2\n'
    page = read_page(written(tmp_path, text))
    assert (page.name, page.title) == ("01_a", "A page")
    assert page.facts.goals == ("read a small page",)
    title, first, second = page.cells
    assert (title.kind, first.text, second.text) == ("markdown", "x = 1", "y = 2")
    assert (first.alts, first.tags, second.alts) == (("A line",), {"hide_input"}, ("one", "two"))
    lines = text.splitlines()
    assert [lines[cell.line - 1][:4] for cell in page.cells] == ["# %%"] * 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER.replace("#       extension: .py\n", "") + TITLE, "extension: .py"),
        (HEADER.replace("percent", "light") + TITLE, "format_name: percent"),
        (HEADER.replace("# data: none\n", "") + TITLE, r"header must give \['data', 'goals', 'know_first'\]"),
        (
            HEADER.replace("#   - read a small page\n", "#   - a\n#   - b\n#   - c\n#   - d\n") + TITLE,
            "got 4",
        ),
        (HEADER + "# %%\nx = 1\n", "the first cell must be Markdown"),
        (HEADER + TITLE + '# %% tags=["hide-input"]\nx = 1\n', r"01_a.py:\d+: cell tags \['hide-input'\]"),
        (HEADER + TITLE + '# %% figure="A line"\nx = 1\n', r"cell metadata \['figure'\] is not known"),
        (HEADER + TITLE + '# %% alt=""\nx = 1\n', "alt must be a text"),
        (TITLE + "# %%\nx = 1\n", "header"),
    ],
)
def test_what_nobody_would_read_is_refused_by_name_and_place(tmp_path, text, message):
    with pytest.raises(PageError, match=message):
        read_page(written(tmp_path, text))


def test_pages_are_found_in_reading_order_and_helpers_left_out(tmp_path):
    for name in ("misconceptions_c.py", "02_b.py", "01_a.py", "notes.py", "_draft.py", "01_a.md"):
        (tmp_path / name).touch()
    assert [path.name for path in find_pages(tmp_path)] == ["01_a.py", "02_b.py", "misconceptions_c.py"]
