"""Terms: each is linked where the path through the tutorials first uses it, and explained there."""

import re
from pathlib import Path

import pytest
from pagebuild.glossary import LENGTH, definitions, with_tooltips
from pagebuild.source import PageSource, find_pages, read_page

REPOSITORY = Path(__file__).parents[1]
GLOSSARY = REPOSITORY / "docs" / "glossary.md"
PAGES = [read_page(path) for path in find_pages(REPOSITORY / "tutorials_src")]
TERMS = {m[2]: m[1] for m in re.finditer(r"^### (.+?) \{ #([\w-]+) \}", GLOSSARY.read_text("utf-8"), re.M)}
LINK = re.compile(r"\[[^\]]*\]\([^)]*?glossary\.md#([\w-]+)\)")

# Words that English uses in other senses too: where they are the term, a reader's eye has to tell.
ALSO_EVERYDAY = {
    *("in-place", "leak", "unit", "prediction", "entropy", "module", "shape", "claim", "hook"),
    *("bottleneck", "mask"),
}


def sections(page: PageSource) -> list[str]:
    """Return the prose of each section, without code, formulas and the list of sources."""
    text = "\n\n".join(cell.text for cell in page.cells if not cell.is_code)
    text = text.partition("## Further reading")[0]
    text = re.sub(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", " ", text, flags=re.S)
    return re.split(r"^## ", text, flags=re.M)


def names(term: str) -> list[str]:
    """Return how a term is written: `Multilayer perceptron (MLP)` has two names."""
    return [name for name in re.split(r" \(|\)", term) if name]


def uses(text: str, term: str) -> bool:
    """Whether `text` uses the term outside of links."""
    text = re.sub(r"\[[^\]]*\](\([^)]*\)|\[[^\]]*\])|^#.*$", " ", text, flags=re.M)
    patterns = (rf"\b{re.escape(name)}(s|es)?\b".replace(r"\ ", r"\s+") for name in names(term))
    return any(re.search(pattern, text, re.I) for pattern in patterns)


def used_before_explained(pages: list[PageSource], terms: dict[str, str]) -> list[str]:
    """List the terms that a section uses although no link to them came before, nor stands in that section."""
    linked, found = set(), []
    for page in pages:
        for number, section in enumerate(sections(page)):
            linked |= set(LINK.findall(section))
            if number == 0:
                continue  # the title's section says what the page is about: its words are explained below
            for anchor in terms.keys() - linked - ALSO_EVERYDAY:
                if uses(section, terms[anchor]):
                    found.append(f"{page.name}, section {section.splitlines()[0]!r}: {terms[anchor]}")
                    linked.add(anchor)
    return found


def test_a_term_is_linked_where_it_is_first_used():
    assert used_before_explained(PAGES, TERMS) == []


def test_the_check_of_terms_finds_one_that_comes_too_early():
    assert used_before_explained(PAGES[:1], TERMS | {"here": "points"})
    assert not used_before_explained(PAGES[:1], TERMS)


def test_every_entry_has_a_definition_or_a_formula():
    text = GLOSSARY.read_text("utf-8")
    for anchor in TERMS.keys() - definitions(GLOSSARY).keys():
        entry = text.split(f"{{ #{anchor} }}")[1].split("###")[0]
        assert "$" in entry, anchor


def test_definitions_are_plain_and_short():
    for anchor, text in definitions(GLOSSARY).items():
        assert len(text) <= LENGTH + 2, anchor
        assert not re.search(r"[\[\]`$]|\*\w", text), text


@pytest.mark.parametrize("href", ["../../glossary/#batch", "glossary/#batch"])
def test_the_first_link_to_a_term_explains_it(href):
    page = f'<a href="{href}">batch</a> <a href="{href}">batches</a> <a href="{href}h">other</a>'
    explained = with_tooltips(page, {"batch": 'The "samples"'})
    assert explained.count("title=") == 1
    assert explained.startswith(f'<a href="{href}" title="The &quot;samples&quot;">batch</a>')


def test_without_a_glossary_nothing_is_explained(tmp_path):
    assert definitions(tmp_path / "glossary.md") == {}
