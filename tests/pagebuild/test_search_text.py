"""What the search knows of a page: no outputs, no TeX, and the names in the code."""

import json

import pytest
from pagebuild.plain_formulas import plain, with_plain_formulas
from pagebuild.search_text import names_in, tidy, without_noise


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"x", "x"),
        (r"\sqrt{p (1 - p) / n}", "√(p (1 - p) / n)"),
        (r"\frac{a}{b + 1}", "a/(b + 1)"),
        (r"\frac{\partial L}{\partial w_{ij}}", "(∂ L)/(∂ w_ij)"),
        (r"e^{-x^2}", "e^(-x^2)"),
        (r"\hat{y}_k \approx \boldsymbol{W}\,x", "y_k ≈ W x"),
        (r"\left( \tfrac{1}{2} \right)", "( 1/2 )"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b ; c = d"),
        (r"\ln 10", "ln 10"),
        (r"90\,\%", "90 %"),
    ],
)
def test_a_formula_reads_as_somebody_would_type_it(tex: str, text: str) -> None:
    assert plain(tex) == text


def test_signs_of_html_stay_escaped() -> None:
    assert with_plain_formulas(r"so \(a &lt; b\) &amp; more") == "so a &lt; b &amp; more"
    assert with_plain_formulas(r"\[a \lt b\]") == "a &lt; b"


def test_names_are_those_that_a_reader_would_search() -> None:
    code = '''
from torch import nn
"""A text (with brackets) and optim.SGD."""
model = nn.Sequential(nn.Linear(2, 1), nn.ReLU())  # nn.Tanh() is no more
loss_fn = CrossEntropyLoss
print(len(model), 'nn.GELU()')
loss_fn(model(x), y).backward()
'''
    assert names_in(code) == [
        "nn.Sequential",
        "nn.Linear",
        "nn.ReLU",
        "CrossEntropyLoss",
        "loss_fn",
        "backward",
    ]


def test_an_entry_is_tidied() -> None:
    entry = {
        "location": "tutorials/01_a/#part",
        "title": r"Why \(x^2\)",
        "text": "<p>One.</p> <p> </p> <pre><code>optimizer.zero_grad()\n</code></pre> <p>Two.</p>",
    }
    tidy(entry)
    assert entry["title"] == "Why x^2"
    assert entry["text"] == "<p>One.</p> <p>Two.</p> <p>In the code: <code>optimizer.zero_grad</code></p>"
    assert entry["boost"] > 1


def test_a_function_of_the_reference_is_called_by_its_full_name() -> None:
    entry = {
        "location": "reference/training/#nnfund.training.fit",
        "title": "fit",
        "text": "<pre><code>fit(\n    model: Module,\n    *,\n) -&gt; History\n</code></pre> <p>Train.</p>",
    }
    tidy(entry)
    assert entry["title"] == "<code>nnfund.training.fit</code>"
    assert entry["text"] == "<p><code>fit(model: Module, *) -&gt; History</code></p> <p>Train.</p>"


def test_what_is_no_text_is_marked_for_the_search() -> None:
    page = '<div class="language-text nb-out no-copy"><pre>7</pre></div><p class="nb-out">kept</p>'
    assert without_noise(page).count("data-search-exclude") == 1


def test_the_built_index_has_no_outputs_and_the_page_no_marks(project) -> None:
    project.write("01_a", "# %%\nimport math\n\nprint(math.sqrt(1764))\n")
    assert project.build().returncode == 0
    page = project.page("01_a")
    assert "42.0" in page
    assert "data-search" not in page
    index = json.loads((project.root / "site" / "search" / "search_index.json").read_text("utf-8"))
    texts = [entry["text"] for entry in index["docs"] if entry["location"].startswith("tutorials/01_a/")]
    assert any("math.sqrt" in text for text in texts)
    assert not any("42.0" in text or "Notebook ·" in text for text in texts)
