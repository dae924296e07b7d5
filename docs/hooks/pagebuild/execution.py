"""Step 2: run the code cells of a page in a fresh kernel, and return what they put out.

One kernel per page with one thread per kernel, in an empty folder, without the user's own settings: the same
page gives the same outputs wherever and whenever it runs.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbclient.util import run_sync

from pagebuild.errors import PageError
from pagebuild.figures import FAINT, FOREGROUND
from pagebuild.outputs import Outputs, check_outputs, cleaned, plain
from pagebuild.source import Cell, PageSource

EFFECTS = Path(__file__).with_name("effects.py")
EFFECTS_MIME = "application/vnd.nnfund.effects+json"
CELL_TIMEOUT = 1200  # seconds; a page should need 40 in all

# Figures are drawn in two marker colours on nothing; `figures.py` makes a light and a dark file of each.
SETUP = f"""
%config InlineBackend.figure_formats = ["svg", "retina"]
%config InlineBackend.print_figure_kwargs = {{"bbox_inches": "tight", "metadata": {{"Date": None}}}}
import matplotlib
from nnfund.plotting.style import PALETTE
matplotlib.rcdefaults()
matplotlib.rcParams.update({{
    "axes.prop_cycle": matplotlib.cycler(color=PALETTE),
    "figure.dpi": 100, "figure.figsize": (6, 3.5), "svg.hashsalt": "nnfund", "svg.fonttype": "path",
    "figure.facecolor": "none", "axes.facecolor": "none", "savefig.facecolor": "none",
    **dict.fromkeys(["text.color", "axes.labelcolor", "axes.edgecolor", "axes.titlecolor", "xtick.color",
                     "ytick.color", "xtick.labelcolor", "ytick.labelcolor", "legend.labelcolor",
                     "boxplot.boxprops.color", "boxplot.whiskerprops.color", "boxplot.capprops.color",
                     "boxplot.flierprops.color", "patch.edgecolor", "hatch.color"], "{FOREGROUND}"),
    "grid.color": "{FAINT}", "legend.edgecolor": "{FAINT}", "legend.framealpha": 0.0,
    "axes.spines.top": False, "axes.spines.right": False,
    "axes.titlesize": "medium", "axes.titlelocation": "left", "lines.linewidth": 1.8, "font.size": 10,
}})
del PALETTE
exec(open({str(EFFECTS)!r}, encoding="utf-8").read(), {{"get_ipython": get_ipython}})
"""

# One thread: small models gain nothing from two, and sums come out in one order only.
ENVIRONMENT = {
    **dict.fromkeys(
        ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"], "1"
    ),
    # A trained page allocates and frees the same large blocks over and over: keep them.
    "MALLOC_MMAP_THRESHOLD_": "1073741824",
    "MALLOC_TRIM_THRESHOLD_": "1073741824",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",  # a .pyc in a watched folder would start another build
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TERM": "dumb",
    "TQDM_DISABLE": "1",
}


@dataclass(frozen=True)
class Executed:
    """What running a page gave, and how long it took."""

    outputs: Outputs
    changed: list[list[str]]  # for each code cell, the names whose objects it made or changed
    seconds: float


def execute_page(page: PageSource, repository: Path) -> Executed:
    """Run the code cells of `page` and return their outputs.

    Args:
        page: The page.
        repository: The folder whose `nnfund` the page imports.

    Raises:
        PageError: If a cell raises, or one that must raise does not, or one writes to standard error.
    """
    started = time.monotonic()
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(SETUP, id="setup")]
    notebook.cells += [_notebook_cell(cell, n) for n, cell in enumerate(page.code_cells)]
    with tempfile.TemporaryDirectory(prefix="nnfund-") as scratch:
        try:
            _run(notebook, Path(scratch), repository)
        except CellExecutionError as error:
            raise PageError(page.name, _failure(error), line=_failed_line(page, notebook)) from None
    changed = [_take_effects(cell) for cell in notebook.cells[1:]]
    outputs = [[cleaned(output) for output in cell.outputs] for cell in notebook.cells[1:]]
    for cell, given in zip(page.code_cells, outputs, strict=True):
        check_outputs(page, cell, given)
    return Executed(outputs, changed, time.monotonic() - started)


def _take_effects(cell: nbformat.NotebookNode) -> list[str]:
    """Take out of the outputs what the kernel tells of the cell's effects."""
    told = [output for output in cell.outputs if EFFECTS_MIME in output.get("data", {})]
    cell.outputs = [output for output in cell.outputs if output not in told]
    return [name for output in told for name in json.loads(output["data"][EFFECTS_MIME])]


def _notebook_cell(cell: Cell, n: int) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(cell.text, id=f"c{n}", metadata={"tags": sorted(cell.tags)})


class _ThisPython(KernelSpecManager):
    """Runs the Python that builds the site, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


def _run(notebook: nbformat.NotebookNode, scratch: Path, repository: Path) -> None:
    work = scratch / "work"
    work.mkdir()
    # Sockets in files never collide as ports may; the path must be absolute, or the kernel looks elsewhere.
    sockets = {"transport": "ipc", "ip": str(scratch / "k")} if os.name == "posix" else {}
    manager = AsyncKernelManager(kernel_spec_manager=_ThisPython(), **sockets)
    python_path = [str(repository), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        **ENVIRONMENT,
        "IPYTHONDIR": str(scratch / "ipython"),  # without the user's start-up files
        "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
    }
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_TIMEOUT,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(work)}},
    )
    try:
        client.execute(env=environment)
    finally:  # nbclient does not stop a manager that it was given
        if manager.has_kernel:
            run_sync(manager.shutdown_kernel)(now=True)


def _failure(error: CellExecutionError) -> str:
    return f"the cell raised {error.ename}: {error.evalue}\n{plain(error.traceback).strip()}"


def _failed_line(page: PageSource, notebook: nbformat.NotebookNode) -> int | None:
    for cell, node in zip(page.code_cells, notebook.cells[1:], strict=True):
        if (
            any(output.output_type == "error" for output in node.outputs)
            and "raises-exception" not in cell.tags
        ):
            return cell.line
    return None
