"""One stylesheet instead of several, with what they hold; scripts that wait."""

from pagebuild.page_head import STYLESHEET, joined, quick_head

HEAD = """<link rel="stylesheet" href="../assets/stylesheets/main.css">
<link rel="stylesheet" href="../assets/page.css">
<title>x</title></head>"""


def test_stylesheets_of_a_page_become_one():
    page, paths = quick_head(HEAD)
    assert page == f'<link rel="stylesheet" href="../{STYLESHEET}">\n<title>x</title></head>'
    assert paths == ("assets/stylesheets/main.css", "assets/page.css")


def test_a_page_without_stylesheets_stays():
    assert quick_head("<title>x</title>") == ("<title>x</title>", ())


def test_stylesheets_of_other_places_stay():
    page = HEAD.replace("../assets/page.css", "https://example.org/page.css")
    assert quick_head(page) == (page, ())


def test_scripts_wait_and_ours_runs_before_materials():
    page, _ = quick_head('<script src="../assets/javascripts/bundle.1.min.js"></script>')
    first, second = page.splitlines()
    assert 'src="../assets/before_material.js" defer' in first
    assert 'src="../assets/javascripts/bundle.1.min.js" defer' in second


def test_styles_are_joined_in_order_without_comments_and_find_their_files(tmp_path):
    (tmp_path / "assets/styles").mkdir(parents=True)
    (tmp_path / "assets/styles/a.css").write_text(
        "/* a */ a { src: url('../f.woff2') } b { src: url(data:,) }"
    )
    (tmp_path / "assets/b.css").write_text("b {\n  src: url(fonts/f.woff2);\n}\n")
    joint = joined(tmp_path, ("assets/styles/a.css", "assets/b.css"))
    assert joint == ("a { src: url('f.woff2') } b { src: url(data:,) }\nb {\nsrc: url(fonts/f.woff2);\n}\n")
