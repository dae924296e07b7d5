"""Step 4: the notebook that readers download: the page, its outputs, and what it needs to run elsewhere."""

import base64
import copy
import re
from contextlib import suppress

import nbformat

from pagebuild.figures import SCHEMES, FigureMaker
from pagebuild.outputs import Outputs
from pagebuild.source import Cell, PageSource

INSTALL = """\
# Elsewhere, such as in Colab, nnfund may be missing: this installs it.
import importlib.util

if importlib.util.find_spec("nnfund") is None:
    %pip install -q "nnfund @ git+{repository}"\
"""


def make_notebook(
    page: PageSource, outputs: Outputs, make_figure: FigureMaker, *, page_url: str, repository: str
) -> str:
    """Return the notebook of `page` as JSON text.

    Args:
        page: The page.
        outputs: What each code cell put out.
        make_figure: Turns an output's data into a figure, or None where there is none.
        page_url: Where the page is published; links to other pages start from there.
        repository: The address from which nnfund is installed where it is missing.
    """
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    remaining = iter(outputs)
    for number, cell in enumerate(page.cells):
        if cell.is_code:
            notebook.cells.append(_code_cell(cell, next(remaining), number, make_figure))
        else:
            text = plain_markdown(cell.text, page_url)
            notebook.cells.append(nbformat.v4.new_markdown_cell(text, id=f"c{number}"))
    install = nbformat.v4.new_code_cell(INSTALL.format(repository=repository), id="install")
    notebook.cells.insert(1, install)  # below the title
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code_cells[1:], 1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def _code_cell(
    cell: Cell, outputs: list[dict], number: int, make_figure: FigureMaker
) -> nbformat.NotebookNode:
    node = nbformat.v4.new_code_cell(cell.text, id=f"c{number}")
    node.metadata["tags"] = sorted(cell.tags)
    if "hide_input" in cell.tags:
        node.metadata["jupyter"] = {"source_hidden": True}
    node.outputs = [_output(output, make_figure) for output in outputs]
    return node


def _output(output: dict, make_figure: FigureMaker) -> nbformat.NotebookNode:
    output = copy.deepcopy(output)
    data = output.get("data", {})
    if "image/png" in data:
        with suppress(ValueError):  # a figure that cannot be published: the page says so
            data["image/png"] = base64.b64encode(make_figure(data).on_white).decode()
        data.pop("image/svg+xml", None)
    elif "image/svg+xml" in data:
        for marker, color in SCHEMES["light"].items():
            data["image/svg+xml"] = data["image/svg+xml"].replace(marker, color)
    if output["output_type"] == "execute_result":
        output["execution_count"] = None
    return nbformat.from_dict(output)


def plain_markdown(text: str, page_url: str) -> str:
    """Return Material's Markdown as notebooks show it: admonitions as quotes, links as whole addresses."""
    text = re.sub(
        r"^(?:!!!|\?\?\?\+?) (\w+)(?: \"(.*?)\")?\n((?:[ \t]*\n| {4}.*(?:\n|$))*)", _quote, text, flags=re.M
    )
    text = re.sub(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", lambda m: f"]({_address(m[1], page_url)})", text)
    text = re.sub(r"\[(`[^`]+`)\]\[[\w.]*\]", r"\1", text)  # cross-references to the API
    return re.sub(r"[ \t]*\{ ?[#.:][^}\n]*\}", "", text)


def _quote(match: re.Match) -> str:
    kind, title, body = match.groups()
    lines = [f"**{title or kind.capitalize()}**", "", *(line[4:] for line in body.rstrip().splitlines())]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"


def _address(link: str, page_url: str) -> str:
    """Turn a link between sources, such as `../glossary.md#batch`, into the address of the published page."""
    from urllib.parse import urljoin

    path, _, anchor = link.partition("#")
    path = re.sub(r"(^|/)index\.md$", r"\1", path)
    path = re.sub(r"\.(md|py)$", "/", path)
    # The page is published as a folder, its source was a file beside the others.
    return urljoin(page_url.rstrip("/"), path) + (f"#{anchor}" if anchor else "")
