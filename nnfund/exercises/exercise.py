"""Read exercises: the text without running anything, the checks when they are needed."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

LEVELS = ("basic", "intermediate", "advanced")
MARKER = "# === checks: a reader's copy ends here ==="
CATALOGUE = Path(__file__).parent / "catalogue"


@dataclass(frozen=True)
class Exercise:
    """One exercise as its file tells it.

    Attributes:
        path: The file of the catalogue.
        title: The first line of its docstring.
        level: One of `LEVELS`.
        page: The tutorial that it belongs to, such as `08_backpropagation`.
        seconds: How long an answer may take.
        task: What is asked, in Markdown.
        stub: What a reader starts from: docstring, imports, the functions or classes to write.
        asked: The names of what the reader writes.
    """

    path: Path
    title: str
    level: str
    page: str
    seconds: float
    task: str
    stub: str
    asked: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the exercise is called, such as `08-linear-backward`."""
        return self.path.stem.replace("_", "-")

    @property
    def file_name(self) -> str:
        """What a reader's copy is called."""
        return f"{self.name}.py"

    @property
    def solution_path(self) -> Path:
        """The file of the solution."""
        return self.path.parent.parent / "solutions" / self.path.name

    @property
    def solution(self) -> str:
        """The text of the solution."""
        return self.solution_path.read_text("utf-8")

    def load(self) -> ModuleType:
        """Run the file: the stub, `checks(answer)` and `MISTAKES`."""
        return _load(self.path, self.path.stat().st_mtime_ns)

    def load_solution(self) -> ModuleType:
        """Run the solution."""
        return _load(self.solution_path, self.solution_path.stat().st_mtime_ns)

    def hints(self) -> list[str]:
        """The hints for the known mistakes, in the order of the file; read without running it."""
        tree = ast.parse(self.path.read_text("utf-8"))
        listed = next(node.value for node in tree.body if _assigns(node, "MISTAKES"))
        names = [node.id for node in ast.walk(listed) if isinstance(node, ast.Name)]
        written = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        return [ast.get_docstring(written[name]) or "" for name in names]


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Read the catalogue; in the order of the pages, easy ones first."""
    return read_catalogue(CATALOGUE)


def read_catalogue(folder: Path, number: str = "") -> tuple[Exercise, ...]:
    """Read the exercises in a folder: all, or those of the page with the `number`, such as `08`."""
    exercises = [read_exercise(path) for path in folder.glob(f"{number}*.py")]
    return tuple(sorted(exercises, key=lambda e: (e.page, LEVELS.index(e.level), e.name)))


def find_exercises(name: str) -> list[Exercise]:
    """List the exercises that `name` means: one by its name, or all of a page, such as `08`."""
    wanted = re.sub(r"\.py$", "", name.strip()).replace("_", "-")
    pages = {exercise.page.replace("_", "-") for exercise in all_exercises()}
    if wanted in pages or wanted.isdigit():
        number = wanted.split("-")[0].zfill(2)
        return [exercise for exercise in all_exercises() if exercise.page.startswith(f"{number}_")]
    return [exercise for exercise in all_exercises() if exercise.name == wanted]


def read_exercise(path: Path) -> Exercise:
    """Read one file of the catalogue.

    Raises:
        ValueError: Its docstring or its parts are not as they should be; the message says which.
    """
    text = path.read_text("utf-8")
    stub, marker, _ = text.partition(MARKER)
    if not marker:
        raise ValueError(f"{path.name}: no line {MARKER!r} between the stub and the checks")
    tree = ast.parse(stub)
    title, _, rest = (ast.get_docstring(tree) or "").partition("\n\n")
    head, _, task = rest.partition("\n\n")
    facts = dict(re.findall(r"^(Level|Page|Seconds): *(.+)$", head, re.M))
    if facts.get("Level") not in LEVELS or "Page" not in facts or not task:
        raise ValueError(
            f"{path.name}: the docstring must be a title, an empty line, `Level: ` "
            f"(one of {', '.join(LEVELS)}), `Page: ` (a tutorial), an empty line, the task; "
            f"got {title!r}, {head!r}"
        )
    stub = f"{stub.rstrip()}\n\n\n# Check it with: nnfund check {path.stem.replace('_', '-')}\n"
    return Exercise(
        path,
        title.rstrip("."),
        facts["Level"],
        facts["Page"].strip(),
        float(facts.get("Seconds", 10)),
        task.strip(),
        stub,
        tuple(_unwritten(tree)),
    )


def _unwritten(tree: ast.Module) -> list[str]:
    """The top-level functions and classes that raise NotImplementedError: what is to be written."""
    definitions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    return [
        node.name
        for node in definitions
        if any(isinstance(part, ast.Raise) and "NotImplemented" in ast.dump(part) for part in ast.walk(node))
    ]


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name


@cache
def _load(path: Path, changed: int) -> ModuleType:  # changed: run again when it did
    spec = spec_from_file_location(f"nnfund_exercise_{path.parent.name}_{path.stem}", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
