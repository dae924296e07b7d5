"""Which exercises a reader has passed or tried: a small file in the user's own folder."""

import json
import os
import sys
from pathlib import Path


def progress_file() -> Path:
    """Return where progress is kept: in `$NNFUND_STATE` if that is set, else where the system wants it."""
    chosen = os.environ.get("NNFUND_STATE")
    return (Path(chosen).expanduser() if chosen else user_state_folder()) / "exercises.json"


def user_state_folder() -> Path:
    """Return where this system wants what a program remembers; it may not exist yet."""
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "nnfund"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "nnfund"
    xdg = os.environ.get("XDG_STATE_HOME")
    return (Path(xdg) if xdg else Path.home() / ".local" / "state") / "nnfund"


def read_progress() -> dict[str, str]:
    """Return `"passed"` or `"tried"` for each exercise that was checked; empty where nothing can be read."""
    try:
        found = json.loads(progress_file().read_text("utf-8"))
    except (OSError, ValueError, RuntimeError):  # RuntimeError: there is no home
        return {}
    if not isinstance(found, dict):
        return {}
    return {name: state for name, state in found.items() if state in ("passed", "tried")}


def note_progress(name: str, passed: bool) -> bool:
    """Remember a check; what was passed stays passed. Returns whether it could be written."""
    progress = read_progress()
    if progress.get(name) == "passed":
        return True
    progress[name] = "passed" if passed else "tried"
    try:
        path = progress_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(json.dumps(progress, indent=1, sort_keys=True), "utf-8")
        new.replace(path)
    except (OSError, RuntimeError):
        return False
    return True
