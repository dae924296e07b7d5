"""Run a reader's file and take from it what the exercise asks for; say in words what is wrong with it."""

import builtins
import difflib
import inspect
import io
import linecache
import sys
import traceback
from contextlib import redirect_stdout
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from nnfund.exercises.verdict import Verdict

SOURCE = "<your file>"  # under this name tracebacks know the reader's code
MOST_PRINTED = 100_000  # characters


class Unusable(Exception):
    """The file holds no answer that could be checked; `verdict` says why."""

    def __init__(self, headline: str, *facts: tuple[str, str]):
        super().__init__(headline)
        self.verdict = Verdict(False, headline, facts)


class TooMuchPrinted(Exception):
    """The reader's code prints without end."""


class Printed(io.StringIO):
    """Keeps what is printed, up to a limit."""

    def write(self, text: str) -> int:
        """Keep `text`.

        Raises:
            TooMuchPrinted: The limit is reached.
        """
        if self.tell() + len(text) > MOST_PRINTED:
            raise TooMuchPrinted(f"prints more than {MOST_PRINTED:,} characters")
        return super().write(text)


def load_answer(path: Path, asked: tuple[str, ...], stub: ModuleType) -> SimpleNamespace:
    """Run the reader's file and return what it defines under the names that are asked.

    Raises:
        Unusable: It does not run, or lacks a name, or takes other arguments than the stub.
    """
    try:
        source = path.read_text("utf-8-sig")
        code = compile(source, SOURCE, "exec", dont_inherit=True)
    except (UnicodeDecodeError, ValueError) as error:
        raise Unusable("The file is not Python text in UTF-8.", ("Python says", str(error))) from error
    except SyntaxError as error:
        where = f"Line {error.lineno}:\n{(error.text or '').rstrip()}"
        if error.text and error.offset:
            where += f"\n{' ' * (error.offset - 1)}^"
        kind = "indentation" if isinstance(error, IndentationError) else "syntax"
        raise Unusable(f"Python cannot read the file: {kind} error in line {error.lineno}.",
                       ("Where", where), ("Python says", str(error.msg))) from error  # fmt: skip
    linecache.cache[SOURCE] = (len(source), None, source.splitlines(keepends=True), SOURCE)
    module = ModuleType("your_file")
    sys.path.append(str(path.resolve().parent))  # modules beside the file, after all others
    try:
        with redirect_stdout(Printed()):
            exec(code, vars(module))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        raise Unusable("The file stops before its functions can be called.", *told(error)) from error
    finally:
        sys.path.pop()
    for name in asked:
        check_name(vars(module), name, stub)
    return SimpleNamespace(**{name: vars(module)[name] for name in asked})


def check_name(found: dict[str, Any], name: str, stub: ModuleType) -> None:
    """Compare what the reader defines as `name` with the stub.

    Raises:
        Unusable: It is missing, no function or class, lacks a method, or takes other arguments.
    """
    wanted = getattr(stub, name)
    noun = "class" if inspect.isclass(wanted) else "function"
    if name not in found:
        raise Unusable(f"There is no {noun} `{name}`.", *_did_you_mean(name, _own(found)))
    given = found[name]
    if not callable(given) or inspect.isclass(given) != inspect.isclass(wanted):
        raise Unusable(f"`{name}` should be a {noun}; it is {_what(given)}.")
    if not inspect.isclass(wanted):
        _check_signature(name, given, wanted)
        return
    for base in wanted.__bases__:
        if not issubclass(given, base):
            raise Unusable(f"The class `{name}` should derive from `{base.__name__}`.")
    for method, function in vars(wanted).items():
        if not inspect.isfunction(function):
            continue
        if not callable(getattr(given, method, None)):
            facts = _did_you_mean(method, [n for n in vars(given) if not n.startswith("__")])
            raise Unusable(f"The class `{name}` has no method `{method}`.", *facts)
        _check_signature(f"{name}.{method}", getattr(given, method), function)


def _check_signature(name: str, given: Any, wanted: Any) -> None:
    asked = inspect.signature(wanted)
    try:
        came = inspect.signature(given)
    except (TypeError, ValueError):
        return  # a built-in such as torch.relu tells nothing
    parameters = asked.parameters.values()
    places = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    by_name = {p.name: None for p in parameters if p.kind is p.KEYWORD_ONLY}
    names = list(came.parameters)
    swapped = sorted(names) == sorted(asked.parameters) and names != list(asked.parameters)
    try:
        came.bind(*places, **by_name)
    except TypeError:
        swapped = True
    if swapped:
        short = [f"{name}({', '.join(s.parameters)})" for s in (asked, came)]
        raise Unusable(
            f"`{name}` takes other arguments than asked.", ("Asked", short[0]), ("Yours", short[1])
        )


def told(error: BaseException) -> tuple[tuple[str, str], ...]:
    """Say what an exception was and where in the reader's file; no traceback."""
    where = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == SOURCE]
    facts = [("Where", f"Line {where[-1].lineno}:\n    {where[-1].line}")] if where else []
    return (("What happened", _explained(error)), *facts)


def _explained(error: BaseException) -> str:
    message = " ".join(str(error).split())
    if len(message) > 300:
        message = f"{message[:300]} …"
    if isinstance(error, SystemExit):
        return "The code ends the program (exit, quit or sys.exit). Return the result instead."
    if isinstance(error, TooMuchPrinted):
        return f"The code {message}: is there a loop that never ends?"
    if isinstance(error, EOFError):
        return "The code asks for input; nobody is there to type. The inputs come as arguments."
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _did_you_mean(name: str, names: list[str]) -> list[tuple[str, str]]:
    close = difflib.get_close_matches(name, names, 1, 0.5)
    if close:
        return [("Did you mean", f"`{close[0]}`? Call it `{name}`.")]
    return [("The file defines", ", ".join(f"`{n}`" for n in names) or "nothing")]


def _own(found: dict[str, Any]) -> list[str]:
    own = (n for n, value in found.items() if getattr(value, "__module__", None) == "your_file")
    return [name for name in own if name not in vars(builtins)]


def _what(value: Any) -> str:
    return "a class" if inspect.isclass(value) else "a function" if callable(value) else repr(value)[:60]
