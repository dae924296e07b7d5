"""The path through the tutorials: its order, its arrows, what is wrong with it, and its picture."""

import re
from pathlib import Path

import pytest
import yaml
from pagebuild.learning_path import PathError, Stop, learning_path, links_in, parts_in
from pagebuild.path_picture import with_path
from pagebuild.source import find_pages, read_page

from .conftest import HEADER, REPOSITORY

ORDER = [("Start", "01_a"), ("Start", "02_b"), ("More", "03_c"), ("More", "04_d")]


def after(know_first: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {stop.name: stop.after for stop in learning_path(ORDER, know_first)}


def test_what_another_prerequisite_asks_for_is_left_out() -> None:
    found = after(
        {
            "02_b": "[A](01_a.py)",
            "03_c": "[A](01_a.py), [B](02_b.py)",
            "04_d": "[A](01_a.py), [B](02_b.py#part) and [C](03_c.py)",
        }
    )
    assert found == {"01_a": (), "02_b": ("01_a",), "03_c": ("02_b",), "04_d": ("03_c",)}


def test_two_ways_that_do_not_meet_are_both_kept() -> None:
    found = after({"02_b": "[A](01_a.py)", "03_c": "[A](01_a.py)", "04_d": "[C](03_c.py), [B](02_b.py)"})
    assert found["04_d"] == ("02_b", "03_c")


@pytest.mark.parametrize(
    ("know_first", "message"),
    [
        ({"02_b": "[D](04_d.py)"}, "02_b: know_first links 04_d.py, which comes later"),
        ({"02_b": "[B](02_b.py)"}, "02_b: know_first links 02_b.py, which is the page itself"),
        ({"02_b": "[C](03_c.py)", "03_c": "[B](02_b.py)"}, "02_b: know_first links 03_c.py"),  # a circle
        ({"02_b": "[Z](09_z.py)"}, "09_z.py, which mkdocs.yml lists in no part"),
    ],
)
def test_a_wrong_order_is_named(know_first: dict[str, str], message: str) -> None:
    with pytest.raises(PathError, match=re.escape(message)):
        learning_path(ORDER, know_first)


def test_links_to_what_is_no_tutorial_are_no_arrows() -> None:
    text = "[home](../index.md), [M](misconceptions_losses.py), [A](01_a.py), [A again](01_a.py#x)"
    assert links_in(text) == ("01_a",)


def test_the_order_and_the_parts_are_those_of_the_navigation() -> None:
    nav = ["index.md", {"Learn": [{"One": ["tutorials/02_b.py", {"Named": "tutorials/01_a.py"}]}]}]
    assert parts_in(nav) == [("One", "02_b"), ("One", "01_a")]


def test_the_real_path_has_every_tutorial_and_says_all_that_the_headers_say() -> None:
    text = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    nav = yaml.safe_load(text[text.index("\nnav:") :])["nav"]
    pages = [path for path in find_pages(REPOSITORY / "tutorials_src") if path.stem[:2].isdigit()]
    know_first = {path.stem: read_page(path).facts.know_first for path in pages}
    stops = learning_path(parts_in(nav), know_first)
    assert [stop.name for stop in stops] == [path.stem for path in pages]

    reached: dict[str, set[str]] = {}
    for stop in stops:
        reached[stop.name] = set(stop.after).union(*(reached[name] for name in stop.after))
        assert reached[stop.name] >= set(links_in(know_first[stop.name]))
        asked_by_others = set().union(*(reached[name] for name in stop.after))
        assert not asked_by_others & set(stop.after), f"{stop.name} has an arrow too many"


PAGE = "Before.\n\n<!-- path: the build draws the tutorials here, and says of each part\n{}\n-->\n\nAfter.\n"
STOPS = [Stop("01_a", "Start", ()), Stop("02_b", "More & more", ("01_a",))]


def drawn(page: str) -> str:
    return with_path(page, lambda: STOPS, lambda name: f"<{name}>", lambda name: f"tutorials/{name}/")


def test_the_picture_is_a_list_of_links_with_what_comes_before() -> None:
    page = drawn(PAGE.format("Start: First: this.\nMore & more: Then that."))
    assert page.startswith("Before.\n\n<nav")
    assert page.endswith("</nav>\n\nAfter.\n")
    assert re.findall(r'<a href="(.*?)">', page) == ["tutorials/01_a/", "tutorials/02_b/"]
    assert "First: this." in page
    assert "More &amp; more" in page
    assert re.findall(r'"nn-after">(.*?)<', page) == ["after &lt;01_a&gt;"]
    assert page.count("<path ") == 1
    assert "\n\n" not in page[page.index("<nav") : page.index("</nav>")], "Markdown would end it there"


def test_parts_that_are_not_those_of_the_navigation_are_named() -> None:
    with pytest.raises(PathError, match=r"\['Start', 'Other'\].*\['Start', 'More & more'\]"):
        drawn(PAGE.format("Start: This.\nOther: That."))


def test_a_page_without_the_marker_is_left_alone() -> None:
    assert drawn("# Home\n") == "# Home\n"


def test_a_prerequisite_that_comes_later_fails_the_build(project) -> None:
    (project.root / "docs" / "index.md").write_text("# Home\n\n" + PAGE.format("Start: This."))
    nav = "nav: [index.md, api.md, {Learn: [{Start: [tutorials/01_a.py, tutorials/02_b.py]}]}]\n"
    with (project.root / "mkdocs.yml").open("a") as settings:
        settings.write(nav)
    project.write("01_a", "# %%\nprint('a')\n")
    project.write("02_b", "# %%\nprint('b')\n", HEADER.replace("../index.md", "01_a.py"))
    done = project.build()
    assert done.returncode == 0, done.stderr
    home = Path(project.root / "site" / "index.html").read_text("utf-8")
    assert re.findall(r'<a href="(tutorials/.*?)"><span class="nn-number">', home) == [
        "tutorials/01_a/",
        "tutorials/02_b/",
    ]
    project.write("01_a", "# %%\nprint('a')\n", HEADER.replace("../index.md", "02_b.py"))
    done = project.build()
    assert done.returncode != 0
    assert "01_a: know_first links 02_b.py, which comes later" in done.stderr
