"""`import nnfund`, and the parts that are not about drawing, load torch and no other heavy library."""

import subprocess
import sys

import pytest

HEAVY = {"matplotlib", "torchvision", "sklearn", "scipy", "IPython", "PIL"}


def test_checking_an_exercise_waits_for_torch_once_only():
    code = "import sys, nnfund.cli, nnfund.exercises; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "module", ["nnfund", "nnfund.data", "nnfund.models", "nnfund.scratch", "nnfund.training"]
)
def test_importing_loads_no_heavy_library(module):
    code = f"import sys, {module}; print(sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
