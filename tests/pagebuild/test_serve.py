"""`mkdocs serve`: pages run in the background, prose is quick, an exception is shown and survived."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

import pytest

from .conftest import SmallProject

SLOW = "# %%\nimport time\ntime.sleep(3)\nprint('ready at last')\n"


class Server:
    def __init__(self, project: SmallProject):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/small/tutorials"
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
        try:
            with urllib.request.urlopen(f"{self.address}/{name}/", timeout=5) as response:
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

    def builds(self) -> int:
        return self.log.read_text().count("Documentation built")


@pytest.fixture
def served(project) -> Iterator[tuple[SmallProject, Server]]:
    project.write("01_a", SLOW)
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

    # A prose edit is on screen soon (measured: under 2 s), and executes nothing.
    entries = set((project.root / ".cache" / "outputs").iterdir())
    project.write("01_a", "# %% [markdown]\n# # A page\n#\n# Fresh prose.\n\n" + SLOW)
    seconds = server.wait_for(lambda: "Fresh prose" in server.page("01_a"), 30)
    assert ">ready at last" in server.page("01_a")
    assert "Running now" not in server.page("01_a")
    assert set((project.root / ".cache" / "outputs").iterdir()) == entries
    print(f"prose edit on screen after {seconds:.1f} s")

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
