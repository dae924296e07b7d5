"""`nnfund exercises` and `nnfund check`, with the grading itself replaced where it would be slow."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from nnfund.cli import check, main
from nnfund.exercises import Verdict, all_exercises
from nnfund.exercises.progress import note_progress, progress_file, read_progress

REPOSITORY = Path(__file__).parents[2]
PASSED = Verdict(True, "All 5 checks pass.")
FAILED = Verdict(False, "Wrong.", (("Asked", "f(x)\nx = 1"), ("Came", "2")), "Add `one`.")


@pytest.fixture
def verdicts(monkeypatch):
    """Verdicts to give by the name of the exercise; passed where none is given."""
    given = {}
    monkeypatch.setattr(
        check, "grade_apart", lambda exercise, path, seconds: given.get(exercise.name, PASSED)
    )
    return given


def test_the_list_shows_level_and_progress(capsys, verdicts):
    note_progress("02-one-hot", True)
    note_progress("08-linear-backward", False)
    assert main(["exercises"]) == 0
    out = capsys.readouterr().out
    assert "Page 02 tensors\n  02-one-hot: basic, passed\n      One-hot labels without a loop" in out
    assert "08-linear-backward: intermediate, tried" in out
    assert f"1 of {len(all_exercises())} passed." in out
    assert main(["exercises", "8"]) == 0
    assert "02-one-hot" not in capsys.readouterr().out


def test_starting_never_overwrites(capsys):
    assert main(["exercises", "start", "08"]) == 0
    path = Path("08-linear-backward.py")
    assert "raise NotImplementedError" in path.read_text("utf-8")
    path.write_text("mine", "utf-8")
    assert main(["exercises", "start", "08_linear_backward"]) == 0
    assert "left as it is" in capsys.readouterr().out
    assert path.read_text("utf-8") == "mine"


def test_hints_and_solution(capsys):
    assert main(["exercises", "hints", "08-linear-backward"]) == 0
    assert "  - The bias was added in every row" in capsys.readouterr().out
    assert main(["exercises", "solution", "08-linear-backward"]) == 0
    assert "grad_y.sum(0)" in capsys.readouterr().out


def test_a_verdict_is_printed_in_words_and_remembered(capsys, verdicts):
    Path("my.py").touch()
    verdicts["02-one-hot"] = FAILED
    assert main(["check", "02-one-hot", "my.py"]) == 1
    assert capsys.readouterr().out == (
        "02-one-hot: not yet\nWrong.\nAsked:\n    f(x)\n    x = 1\nCame:\n    2\nHint:\n    Add `one`.\n\n"
    )
    assert read_progress() == {"02-one-hot": "tried"}
    verdicts.clear()
    assert main(["check", "02-one-hot", "my.py"]) == 0
    verdicts["02-one-hot"] = FAILED
    main(["check", "02-one-hot", "my.py"])
    assert read_progress() == {"02-one-hot": "passed"}


def test_a_narrow_window_and_a_terminal(capsys, verdicts, monkeypatch):
    Path("my.py").touch()
    verdicts["02-one-hot"] = Verdict(
        False, "A sentence that is longer than the window is wide.", (), "So is this hint, by a word or two."
    )
    monkeypatch.setenv("COLUMNS", "30")
    main(["check", "02-one-hot", "my.py"])
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 30
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("TERM", "xterm")
    main(["check", "02-one-hot", "my.py"])
    assert "02-one-hot: \033[33mnot yet\033[0m" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["check", "02-one-hot", "my.py"])
    assert "\033" not in capsys.readouterr().out


def test_a_page_at_once_and_the_whole_folder(capsys, verdicts):
    for name in ("02_one_hot.py", "08-linear-backward.py"):  # underscores do as well
        Path(name).touch()
    verdicts["08-linear-backward"] = FAILED
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 passed." in out
    assert "Not in this folder" not in out
    assert main(["check", "02"]) == 0
    assert main(["check", "08"]) == 1
    Path("elsewhere").mkdir()
    Path("elsewhere/02-one-hot.py").touch()
    assert main(["check", "elsewhere/02-one-hot.py"]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "02-one-hto"], "no exercise '02-one-hto'. Did you mean 02-one-hot?"),
        (["check", "nonsense"], "See all: nnfund exercises"),
        (
            ["check", "02-one-hot"],
            "no file 02-one-hot.py here. Begin with: nnfund exercises start 02-one-hot",
        ),
        (["check", "02-one-hot", "nowhere.py"], "no file nowhere.py"),
        (["check"], "no exercise is in this folder"),
        (["exercises", "start"], "which one?"),
        (["exercises", "start", "99"], "no exercise '99'"),
        (["exercises", "strat"], "no exercise 'strat'"),
    ],
)
def test_what_is_not_there_gives_the_status_2(arguments, told, capsys, verdicts):
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


def test_progress_that_cannot_be_kept_stops_nothing(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NNFUND_STATE", str(tmp_path / "file" / "below"))
    assert not note_progress("02-one-hot", True)
    monkeypatch.setenv("NNFUND_STATE", str(tmp_path / "fine"))
    assert note_progress("02-one-hot", True)
    for damaged in ("{", "[1]", '{"02-one-hot": 7}'):
        progress_file().write_text(damaged)
        assert read_progress() == {}
        assert main(["exercises"]) == 0


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_progress_is_kept_where_the_system_wants_it(platform, monkeypatch):
    monkeypatch.delenv("NNFUND_STATE")
    monkeypatch.setattr("sys.platform", platform)
    assert progress_file().parts[-2:] == ("nnfund", "exercises.json")


def test_the_wheel_takes_the_exercises_along():
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["nnfund"]
    for path in [path for exercise in all_exercises() for path in (exercise.path, exercise.solution_path)]:
        name = path.relative_to(REPOSITORY / "nnfund").as_posix()
        assert any(fnmatch(name, pattern) for pattern in patterns)
