"""One stylesheet instead of several, with what they hold; scripts that wait; code that has its button."""

import re

from pagebuild.page_head import STYLESHEET, joined, quick_head, settled

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


def listing(kind: str) -> str:
    return f'<div class="language-python {kind}highlight"><pre><span></span><code>f()</code></pre></div>'


def test_code_stands_in_a_wrapper_with_a_button_where_a_reader_would_copy_it():
    page = settled(listing("nb-in ") + listing("doc-signature ") + listing("nb-out no-copy ") + listing(""))
    assert page.count("<span><code>f()</code></span></pre>") == 4
    assert "<pre><code>" not in page
    buttons = re.findall(
        r'<pre id="(.*?)"><span class="md-code__nav"><button .*?data-clipboard-target="(.*?)">', page
    )
    assert buttons == [("__code_0", "#__code_0 code"), ("__code_1", "#__code_1 code")]
    assert (
        page.index("__code_0") < page.index("doc-signature") < page.index("nb-out") < page.index("__code_1")
    )


def test_rules_for_code_hold_for_code_in_its_wrapper(tmp_path):
    (tmp_path / "a.css").write_text(".md-typeset pre>code { margin: 0 }\n", "utf-8")
    assert joined(tmp_path, ("a.css",)) == ".md-typeset pre>:where(span)>code { margin: 0 }\n"


def test_names_in_signatures_and_permalinks_ask_for_no_tooltips():
    page = settled(
        '<span title="torch.Tensor">Tensor</span>'
        '<a class="headerlink" href="#a" title="Link to this section">¶</a>'
        '<a href="#b" class="headerlink" title="Link to this section">¶</a>'
    )
    assert "title=" not in page
    assert page.count('aria-label="Link to this section"') == 2


def test_a_table_stands_in_its_box_and_keeps_its_look():
    page = settled('<table>\n<tr><td>1</td></tr></table><table class="highlighttable"></table>')
    box, _, table = page.partition("<table")
    assert box == '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    assert table.endswith('</table></div></div><table class="highlighttable"></table>')


def test_rules_for_tables_hold_for_those_in_their_box(tmp_path):
    (tmp_path / "a.css").write_text(".md-typeset table:not([class]) { border: 0 }\n", "utf-8")
    table = settled("<table></table>").partition('<table class="')[2].partition('"')[0]
    assert f"table:is(:not([class]),.{table})" in joined(tmp_path, ("a.css",))
