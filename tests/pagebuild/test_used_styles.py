"""Rules that can match nothing are left out, and nothing else changes."""

import pytest
from pagebuild.used_styles import classes_in, used_styles


def styles(css: str, *, classes: str = "used other", scripts: tuple[str, ...] = ()) -> str:
    return used_styles(css, classes=set(classes.split()), scripts=scripts)


def test_the_classes_of_a_page_are_those_of_its_elements():
    page = '<p class="a b">x</p><i class=c></i><p class="">y</p><code>class</code>'
    assert classes_in(page) == {"a", "b", "c"}


@pytest.mark.parametrize(
    ("css", "left"),
    [
        (".used{a:b}.gone{a:b}", ".used{a:b}"),
        (".gone,p .used{a:b}", "p .used{a:b}"),
        (".used .gone::before{a:b}", ""),
        ("p:is(.gone,.used,a>b){a:b}", "p:is(.used,a>b){a:b}"),
        ("p:is(.gone){a:b}", ""),
        (":where(.gone,.used) a{a:b}", ":where(.used) a{a:b}"),
        ("p:has(> .gone){a:b}", ""),
        (".used:not(.gone){a:b}", ".used:not(.gone){a:b}"),  # true of all, not of none
        ("@media print{.gone{a:b}.used{a:b}}", "@media print{.used{a:b}}"),
        ("@media print{.gone{a:b}}", ""),
        ("@supports (a:b){@media print{.gone{a:b}}p{a:b}}", "@supports (a:b){p{a:b}}"),
        ("@font-face{src:url(a.woff2)}", "@font-face{src:url(a.woff2)}"),
        ("@keyframes gone{0%{a:b}}", "@keyframes gone{0%{a:b}}"),
        ("[dir=rtl] p{a:b}[dir=ltr] p{a:b}", "[dir=ltr] p{a:b}"),
        ('a[href^=".gone"]{a:b}', 'a[href^=".gone"]{a:b}'),
        ("p{background:url(a.gone)}", "p{background:url(a.gone)}"),
    ],
)
def test_a_rule_that_asks_for_an_absent_class_goes(css, left):
    assert styles(css) == left


def test_a_script_may_set_a_class_or_put_its_name_together():
    css = ".set{a:b}.tip--on{a:b}.tip__in{a:b}.top--on{a:b}"
    assert styles(css, scripts=('e.className="set"', '"tip--"+state')) == (
        ".set{a:b}.tip--on{a:b}.tip__in{a:b}"
    )


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p :is(.used,.other):hover{a:b}", "p .used:hover,p .other:hover{a:b}"),
        ("p>b:is(.used,.other){a:b}", "p>b.used,p>b.other{a:b}"),
        ("p :is(h1,h2){a:b}", "p h1,p h2{a:b}"),
        ("p :is(h1,.used){a:b}", "p :is(h1,.used){a:b}"),  # as heavy as a class: no tag alone is
        (".used:is(h1,h2){a:b}", ".used:is(h1,h2){a:b}"),  # .usedh1 would be another class
        (":is(.used,.other) p{a:b}", ":is(.used,.other) p{a:b}"),  # not at the end
    ],
)
def test_a_choice_among_equals_at_the_end_is_spelled_out(css, left):
    assert styles(css) == left
