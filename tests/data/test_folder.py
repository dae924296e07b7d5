import subprocess
import sys
from pathlib import Path

import pytest

from nnfund.data import folder as module
from nnfund.data.folder import data_folder, data_policy, user_cache_folder


def test_environment_names_the_folder(monkeypatch):
    monkeypatch.setenv("NNFUND_DATA", "~/somewhere")
    assert data_folder() == Path.home() / "somewhere"


@pytest.mark.parametrize("value", [None, ""])
def test_without_it_the_users_cache_is_taken(monkeypatch, value):
    monkeypatch.delenv("NNFUND_DATA")
    if value is not None:
        monkeypatch.setenv("NNFUND_DATA", value)
    assert data_folder() == user_cache_folder()


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {}, "home/.cache/nnfund"),
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/nnfund"),
        ("darwin", {"XDG_CACHE_HOME": "/xdg"}, "home/Library/Caches/nnfund"),
        ("win32", {}, "home/AppData/Local/nnfund/Cache"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/nnfund/Cache"),
    ],
)
def test_each_system_has_its_own_cache(monkeypatch, platform, variables, expected):
    monkeypatch.setattr(module.sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("home"))
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert user_cache_folder() == Path(expected)


@pytest.mark.parametrize("policy", ["real", "auto", "embedded"])
def test_policy_is_read(monkeypatch, policy):
    monkeypatch.setenv("NNFUND_DATA_POLICY", policy)
    assert data_policy() == policy


def test_policy_is_auto_by_default():
    assert data_policy() == "auto"


def test_unknown_policy_is_named(monkeypatch):
    monkeypatch.setenv("NNFUND_DATA_POLICY", "reel")
    with pytest.raises(ValueError, match=r"NNFUND_DATA_POLICY is 'reel'.*real, auto, embedded"):
        data_policy()


def test_the_file_loads_by_path_with_the_standard_library_only():
    code = f"""
import runpy, sys
before = set(sys.modules)
assert runpy.run_path({str(module.__file__)!r})["data_policy"]
loaded = {{name.split(".")[0] for name in set(sys.modules) - before}}
assert loaded <= set(sys.stdlib_module_names), loaded
"""
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
