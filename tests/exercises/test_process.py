"""Answers that would take the grading down with them, through the real command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
HEAD = "import os, sys, torch\n\ndef one_hot(labels, classes):\n"


def nnfund(*arguments, path=REPOSITORY, **environment):
    environment = (
        os.environ | {"PYTHONPATH": str(path), "OMP_NUM_THREADS": "1", "COLUMNS": "60"} | environment
    )
    return subprocess.run(
        [sys.executable, "-P", "-m", "nnfund", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        timeout=200,
    )


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("    while True:\n        pass", "No end after 2 seconds: is there a loop that never stops?"),
        ("    os._exit(3)", "ended Python before the check was done"),
        ("    os.kill(os.getpid(), 11)", "Python crashed (SIGSEGV)"),
        ("    input()", "asks for input"),
    ],
)
def test_an_answer_that_does_not_come_back(body, told, tmp_path):
    if "kill" in body and sys.platform == "win32":
        pytest.skip("Windows has no signals")
    Path("my.py").write_text(HEAD + body)
    done = nnfund("check", "02-one-hot", "my.py", "--seconds", "2")
    assert done.returncode == 1
    assert told in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "Asked:\n    one_hot(labels, classes)\n    labels = [2, 0, 1]" in done.stdout
    if "while" in body:
        assert "Where:\n    Line 4 was running." in done.stdout or "Line 5" in done.stdout


def test_from_start_to_passed_with_the_package_alone(tmp_path):
    """As from a wheel: the package's files and nothing else of the repository, somewhere else, offline."""
    from shutil import copytree, ignore_patterns

    copytree(REPOSITORY / "nnfund", tmp_path / "lib" / "nnfund", ignore=ignore_patterns("__pycache__"))
    path = tmp_path / "lib"
    done = nnfund("exercises", "start", "02-one-hot", path=path)
    assert (done.returncode, done.stderr) == (0, "")
    file = Path("02-one-hot.py")
    text = file.read_text("utf-8")
    right = text.replace("raise NotImplementedError", "return torch.eye(classes)[labels]")
    wrong = text.replace("raise NotImplementedError", "return torch.eye(classes)[labels].long()")
    file.write_text(wrong, "utf-8")
    done = nnfund("check", "02", path=path)
    assert done.returncode == 1
    assert "end with `.float()`" in done.stdout.replace("\n    ", " ")
    assert "\033" not in done.stdout
    file.write_text(right, "utf-8")
    # What lies beside the answer does not stand in for the standard library.
    Path("random.py").write_text("raise RuntimeError")
    done = nnfund("check", "02-one-hot", path=path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "02-one-hot: passed" in done.stdout
    assert "02-one-hot: basic, passed" in nnfund("exercises", path=path).stdout
