"""Executes pages beside `mkdocs serve`: at most one per core, the newest version of each only."""

import atexit
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from pagebuild.builder import cores


class BackgroundRunner:
    """Runs `python -m pagebuild execute NAME` for each page that is asked for.

    A request for a page that already runs with the same fingerprint changes nothing; one with another
    fingerprint replaces it. A page that failed is not tried again until its fingerprint changes, so a
    build that asks on every change never loops.
    """

    def __init__(self, repository: Path, on_done: Callable[[], None], workers: int | None = None):
        self.repository = repository
        self.on_done = on_done
        self.workers = workers or cores()
        self.failures: dict[str, tuple[str, str]] = {}  # page -> fingerprint, message
        self._wanted: dict[str, str] = {}  # page -> fingerprint, in the order of asking
        self._running: dict[str, tuple[str, subprocess.Popen]] = {}
        self._lock = threading.RLock()
        self._closed = False
        atexit.register(self.close)

    def request(self, name: str, fingerprint: str) -> None:
        """Ask for the page `name` to be executed."""
        with self._lock:
            if self.failures.get(name, ("",))[0] == fingerprint or self._closed:
                return
            self.failures.pop(name, None)
            running = self._running.get(name)
            if running and running[0] == fingerprint:
                return
            if running:
                _stop(running[1])
            self._wanted[name] = fingerprint
            self._start()

    def failure(self, name: str, fingerprint: str) -> str | None:
        """Return the message with which this version of the page failed, or None."""
        failed, message = self.failures.get(name, ("", ""))
        return message if failed == fingerprint else None

    def idle(self) -> bool:
        """Whether nothing runs or waits."""
        with self._lock:
            return not self._running and not self._wanted

    def close(self) -> None:
        """Stop everything."""
        with self._lock:
            self._closed = True
            self._wanted.clear()
            for _, process in self._running.values():
                _stop(process)

    def _start(self) -> None:
        for name in list(self._wanted):
            if len(self._running) >= self.workers:
                return
            if name in self._running:  # being stopped; its own end starts it again
                continue
            fingerprint = self._wanted.pop(name)
            process = subprocess.Popen(
                [sys.executable, "-m", "pagebuild", "execute", name],
                cwd=self.repository,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,  # so that stopping it stops its kernel too
            )
            self._running[name] = (fingerprint, process)
            threading.Thread(target=self._wait, args=(name, fingerprint, process), daemon=True).start()

    def _wait(self, name: str, fingerprint: str, process: subprocess.Popen) -> None:
        message = process.communicate()[1].strip()
        with self._lock:
            del self._running[name]
            replaced = name in self._wanted or self._closed
            if process.returncode and not replaced:
                self.failures[name] = (fingerprint, message)
            self._start()
        if not replaced:
            self.on_done()


def _stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
