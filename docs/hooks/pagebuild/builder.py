"""Joins the four steps: every tutorial, read, executed or found in the cache, rendered."""

import json
import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pagebuild.cache import FigureCache, OutputCache
from pagebuild.errors import PageError
from pagebuild.execution import Executed, execute_page
from pagebuild.fingerprint import fingerprint
from pagebuild.outputs import Outputs
from pagebuild.source import PageSource, find_pages, read_page

log = logging.getLogger("mkdocs.pagebuild")


@dataclass(frozen=True)
class Project:
    """Where things are."""

    repository: Path
    cache: Path

    @property
    def sources(self) -> Path:
        """The folder of the tutorials."""
        return self.repository / "tutorials_src"

    @property
    def package(self) -> Path:
        """The folder of `nnfund`."""
        return self.repository / "nnfund"

    @property
    def outputs(self) -> OutputCache:
        """The cache of executed pages."""
        return OutputCache(self.cache / "outputs")

    @property
    def figures(self) -> FigureCache:
        """The cache of encoded figures."""
        return FigureCache(self.cache / "figures")

    def notebook(self, name: str) -> Path:
        """The notebook of the page `name`, with its outputs, for mkdocs-jupyter to publish."""
        return self.cache / "notebooks" / f"{name}.ipynb"


def default_project(repository: Path) -> Project:
    """Return the project at `repository`, with its cache there or where $NNFUND_CACHE says."""
    return Project(repository, Path(os.environ.get("NNFUND_CACHE", repository / ".cache")))


@dataclass
class ReadPage:
    """A page that was read: its source and fingerprint, or what is wrong with it."""

    path: Path
    source: PageSource | None = None
    fingerprint: str = ""
    error: PageError | None = None
    executed: Executed | None = None
    stale: bool = False

    @property
    def outputs(self) -> Outputs:
        """The outputs, one list per code cell; empty lists for cells that were not executed yet."""
        given = self.executed.outputs if self.executed else []
        missing = len(self.source.code_cells) - len(given)
        return [*given, *([[]] * missing)][: len(self.source.code_cells)]

    @property
    def changed(self) -> list[list[str]] | None:
        """What each code cell changed; None where these cells were not executed yet."""
        known = self.executed and not self.stale and len(self.executed.changed) == len(self.source.code_cells)
        return self.executed.changed if known else None


def read_pages(project: Project) -> list[ReadPage]:
    """Read every tutorial, and take from the cache what is there."""
    return [read_and_look_up(path, project) for path in find_pages(project.sources)]


def read_and_look_up(path: Path, project: Project) -> ReadPage:
    """Read the tutorial at `path`, and take its outputs from the cache if they are there."""
    page = ReadPage(path)
    try:
        page.source = read_page(path)
        page.fingerprint = fingerprint(page.source, project.package)
        page.executed = project.outputs.load(path.stem, page.fingerprint)
    except PageError as error:
        page.error = error
    return page


def execute_missing(project: Project, pages: list[ReadPage], workers: int | None = None) -> None:
    """Execute what the cache lacks, as many pages at once as there are cores, the longest first."""
    times = run_times(project)
    missing = [page for page in pages if page.source and not page.executed]
    missing.sort(key=lambda page: times.get(page.path.stem, float("inf")), reverse=True)
    if not missing:
        return
    with ThreadPoolExecutor(workers or cores()) as pool:
        for page in pool.map(lambda page: _execute(project, page), missing):
            if page.executed:
                log.info("executed %s in %.1f s", page.path.name, page.executed.seconds)


def _execute(project: Project, page: ReadPage) -> ReadPage:
    try:
        page.executed = execute_page(page.source, project.repository)
    except PageError as error:
        page.error = error
        return page
    # Executing may have downloaded the data: what was found then is what the outputs hold for.
    page.fingerprint = fingerprint(page.source, project.package)
    project.outputs.store(page.path.stem, page.fingerprint, page.executed)
    return page


def run_times(project: Project) -> dict[str, int]:
    """Return the seconds that each page took when `make times` last measured it."""
    path = project.sources / "run_times.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def in_words(seconds: int | None) -> str:
    """Say how long a page runs; a rounded figure, for it depends on the machine."""
    if seconds is None:
        return "not measured yet (`make times` does it)"
    return (
        f"about {seconds} s on one CPU core"
        if seconds < 90
        else f"about {seconds / 60:.0f} min on one CPU core"
    )


def measured(pages: list[ReadPage]) -> Iterator[tuple[str, int]]:
    """Yield each executed page's name and its seconds, rounded as a reader would round them."""
    for page in pages:
        if page.executed:
            step = 1 if page.executed.seconds < 10 else 5
            yield page.path.stem, max(1, round(page.executed.seconds / step)) * step


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
