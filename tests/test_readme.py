"""What the README shows runs."""

import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")


def test_the_example_runs_and_learns(tmp_path):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.S)
    import os

    env = {**os.environ, "NNFUND_DATA_POLICY": "embedded"}
    command = [sys.executable, "-c", example]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert float(re.search(r"'accuracy': ([\d.]+)", done.stdout)[1]) > 0.8


def test_the_commands_of_the_readme_are_targets_of_the_makefile():
    makefile = (REPOSITORY / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake (\w+)\b", README)):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_files_that_the_readme_names_exist():
    for name in re.findall(
        r"`((?:docs|tests|nnfund|tutorials_src)/[\w./]*)`|\]\((docs/[^)]+)\)|src=\"([^\"]+)\"", README
    ):
        path = next(filter(None, name))
        if "NN_name" not in path:
            assert (REPOSITORY / path).exists(), path
