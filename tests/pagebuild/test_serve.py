"""`mkdocs serve`: pages run in the background, prose is quick, an exception is shown and survived."""

import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from .conftest import HEADER, SmallProject

SLOW = "# %%\nimport time\ntime.sleep(3)\nprint('ready at last')\n"


class Server:
    def __init__(self, project: SmallProject):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/small"
        self.log = project.root / "serve.log"
        command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                command,
                cwd=project.root,
                env=project.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def page(self, name: str) -> str:
        return self.get(f"tutorials/{name}/")

    def get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"{self.address}/{path}", timeout=5) as response:
                return response.read().decode()
        except OSError:
            return ""

    def wait_for(self, holds: Callable[[], bool], seconds: float) -> float:
        """Return after how many seconds `holds`."""
        started = time.monotonic()
        while time.monotonic() - started < seconds:
            if holds():
                return time.monotonic() - started
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        pytest.fail(f"not within {seconds} s:\n{self.log.read_text()}")

    def settle(self) -> int:
        """Wait until nothing is built any more; return how many whole builds there were."""
        before = None
        while before != self.log.read_text():
            before = self.log.read_text()
            time.sleep(3)
        return self.builds()

    def builds(self) -> int:
        return self.log.read_text().count("Documentation built")


@pytest.fixture
def served(project) -> Iterator[tuple[SmallProject, Server]]:
    project.write("01_a", SLOW)
    with (project.root / "mkdocs.yml").open("a") as settings:
        settings.write("strict: true\n")  # as in the real one; while serving, a fault ends nothing
    server = Server(project)
    yield project, server
    server.process.terminate()
    server.process.wait(timeout=30)


def test_serving_an_empty_cache_shows_pages_at_once_and_their_outputs_when_they_are_ready(served):
    project, server = served
    server.wait_for(lambda: "Running now" in server.page("01_a"), 60)
    assert "ready at last</" not in server.page("01_a")
    server.wait_for(lambda: "Running now" not in server.page("01_a"), 60)
    assert ">ready at last" in server.page("01_a")

    # Nothing changes any more: nothing is built any more.
    builds = server.builds()
    time.sleep(3)
    assert server.builds() == builds

    # A prose edit executes nothing.
    entries = set((project.root / ".cache" / "outputs").iterdir())
    project.write("01_a", "# %% [markdown]\n# # A page\n#\n# Fresh prose.\n\n" + SLOW)
    server.wait_for(lambda: "Fresh prose" in server.page("01_a"), 30)
    assert ">ready at last" in server.page("01_a")
    assert "Running now" not in server.page("01_a")
    assert set((project.root / ".cache" / "outputs").iterdir()) == entries

    # An exception is shown in the page, the server lives, and the failing page is tried once.
    project.write("01_a", "# %%\nprint(1 / 0)\n")
    server.wait_for(lambda: "This page failed" in server.page("01_a"), 60)
    assert "ZeroDivisionError" in server.page("01_a")
    builds = server.builds()
    time.sleep(3)
    assert server.builds() == builds
    assert server.process.poll() is None

    # So is a page that cannot even be read; mending it brings it back.
    project.write("01_a", '# %% tags=["hide-input"]\nx = 1\n')
    server.wait_for(lambda: "hide-input" in server.page("01_a"), 30)
    project.write("01_a", "# %%\nprint('mended')\n")
    server.wait_for(lambda: ">mended" in server.page("01_a"), 60)


QUICK = "# %% [markdown]\n# # A page\n#\n# {}\n\n# %%\nprint('the output')\n"
RICH = (
    "Prose {} of [`claim`][nnfund.claims.claim], $x^{}$, [batches](../index.md#batch) and [B](02_b.py).\n"
    "#\n# ## Part"
)


def shown(server: Server) -> tuple:
    """Return all that a reader gets of the page, from the server."""
    index = json.loads(server.get("search/search_index.json"))["docs"]
    return (
        re.sub(r"livereload\(.*?\)", "", server.page("01_a")),
        server.get("tutorials/01_a/01_a.py"),
        server.get("tutorials/01_a/01_a.ipynb"),
        sorted(index, key=lambda entry: entry["location"]),
    )


def test_a_prose_edit_is_on_screen_within_two_seconds_and_equals_a_whole_build(served):
    project, server = served
    project.write("01_a", QUICK.format("First."))
    project.write("02_b", "# %%\nprint('b')\n")
    server.wait_for(lambda: ">the output" in server.page("01_a"), 60)
    server.wait_for(lambda: "Running now" not in server.page("02_b") and ">b" in server.page("02_b"), 60)
    builds = server.settle()

    seconds = []
    for number in (2, 3, 4):
        project.write("01_a", QUICK.format(RICH.format(number, number)))
        seconds.append(server.wait_for(lambda n=number: f"Prose {n}" in server.page("01_a"), 30))
        time.sleep(1)
    assert server.builds() == builds, "a prose edit must not build the whole site"
    assert min(seconds) < 2, seconds  # the best of three: this machine may be busy with other tests

    quick = shown(server)
    (project.root / "mkdocs.yml").touch()
    server.wait_for(lambda: server.builds() > builds, 30)
    assert quick == shown(server)

    # A page of docs/ is as quick; a title shows on other pages too, and takes a whole build.
    builds = server.settle()
    home = project.root / "docs" / "index.md"
    home.write_text(home.read_text() + "\nFresh home.\n")
    server.wait_for(lambda: "Fresh home" in server.get(""), 30)
    assert server.builds() == builds
    project.write("01_a", "# %% [markdown]\n# # Another title\n#\n# Text.\n\n# %%\nprint('the output')\n")
    server.wait_for(lambda: "Another title" in server.page("02_b"), 30)
    assert server.builds() > builds


HOME = "# Home\n\n<!-- path: the build draws the tutorials here, and says of each part\nStart: This.\n-->\n"
NAV = "nav: [index.md, api.md, {Learn: [{Start: [tutorials/01_a.py, tutorials/02_b.py]}]}]\n"


def test_what_a_page_asks_to_know_first_moves_the_path_on_the_home_page(project):
    (project.root / "docs" / "index.md").write_text(HOME)
    with (project.root / "mkdocs.yml").open("a") as settings:
        settings.write(NAV)
    project.write("01_a", "# %%\nprint('a')\n")
    project.write("02_b", "# %%\nprint('b')\n")
    assert project.build().returncode == 0
    server = Server(project)
    try:
        server.wait_for(lambda: "nn-map" in server.get(""), 60)
        assert "nn-after" not in server.get("")
        server.settle()
        project.write("02_b", "# %%\nprint('b')\n", HEADER.replace("../index.md", "01_a.py"))
        server.wait_for(lambda: "nn-after" in server.get(""), 60)
    finally:
        server.process.terminate()
        server.process.wait(timeout=30)


FIGURE = """\
# %% alt="A line that rises from 0 at the left to 1 at the right."
import matplotlib.pyplot as plt

plt.plot([0, 1])
plt.show()
"""


def test_serving_begins_with_outputs_that_do_not_fit_and_with_a_page_that_fails(project):
    project.write("01_a", FIGURE)
    assert project.build().returncode == 0
    # The cache holds a figure for a cell that has none any more; another page cannot be read.
    project.write("01_a", SLOW)
    project.write("02_b", '# %% tags=["hide-input"]\nx = 1\n')
    with (project.root / "mkdocs.yml").open("a") as settings:
        settings.write("strict: true\n")
    server = Server(project)
    try:
        server.wait_for(lambda: "Running now" in server.page("01_a"), 60)
        assert "no alt text" not in server.page("01_a")
        assert "hide-input" in server.page("02_b")
        server.wait_for(lambda: ">ready at last" in server.page("01_a"), 60)
    finally:
        server.process.terminate()
        server.process.wait(timeout=30)
