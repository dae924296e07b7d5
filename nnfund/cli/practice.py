"""`nnfund exercises`: list them, start one, see its hints or its solution."""

import argparse
import difflib
import sys
from pathlib import Path

from nnfund.cli.paper import Paper
from nnfund.exercises import Exercise, all_exercises, find_exercises
from nnfund.exercises.progress import read_progress


def exercises(options: argparse.Namespace) -> int:
    """List, start, or help with exercises."""
    actions = {"start": start, "hints": print_hints, "solution": print_solution}
    if options.action == "list":
        return list_exercises(list(all_exercises()))
    if options.action not in actions:
        found = find_exercises(options.action)
        return list_exercises(found) if found else unknown(options.action)
    if not options.name:
        print(f"nnfund: which one? For example: nnfund exercises {options.action} 08", file=sys.stderr)
        return 2
    found = find_exercises(options.name)
    if not found:
        return unknown(options.name)
    return max(actions[options.action](exercise) for exercise in found)


def list_exercises(chosen: list[Exercise]) -> int:
    """Print the exercises by page, with level and progress."""
    paper, progress, page = Paper(), read_progress(), None
    for exercise in chosen:
        if exercise.page != page:
            page = exercise.page
            paper.title(f"Page {page.replace('_', ' ')}")
        state = progress.get(exercise.name, "not tried")
        paper.line(f"  {exercise.name}: {exercise.level}, {paper.coloured(state)}")
        paper.paragraph(exercise.title, "      ")
    passed = sum(progress.get(exercise.name) == "passed" for exercise in chosen)
    paper.line(f"\n{passed} of {len(chosen)} passed.")
    paper.line(f"Start one: nnfund exercises start {chosen[0].name}")
    return 0


def start(exercise: Exercise) -> int:
    """Write the reader's file, never over one that is there."""
    path = Path(exercise.file_name)
    if path.exists():
        print(f"{path} is already here; it was left as it is.")
        return 0
    path.write_text(exercise.stub, "utf-8")
    print(f"{path} is ready. Open it, write your answer, then: nnfund check {exercise.name}")
    return 0


def print_hints(exercise: Exercise) -> int:
    """Print the hints for all known mistakes."""
    paper = Paper()
    paper.title(f"Mistakes that others made in {exercise.name}")
    for hint in exercise.hints():
        paper.paragraph(hint, "  - ")
    return 0


def print_solution(exercise: Exercise) -> int:
    """Print one way to do it."""
    print(exercise.solution.rstrip())
    return 0


def unknown(name: str) -> int:
    """Say that there is no such exercise, and which ones are near."""
    names = [exercise.name for exercise in all_exercises()]
    near = difflib.get_close_matches(name.replace("_", "-"), names, 3, 0.7)
    meant = f" Did you mean {' or '.join(near)}?" if near else " See all: nnfund exercises"
    print(f"nnfund: there is no exercise {name!r}.{meant}", file=sys.stderr)
    return 2
