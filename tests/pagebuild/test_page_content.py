"""Code has its button and a table its box before any script runs, and both keep their look."""

import re

from pagebuild.page_content import settled
from pagebuild.page_head import joined


def listing(kind: str) -> str:
    return f'<div class="language-python {kind}highlight"><pre><span></span><code>f()</code></pre></div>'


def test_code_stands_in_a_wrapper_with_a_button_where_a_reader_would_copy_it():
    page = settled(listing("nb-in ") + listing("doc-signature ") + listing("nb-out no-copy ") + listing(""))
    assert page.count("<span><code>f()</code></span></pre>") == 4
    assert "<pre><span></span><code>" not in page
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


def test_a_button_has_a_name_without_a_tooltip():
    page = settled(listing("nb-in "))
    assert re.findall(r"<button [^>]*>", page)[0].count('aria-label="Copy to clipboard"') == 1
    assert "title=" not in page


def test_a_table_stands_in_its_box_and_keeps_its_look():
    page = settled('<table>\n<tr><td>1</td></tr></table><table class="highlighttable"></table>')
    box, _, table = page.partition("<table")
    assert box == '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    assert table.endswith('</table></div></div><table class="highlighttable"></table>')


def test_rules_for_tables_hold_for_those_in_their_box(tmp_path):
    (tmp_path / "a.css").write_text(".md-typeset table:not([class]) { border: 0 }\n", "utf-8")
    table = settled("<table></table>").partition('<table class="')[2].partition('"')[0]
    assert f"table:is(:not([class]),.{table})" in joined(tmp_path, ("a.css",))
