"""`nnfund check`: grade what a reader wrote, and say it in words."""

import argparse
import sys
from pathlib import Path

from nnfund.cli.paper import Paper
from nnfund.cli.practice import unknown
from nnfund.exercises import Exercise, Verdict, all_exercises, find_exercises
from nnfund.exercises.process import grade_apart
from nnfund.exercises.progress import note_progress


def check(options: argparse.Namespace) -> int:
    """Grade one answer, or all of a page that are in the current folder."""
    name, file = options.name, options.file
    if name and file is None and name.endswith(".py"):
        name, file = Path(name).name, Path(name)
    found = find_exercises(name) if name else list(all_exercises())
    if not found:
        return unknown(name)
    if len(found) == 1 and name:
        file = file or answer_file(found[0]) or Path(found[0].file_name)
        if not file.is_file():
            print(
                f"nnfund: there is no file {file} here. Begin with: nnfund exercises start {name}",
                file=sys.stderr,
            )
            return 2
        return grade(found[0], file, options.seconds)
    if file:
        print(
            f"nnfund: {name} is a page with {len(found)} exercises; say which one {file} is", file=sys.stderr
        )
        return 2
    begun = [(exercise, path) for exercise in found if (path := answer_file(exercise))]
    if not begun:
        print(f"nnfund: no exercise{f' of {name}' if name else ''} is in this folder. Begin with: "
              f"nnfund exercises start {found[0].name}", file=sys.stderr)  # fmt: skip
        return 2
    statuses = [grade(exercise, path, options.seconds) for exercise, path in begun]
    print(f"{statuses.count(0)} of {len(begun)} passed.")
    missing = [exercise.name for exercise in found if exercise not in dict(begun)]
    if name and missing:
        Paper().paragraph(f"Not in this folder: {', '.join(missing)}.")
    return max(statuses)


def answer_file(exercise: Exercise) -> Path | None:
    """The file in the current folder that answers an exercise, with dashes or underscores in its name."""
    names = (exercise.file_name, exercise.path.name)
    return next((Path(name) for name in names if Path(name).is_file()), None)


def grade(exercise: Exercise, path: Path, seconds: float | None) -> int:
    """Grade one file, print the verdict, remember it."""
    verdict = grade_apart(exercise, path, seconds)
    print_verdict(exercise, verdict)
    if verdict.begun:
        note_progress(exercise.name, verdict.passed)
    return 0 if verdict.passed else 1


def print_verdict(exercise: Exercise, verdict: Verdict) -> None:
    """Print what the reader should know, in words that need no colour."""
    paper = Paper()
    state = "passed" if verdict.passed else "not yet" if verdict.begun else "not begun"
    paper.line(f"{exercise.name}: {paper.coloured(state)}")
    paper.paragraph(verdict.headline)
    for label, text in verdict.facts:
        paper.line(f"{label}:")
        for line in text.splitlines():
            paper.line(f"    {line}")
    if verdict.hint:
        paper.line("Hint:")
        paper.paragraph(verdict.hint, "    ")
    elif not verdict.passed and verdict.begun:
        paper.paragraph(f"Stuck? nnfund exercises hints {exercise.name}")
    paper.line("")
