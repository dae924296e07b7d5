"""Exercises on the site: a page per tutorial, its downloads, the list, and solutions that must pass."""

import shutil

import pytest

from .conftest import REPOSITORY, make_project

PAGE = "# %% [markdown]\n# # Tensors\n#\n# Opening.\n#\n# ## Exercises\n#\n# 1. By hand.\n\n# %%\n2\n"
SOLUTION = "nnfund/exercises/solutions/02_one_hot.py"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("exercises"))
    project.write("02_tensors", PAGE)
    project.write("03_other", PAGE)
    for part in ("catalogue", "solutions"):
        for path in (project.root / "nnfund" / "exercises" / part).glob("*.py"):
            if path.name != "02_one_hot.py":
                path.unlink()
    shutil.copytree(REPOSITORY / "docs" / "exercises", project.root / "docs" / "exercises")
    done = project.build()
    assert done.returncode == 0, done.stderr
    return project


@pytest.mark.parametrize(
    "html",
    [
        '<h2 id="02-one-hot">One-hot labels without a loop',
        '<a download href="02-one-hot.py">',
        " kB)",
        "nnfund check",
        "NotImplementedError",
        "<summary>Hint 1 of 4</summary>",
        '<details class="success">\n<summary>Solution</summary>',
        "This solution was graded when the page was built. All 5 checks pass.",
        '<a href="../../tutorials/02_tensors/">Tensors</a>',
    ],
)
def test_the_page_of_a_tutorials_exercises_shows(built, html):
    assert html in (built.root / "site/exercises/02_tensors/index.html").read_text("utf-8")


def test_the_download_is_what_the_command_writes(built):
    from nnfund.exercises import find_exercises

    (exercise,) = find_exercises("02-one-hot")
    assert (built.root / "site/exercises/02_tensors/02-one-hot.py").read_text("utf-8") == exercise.stub


def test_the_tutorial_and_the_list_link_them(built):
    place = "exercises/02_tensors/#02-one-hot"
    assert f'<a href="../../{place}">One-hot labels without a loop</a> (basic)' in built.page("02_tensors")
    assert "nnfund exercises start" not in built.page("03_other")
    assert not (built.root / "site/exercises/03_other").exists()
    listed = (built.root / "site/exercises/index.html").read_text("utf-8")
    assert '<a href="02_tensors/#02-one-hot">' in listed


def test_a_solution_is_graded_once_and_one_that_fails_stops_a_strict_build(built):
    (kept,) = (built.root / ".cache" / "exercises").iterdir()
    kept.write_text(kept.read_text("utf-8").replace("when the page", "and kept when the page"))
    assert built.build().returncode == 0
    assert "graded and kept" in (built.root / "site/exercises/02_tensors/index.html").read_text("utf-8")
    path = built.root / SOLUTION
    path.write_text(path.read_text("utf-8").replace(".float()", ".long()"), "utf-8")
    done = built.build()
    assert done.returncode == 1
    assert "02_one_hot.py: the solution does not pass: The dtype torch.float32 is asked" in done.stderr
