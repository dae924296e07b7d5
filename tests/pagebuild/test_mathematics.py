import io

import pytest
from fontTools.ttLib import TTFont
from pagebuild.mathematics import MathError, characters_of, make_font, render_formulas, to_mathml


def test_formulas_become_mathml_and_nothing_else_changes():
    page = '<p>If <span class="arithmatex">\\(a &lt; b\\)</span>, <code>\\(x\\)</code></p>'
    page += '<div class="arithmatex">\\[\\begin{aligned} a &amp;= b \\end{aligned}\\]</div>'
    rendered = render_formulas(page)
    assert rendered.count("<math") == 2
    assert rendered.count('display="block"') == 1
    assert "<mo>&lt;</mo>" in rendered
    assert rendered.endswith("</div>")
    assert "<code>\\(x\\)</code>" in rendered
    assert "annotation" not in rendered


@pytest.mark.parametrize("tex", [r"\frac{1}{", r"\notacommand", r"\begin{aligned}", r"x^2^3", "é"])
def test_invalid_math_is_refused_with_the_formula(tex):
    with pytest.raises(MathError, match="invalid math") as raised:
        render_formulas(f'<span class="arithmatex">\\({tex}\\)</span>')
    assert tex in str(raised.value)


@pytest.mark.parametrize(
    ("tex", "letter"),
    [
        (r"\mathbf{W}", "𝐖"),
        (r"\boldsymbol{\delta}", "𝜹"),
        (r"\mathbb{R}", "ℝ"),
        (r"\mathcal{L}", "ℒ"),
        (r"\mathfrak{C}", "ℭ"),
        (r"\mathbf{0}", "𝟎"),
        (r"\mathrm{d}", '<mi mathvariant="normal">d</mi>'),
    ],
)
def test_styled_letters_are_unicode_s_own_because_browsers_no_longer_read_mathvariant(tex, letter):
    assert letter in to_mathml(tex, display=False)


@pytest.mark.parametrize(
    ("tex", "spaces"),
    [(r"\ln p", 1), (r"\ln(p)", 0), (r"\log\left(x\right)", 0), (r"\max_i z_i", 1), (r"\arg\min_w f", 2)],
)
def test_a_function_s_name_keeps_its_distance_from_an_argument_without_brackets(tex, spaces):
    assert to_mathml(tex, display=False).count("<mspace") == spaces


def test_the_font_holds_what_the_pages_show_and_little_else():
    page = to_mathml(r"\sum_i \mathbf{x}_i \alpha", display=True)
    characters = characters_of(page)
    assert characters == set("∑i𝐱α")
    font = make_font(characters)
    assert font[:4] == b"wOF2"
    assert len(font) < 40_000
    table = TTFont(io.BytesIO(font))
    assert "MATH" in table
    codes = set(table.getBestCmap())
    # 𝑖 and 𝛼: what a browser shows for a lone i and α; √: what it draws for <msqrt>
    assert {ord(char) for char in "∑𝐱α𝑖𝛼√"} <= codes
    assert ord("z") not in codes


def test_the_font_is_the_same_every_time():
    assert make_font({"x", "+"}) == make_font({"+", "x"})
