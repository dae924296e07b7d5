"""The queue behind `mkdocs serve`, with a stand-in for the processes that execute pages."""

import threading
import time

import pytest
from pagebuild import background
from pagebuild.background import BackgroundRunner


class FakeProcess:
    """Ends when it is told to."""

    started: list["FakeProcess"]

    def __init__(self, command, **_):
        self.name = command[-1]
        self.returncode = None
        self.message = ""
        self.ended = threading.Event()
        self.started.append(self)

    def communicate(self):
        self.ended.wait(10)
        return "", self.message

    def poll(self):
        return self.returncode

    def end(self, returncode=0, message=""):
        self.returncode, self.message = returncode, message
        self.ended.set()


@pytest.fixture
def started(monkeypatch, tmp_path):
    FakeProcess.started = []
    monkeypatch.setattr(background.subprocess, "Popen", FakeProcess)
    monkeypatch.setattr(background, "_stop", lambda process: process.end(-15))
    return FakeProcess.started


@pytest.fixture
def done():
    return []


@pytest.fixture
def runner(started, done, tmp_path):
    runner = BackgroundRunner(tmp_path, on_done=lambda: done.append(1), workers=2)
    yield runner
    runner.close()


def until(holds):
    deadline = time.monotonic() + 5
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert holds()


def test_at_most_one_page_per_worker_runs_and_the_others_follow(runner, started, done):
    for name in "abcd":
        runner.request(name, "1")
    assert [process.name for process in started] == ["a", "b"]
    started[0].end()
    until(lambda: [process.name for process in started] == ["a", "b", "c"])
    until(lambda: len(done) == 1)


def test_asking_again_changes_nothing(runner, started):
    for _ in range(3):
        runner.request("a", "1")
    assert len(started) == 1


def test_a_newer_version_replaces_the_running_one(runner, started, done):
    runner.request("a", "1")
    runner.request("a", "2")
    until(lambda: len(started) == 2)
    assert started[0].returncode == -15
    started[1].end()
    until(runner.idle)
    assert len(done) == 1  # the replaced one announced nothing
    assert runner.failure("a", "1") is None


def test_a_failure_is_kept_for_its_version_and_not_tried_again(runner, started, done):
    runner.request("a", "1")
    started[0].end(1, "it raised")
    until(lambda: len(done) == 1)
    assert runner.failure("a", "1") == "it raised"
    assert runner.failure("a", "2") is None
    runner.request("a", "1")
    assert len(started) == 1
    runner.request("a", "2")
    assert len(started) == 2


def test_closing_stops_what_runs_and_starts_nothing_more(runner, started):
    for name in "abc":
        runner.request(name, "1")
    runner.close()
    runner.request("d", "1")
    until(runner.idle)
    assert [process.name for process in started] == ["a", "b"]
    assert [process.returncode for process in started] == [-15, -15]
