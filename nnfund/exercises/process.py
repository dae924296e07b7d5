"""Grade in a process of its own, so that an answer can hang, crash or end the program and be told so."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from nnfund.exercises.exercise import Exercise, all_exercises
from nnfund.exercises.verdict import Verdict

TO_START = 120  # seconds that a slow machine may take to import PyTorch
CHILD = """\
import os, sys
sys.path.append(sys.argv[1])  # where this nnfund lies, should it not be installed
from nnfund.exercises.process import child
child(*sys.argv[2:])
os._exit(0)  # threads that the answer has started do not keep us
"""


def grade_apart(exercise: Exercise, path: Path, seconds: float | None = None) -> Verdict:
    """Grade the reader's file in a fresh Python.

    Args:
        exercise: What it answers.
        path: The file.
        seconds: How long the answer may take; None takes the exercise's own limit.
    """
    seconds = seconds or exercise.seconds
    with tempfile.TemporaryDirectory() as folder:
        here = str(Path(__file__).parents[2])
        command = [sys.executable, "-P", "-X", "utf8", "-c", CHILD, here]
        command += [exercise.name, str(path.resolve()), folder, str(seconds)]
        columns = str(shutil.get_terminal_size().columns)  # for what the child lays out
        environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": columns}
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
        errors = Path(folder, "errors")
        with errors.open("wb") as stream:
            try:
                done = subprocess.run(
                    command, env=environment, stderr=stream, timeout=seconds + TO_START, **quiet
                )
            except subprocess.TimeoutExpired:
                return _too_long(Path(folder), seconds)
        result = Path(folder, "verdict")
        if result.exists():
            found = json.loads(result.read_text("utf-8"))
            return Verdict(**found | {"facts": tuple(map(tuple, found["facts"]))})
        if Path(folder, "stack").exists() and Path(folder, "stack").stat().st_size:
            return _too_long(Path(folder), seconds)
        return _ended(Path(folder), done.returncode, errors)


def _too_long(folder: Path, seconds: float) -> Verdict:
    facts = _asked(folder)
    stack = Path(folder, "stack").read_text("utf-8") if Path(folder, "stack").exists() else ""
    if found := re.search(r'File "<your file>", line (\d+)', stack):
        facts.append(("Where", f"Line {found[1]} was running."))
    return Verdict(
        False, f"No end after {seconds:g} seconds: is there a loop that never stops?", tuple(facts)
    )


def _ended(folder: Path, status: int, errors: Path) -> Verdict:
    facts = _asked(folder)
    said = errors.read_text("utf-8", "replace").strip()
    if status < 0:
        facts.append(("What happened", f"Python crashed ({signal.Signals(-status).name})."))
    elif said.startswith("Traceback"):  # the answer's own errors are caught
        return Verdict(False, "The check itself failed, not your answer.", (("Python says", said[-2000:]),))
    return Verdict(False, "The code ended Python before the check was done.", tuple(facts))


def _asked(folder: Path) -> list[tuple[str, str]]:
    path = Path(folder, "asked")
    return [("Asked", path.read_text("utf-8"))] if path.exists() else []


def child(name: str, path: str, folder: str, seconds: str) -> None:
    """Grade, and leave the verdict in `folder`: what `grade_apart` runs."""
    import faulthandler

    from nnfund.exercises.grading import grade_file

    exercise = next(exercise for exercise in all_exercises() if exercise.name == name)
    exercise.load()
    asked = Path(folder, "asked")
    with Path(folder, "stack").open("w") as stack:
        # A thread of C: it also ends what holds Python's lock, and writes where it was.
        faulthandler.dump_traceback_later(float(seconds), exit=True, file=stack)
        asked.write_text("the file is run from top to bottom", "utf-8")

        def watch(text: str) -> None:
            if text:
                asked.write_text(text, "utf-8")
            else:  # what follows is our own: the known mistakes
                faulthandler.cancel_dump_traceback_later()

        verdict = grade_file(exercise, Path(path), watch)
        faulthandler.cancel_dump_traceback_later()
    unfinished = Path(folder, "unfinished")
    unfinished.write_text(json.dumps(asdict(verdict)), "utf-8")
    unfinished.rename(Path(folder, "verdict"))
