"""What a strict build publishes: Material's Markdown, outputs, figures, notebook and script."""

import filecmp
import json
import re
import shutil

import pytest

from .conftest import SmallProject, make_project

RICH = """\
# %% [markdown]
# # A rich page
#
# It uses [`claim`][nnfund.claims.claim], [another page](02_b.py#below), [home](../index.md#batch)
# and $e^{i\\pi}$.
#
# !!! tip "A tip"
#     Inside.
#
# === "One"
#     First tab.
# === "Two"
#     Second tab.
#
# | a | b |
# |---|---|
# | 1 | 2 |
#
# A note.[^1]
#
# [^1]: Down here.
#
# ```python
# x = 1  # (1)!
# ```
#
# 1. Annotated.
#
# ??? question "A question"
#     Its answer.

# %%
print("``` not the end")
print(object())
object()

# %% tags=["hide_input"]
secret = 1
from nnfund import claim
claim(f"One *is* {secret} and $x_1$.", secret == 1)
claim("One is no other number.", secret == 1)

# %% alt="A line [goes] up, then \\"down\\" & *again*"
import matplotlib.pyplot as plt
plt.plot([1, 3, 2])
plt.show()

# %% tags=["raises-exception"]
[][0]

# %% tags=["hide_output"]
print("unseen")

# %% tags=["remove_cell"]
print("never shown")
"""


@pytest.fixture(scope="module")
def rich_build(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("rich"))
    project.write("01_a", RICH)
    project.write("02_b", "# %% [markdown]\n# # Another\n#\n# Text.\n#\n# ## Below\n")
    done = project.build()
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize(
    "html",
    [
        '<div class="admonition tip">',
        '<div class="tabbed-set',
        "<table>",
        '<div class="footnote">',
        "# (1)!",  # Material's script makes it a button that shows the list below
        '<details class="question">',
        'href="../../api/#nnfund.claims.claim"',
        '<a href="../02_b/#below">another page</a>',
        '<a href="../../#batch">home</a>',
        "<math",
        "<li>read a small page</li>",
        '<a href="01_a.ipynb" download>Notebook (',
        'href="01_a.py"',
        "https://colab.research.google.com/github/example/nnfund/blob/notebooks/01_a/01_a.ipynb",
        "``` not the end",
        "object object at 0x…",
        "One <em>is</em> 1 and <math",
        "(checked when this page was built)",
        'alt="A line [goes] up, then &quot;down&quot; &amp; *again*"',
        'src="figure-1.light.svg#only-light"',
        'src="figure-1.dark.svg#only-dark"',
        'loading="lazy"',
        "IndexError: list index out of range",
        "unseen",
    ],
)
def test_a_page_shows(rich_build, html):
    assert html in rich_build.page("01_a")


def test_only_the_first_claim_has_a_tooltip(rich_build):
    marks = re.findall(r'<span class="nb-checked"[^>]*>', rich_build.page("01_a"))
    assert marks == [
        '<span class="nb-checked" title="Checked when this page was built">',
        '<span class="nb-checked">',
    ]


@pytest.mark.parametrize("html", ["secret", "never shown", "Traceback", "arithmatex", "base64"])
def test_a_page_does_not_show(rich_build, html):
    assert html not in rich_build.page("01_a")


def test_hidden_output_is_not_shown(rich_build):
    assert rich_build.page("01_a").count("unseen") == 1  # in the code, not below it


def test_images_have_their_size(rich_build):
    for tag in re.findall(r"<img [^>]*nb-fig[^>]*>", rich_build.page("01_a")):
        assert re.search(r'width="\d+"', tag)
        assert re.search(r'height="\d+"', tag)


def test_the_page_is_edited_where_it_is_written(rich_build):
    path = rich_build.root / "mkdocs.yml"
    path.write_text(path.read_text().replace("font: false", "font: false, features: [content.action.edit]"))
    assert rich_build.build().returncode == 0
    assert "https://github.com/example/nnfund/edit/main/tutorials_src/01_a.py" in rich_build.page("01_a")


def test_the_notebook_is_published_with_its_outputs_and_runs_elsewhere(rich_build):
    folder = rich_build.root / "site" / "tutorials" / "01_a"
    notebook = json.loads((folder / "01_a.ipynb").read_text("utf-8"))
    install = notebook["cells"][1]
    assert "%pip install" in "".join(install["source"])
    kinds = [output["output_type"] for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert {"stream", "execute_result", "display_data", "error"} <= set(kinds)
    text = "".join(notebook["cells"][0]["source"])
    assert "https://example.org/small/tutorials/02_b/#below" in text
    assert "https://example.org/small/#batch" in text
    assert "> **A tip**" in text
    assert "!!!" not in text
    assert (folder / "01_a.py").read_text() == (rich_build.root / "tutorials_src" / "01_a.py").read_text()


def test_two_clean_builds_are_byte_identical_wherever_they_are_made(rich_build, tmp_path):
    elsewhere = SmallProject(tmp_path / "elsewhere")
    shutil.copytree(
        rich_build.root, elsewhere.root, ignore=shutil.ignore_patterns(".cache", "site", "__pycache__")
    )
    assert rich_build.build().returncode == 0
    assert elsewhere.build().returncode == 0
    assert differences(filecmp.dircmp(rich_build.root / "site", elsewhere.root / "site")) == []


def differences(compared: filecmp.dircmp) -> list[str]:
    _, changed, errors = filecmp.cmpfiles(compared.left, compared.right, compared.common_files, shallow=False)
    found = [*compared.left_only, *compared.right_only, *changed, *errors]
    return found + [name for sub in compared.subdirs.values() for name in differences(sub)]
