"""Step 3: turn the cells of a page and their outputs into Material's Markdown and figure files."""

import html
import itertools
import re
from dataclasses import dataclass, field

from pagebuild.errors import PageError
from pagebuild.figures import Figure, FigureMaker
from pagebuild.outputs import Outputs
from pagebuild.snippets import Snippet
from pagebuild.source import Cell, PageSource

CHECKED = '<span class="nb-checked"><span>(checked when this page was built)</span></span>'
# The first one on a page has a tooltip. Material makes each by script, which a phone feels.
CHECKED_FIRST = CHECKED.replace(">", ' title="Checked when this page was built">', 1)


@dataclass
class Rendered:
    """A page as Markdown, with the files that it shows and the notices that the build should log."""

    markdown: str
    files: dict[str, bytes] = field(default_factory=dict)  # name within the page's folder -> content
    notices: list[str] = field(default_factory=list)


def render_page(
    page: PageSource,
    outputs: Outputs,
    make_figure: FigureMaker,
    *,
    links: str,
    minutes: str,
    snippets: list[Snippet],
) -> Rendered:
    """Return `page` with `outputs` as Markdown.

    Args:
        page: The page.
        outputs: What each code cell put out. May be empty lists where nothing was executed yet.
        make_figure: Turns an output's data into a figure, or None where there is none.
        links: Markdown for the row of links below the title: notebook, script, Colab.
        minutes: How long the page runs, in words.
        snippets: For each code cell, the script that does what it does; empty where that is unknown.

    Raises:
        PageError: If a figure has no alt text, or an alt text no figure, or an output cannot be shown.
    """
    rendered = Rendered("")
    parts, remaining = [], itertools.zip_longest(outputs, snippets)
    for cell in page.cells:
        if cell.is_code:
            given, snippet = next(remaining)
            if snippet and not snippet.is_cell and not {"hide_input", "remove_cell"} & cell.tags:
                parts.append(snippet_link(snippet, page.name))
                rendered.files[snippet.file_name] = snippet.text.encode()
            parts += _code_cell(page, cell, given, make_figure, rendered)
        elif "remove_cell" not in cell.tags:
            parts.append(cell.text)
    parts[0] = _with_head(parts[0], page, links, minutes)
    rendered.markdown = ("\n\n".join(parts) + "\n").replace(CHECKED, CHECKED_FIRST, 1)
    return rendered


def _with_head(first: str, page: PageSource, links: str, minutes: str) -> str:
    """Put links below the title, and the page's facts below its opening sentence."""
    title, _, rest = first.partition("\n")
    opening, _, rest = rest.strip().partition("\n\n")
    goals = "\n".join(f"- {goal}" for goal in page.facts.goals)
    facts = f"""\
<div class="nb-meta" markdown="1">

**You will be able to**

{goals}

**Know first**
:   {page.facts.know_first}

**Runs in**
:   {minutes}

**Data**
:   {page.facts.data}

</div>"""
    row = f'<div class="nb-links" markdown="1">\n\n{links}\n\n</div>'
    return "\n\n".join(part for part in (title, row, opening, facts, rest) if part)


def snippet_link(snippet: Snippet, folder: str) -> str:
    """Return the link to the script that does what a cell does."""
    size = f"{snippet.text.count(chr(10))} lines, {size_of(snippet.text.encode())}"
    title = f"Copy this cell with all that it needs: {size}"
    return f'[With what it needs]({folder}/{snippet.file_name} "{title}"){{ .nb-needs download }}'


def _code_cell(
    page: PageSource, cell: Cell, outputs: list[dict], make_figure: FigureMaker, rendered: Rendered
) -> list:
    if "remove_cell" in cell.tags or not cell.text.strip():
        return []
    parts = [] if "hide_input" in cell.tags else [fence(cell.text, "{ .python .nb-in }")]
    alts = list(cell.alts)
    for output in outputs if "hide_output" not in cell.tags else ():
        parts.append(_output(page, cell, output, alts, make_figure, rendered))
    if alts and outputs:
        raise PageError(page.name, f"{len(alts)} alt text(s) more than figures: {alts}", line=cell.line)
    return parts


def _output(
    page: PageSource, cell: Cell, output: dict, alts: list[str], make_figure: FigureMaker, rendered: Rendered
) -> str:
    kind = output["output_type"]
    if kind == "stream":
        return fence(output["text"].rstrip("\n"), "{ .text .nb-out .no-copy }")
    if kind == "error":
        return fence("\n".join(output["traceback"]), "{ .text .nb-out .nb-err .no-copy }")
    data, role = output["data"], output["metadata"].get("nnfund", {})
    if "claim" in role:
        return f'<div class="nb-claim" markdown="1">\n\n{role["claim"]} {CHECKED}\n\n</div>'
    if "notice" in role:
        rendered.notices.append(role["notice"])
        return f'!!! info "Note"\n\n{indented(role["notice"])}'
    try:
        figure = make_figure(data)
    except ValueError as error:
        raise PageError(page.name, str(error), line=cell.line) from error
    if figure:
        if not alts:
            raise PageError(page.name, 'a figure has no alt text: write `# %% alt="..."`', line=cell.line)
        return _figure(page.name, figure, alts.pop(0), rendered)
    if "text/markdown" in data:
        return data["text/markdown"]
    if "text/html" in data:
        return f'<div class="nb-html">\n{data["text/html"]}\n</div>'
    if "text/plain" in data:
        return fence(data["text/plain"], "{ .text .nb-out .no-copy }")
    raise PageError(page.name, f"an output of type {sorted(data)} cannot be shown", line=cell.line)


def _figure(folder: str, figure: Figure, alt: str, rendered: Rendered) -> str:
    number = 1 + sum(
        name.endswith(f".light.{ending}") for name in rendered.files for ending in ("svg", "webp")
    )
    images = []
    for scheme, content in figure.files.items():
        name = f"figure-{number}.{scheme}.{figure.extension}"
        rendered.files[name] = content
        text = re.sub(r"([\\`*_\[\]<>])", r"\\\1", html.escape(alt, quote=False))
        size = f'width="{figure.width}" height="{figure.height}"'
        images.append(f"![{text}]({folder}/{name}#only-{scheme}){{ {size} loading=lazy .nb-fig }}")
    return "\n".join(images)


def fence(text: str, info: str) -> str:
    """Wrap `text` in a fence that none of its own lines can close."""
    longest = max((len(run) for run in re.findall(r"^\s*(`{3,})", text, re.M)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{info}\n{text}\n{ticks}"


def size_of(content: bytes) -> str:
    """Return the size of a file to download, in words."""
    kilobytes = len(content) / 1000
    return f"{kilobytes:.1f} kB" if kilobytes < 9.95 else f"{kilobytes:.0f} kB"


def slimmed(page: str) -> str:
    """Return the HTML of a page without what a browser does not show.

    The highlighter's marks for names, operators, brackets and spaces make up a third of a page's tags, and
    read as well in the colour of plain text. Templates leave indents and empty lines, and Material's scripts
    for content tabs.
    """
    if 'class="tabbed-set' not in page:
        page = re.sub(r"<script>var (tabs|target)=.*?</script>", "", page, flags=re.S)
    page = re.sub(r'<span class="[nopw]">([^<]*)</span>', r"\1", page)
    parts = re.split(r"(<(pre|script|style|textarea)\b.*?</\2>)", page, flags=re.S)
    # split() gives: text, kept element, its tag's name, text, ...
    return "".join(
        part if kind == 1 else re.sub(r"\s*\n\s*", "\n", part)
        for part, kind in zip(parts, itertools.cycle((0, 1, 2)))
        if kind < 2
    )


def indented(text: str) -> str:
    """Return `text` as the body of an admonition."""
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
