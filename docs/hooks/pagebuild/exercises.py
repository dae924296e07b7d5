"""The exercises as pages: one per tutorial that has some, with tasks, hints, and graded solutions."""

import ast
import hashlib
import importlib.metadata
import json
import re
from collections.abc import Callable
from pathlib import Path

from nnfund.exercises.exercise import Exercise, read_catalogue
from pagebuild.builder import Project
from pagebuild.descriptions import listing
from pagebuild.reach import reachable_modules
from pagebuild.rendering import fence, indented, size_of
from pagebuild.source import find_pages, title_of

FOLDER = "exercises"  # where the pages are published
LIST = "<!-- exercises: the build puts the list here -->"


def exercise_files(project: Project, error: Callable[[str], None]) -> dict[str, str]:
    """Return the pages and the files to download by their source URIs; tell `error` what is wrong."""
    files = {}
    for tutorial in find_pages(project.sources):
        exercises = exercises_of(tutorial.stem, project)
        if exercises:
            results = [solution_result(exercise, project, error) for exercise in exercises]
            files[f"{FOLDER}/{tutorial.stem}.md"] = page_text(tutorial, exercises, results)
            files |= {f"{FOLDER}/{tutorial.stem}/{e.file_name}": e.stub for e in exercises}
    return files


def exercises_of(page: str, project: Project) -> list[Exercise]:
    """Read the exercises of the tutorial called `page`, easy ones first."""
    return [e for e in read_catalogue(_catalogue(project), page[:2]) if e.page == page]


def _catalogue(project: Project) -> Path:
    return project.package / "exercises" / "catalogue"


def with_links(markdown: str, page: str, project: Project) -> str:
    """Put a line below the heading "Exercises" of a tutorial that links those which grade themselves."""
    exercises = exercises_of(page, project)
    if not exercises:
        return markdown
    links = [f"[{e.title}](../{FOLDER}/{page}.md#{e.name}) ({e.level})" for e in exercises]
    line = f"Graded on your own computer: {'; '.join(links)}. Begin with `nnfund exercises start {page[:2]}`."
    return re.sub(r"^## Exercises$", lambda found: f"{found[0]}\n\n{line}", markdown, count=1, flags=re.M)


def with_list(markdown: str, project: Project, repository: str | None) -> str:
    """Put all exercises, by tutorial, where a page asks for them, and where to install them from."""
    if LIST not in markdown:
        return markdown
    parts = []
    for tutorial in find_pages(project.sources):
        exercises = exercises_of(tutorial.stem, project)
        if exercises:
            links = [f"- [{e.title}]({tutorial.stem}.md#{e.name}), {e.level}" for e in exercises]
            parts += [f"### {tutorial.stem[:2]} · {title_of(tutorial)}", "\n".join(links)]
    return markdown.replace(LIST, "\n\n".join(parts)).replace("REPOSITORY", repository or "REPOSITORY")


def page_text(tutorial: Path, exercises: list[Exercise], results: list[str]) -> str:
    """Write the page of a tutorial's exercises in Markdown."""
    title = title_of(tutorial)
    opening = "Exercises that your own computer grades, with hints and solutions:"
    description = listing(opening, [exercise.title for exercise in exercises])
    parts = [
        f"---\ndescription: {json.dumps(description, ensure_ascii=False)}\n---",
        f"# Exercises: {title}",
        f"For [{title}](../tutorials/{tutorial.name}). Download a file, or get all of this page's with "
        f"`nnfund exercises start {tutorial.stem[:2]}`. Put your answer where it says "
        "`raise NotImplementedError`, and check it in the same folder. [How it works](index.md).",
    ]
    for exercise, result in zip(exercises, results, strict=True):
        parts += _section(exercise, result, tutorial.stem)
    return "\n\n".join(parts) + "\n"


def _section(exercise: Exercise, result: str, folder: str) -> list[str]:
    size = size_of(exercise.stub.encode())
    download = f"[Download `{exercise.file_name}` ({size})]({folder}/{exercise.file_name}){{ download }}"
    stub = exercise.stub.rpartition("\n\n\n# Check it with")[0]
    parts = [
        f"## {exercise.title} {{ #{exercise.name} }}",
        f"{exercise.level.capitalize()} · {download}",
        exercise.task,
        fence(_without_docstring(stub), "python"),
        fence(f"nnfund check {exercise.name}", "sh"),
    ]
    hints = exercise.hints()
    folded = [f'??? tip "Hint {i} of {len(hints)}"\n\n{indented(hint)}' for i, hint in enumerate(hints, 1)]
    together = indented("\n\n".join(folded))
    parts.append(f'??? tip "Hints: one for each usual slip"\n\n{together}')
    solution = fence(_without_docstring(exercise.solution), "python")
    return [*parts, f'??? success "Solution"\n\n{indented(solution)}\n\n{indented(result)}']


def solution_result(exercise: Exercise, project: Project, error: Callable[[str], None]) -> str:
    """Grade the solution as an answer is graded, and say how it went; kept until something changes."""
    kept = project.cache / "exercises" / f"{exercise.name}.json"
    key = _key(exercise, project)
    found = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    if found.get("key") != key:
        from nnfund.exercises.grading import grade_file  # needs PyTorch, which takes seconds to import

        verdict = grade_file(exercise, exercise.solution_path)
        if not verdict.passed:
            error(
                f"{exercise.path.name}: the solution does not pass: {verdict.headline} {dict(verdict.facts)}"
            )
            return f"**This solution failed:** {verdict.headline}"
        found = {
            "key": key,
            "result": f"This solution was graded when the page was built. {verdict.headline}",
        }
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found), "utf-8")
    return found["result"]


def _key(exercise: Exercise, project: Project) -> str:
    texts = [path.read_text("utf-8") for path in (exercise.path, exercise.solution_path)]
    engine = sorted((project.package / "exercises").glob("*.py"))
    modules = [path.read_bytes() for path in [*engine, *reachable_modules(texts, project.package)]]
    identity = [importlib.metadata.version("torch").encode(), *(text.encode() for text in texts), *modules]
    return hashlib.sha256(b"\0".join(identity)).hexdigest()


def _without_docstring(code: str) -> str:
    """Return a file's code without the docstring at its top."""
    first = ast.parse(code).body[0]
    return "\n".join(code.splitlines()[first.end_lineno :]).strip()
