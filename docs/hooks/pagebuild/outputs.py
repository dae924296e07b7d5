"""What a kernel puts out, made the same on every run, and checked against what the page announced."""

import copy
import re

from nbformat import NotebookNode

from pagebuild.errors import PageError
from pagebuild.source import Cell, PageSource

Outputs = list[list[dict]]  # one list per code cell, in nbformat's form


def check_outputs(page: PageSource, cell: Cell, outputs: list[dict]) -> None:
    """Refuse what a reader should not meet: a missing exception, an unannounced warning.

    Raises:
        PageError: If a cell that must raise did not, or one wrote to standard error.
    """
    raised = any(output["output_type"] == "error" for output in outputs)
    if "raises-exception" in cell.tags and not raised:
        raise PageError(
            page.name, "the cell is tagged raises-exception, but it does not raise", line=cell.line
        )
    errors = [output["text"] for output in outputs if output.get("name") == "stderr"]
    if errors and "allow_stderr" not in cell.tags:
        text = "".join(errors).strip()
        problem = (
            f"the cell wrote to standard error (tag it allow_stderr if a reader should see that):\n{text}"
        )
        raise PageError(page.name, problem, line=cell.line)


def cleaned(output: NotebookNode) -> dict:
    """Drop from an output what differs between two runs, or what no reader needs."""
    output = copy.deepcopy(dict(output))
    output.pop("execution_count", None)
    if output["output_type"] == "stream":
        output["text"] = _stable(output["text"])
    elif (
        output["output_type"] == "error"
    ):  # the message says it; a traceback shows files that a reader does not have
        output["evalue"] = _stable(output["evalue"])
        output["traceback"] = [f"{output['ename']}: {output['evalue']}"]
    else:
        data = dict(output["data"])
        if "text/plain" in data:
            data["text/plain"] = _stable(data["text/plain"])
        output["data"] = data
        output["metadata"] = dict(output["metadata"])
    return output


def plain(text: str) -> str:
    """Return `text` without a terminal's colour codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _stable(text: str) -> str:
    text = plain(text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0x…", text)
    return re.sub(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py", "page.py", text)
