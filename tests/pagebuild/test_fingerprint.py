import os

import pytest
from pagebuild import fingerprint as fingerprint_module
from pagebuild.fingerprint import fingerprint
from pagebuild.source import read_page

from .conftest import REPOSITORY

LOADS_MNIST = "# %%\nfrom nnfund.data import load_mnist\nmnist = load_mnist()\n"


@pytest.fixture
def mark(project, monkeypatch):
    """Return a function that writes a page and returns its fingerprint."""
    monkeypatch.setenv("NNFUND_DATA", str(project.root / "data"))

    def mark(cells: str) -> str:
        return fingerprint(read_page(project.write("01_a", cells)), project.root / "nnfund")

    return mark


BASE = "# %%\nx = 1\nprint(x)\n"


@pytest.mark.parametrize(
    "same",
    [
        "# %%\nx = 1  # a comment\n\nprint( x )\n",
        "# %% [markdown]\n# # Another title\n#\n# Other prose.\n\n# %%\nx = 1\nprint(x)\n",
        '# %% tags=["hide_input"]\nx = 1\nprint(x)\n',
        '# %% alt="a text"\nx = 1\nprint(x)\n',
    ],
)
def test_prose_comments_and_layout_do_not_count(mark, same):
    assert mark(BASE) == mark(same)


@pytest.mark.parametrize(
    "other",
    [
        "# %%\nx = 2\nprint(x)\n",
        "# %%\nx = 1\n\n# %%\nprint(x)\n",
        '# %% tags=["raises-exception"]\nx = 1\nprint(x)\n',
        '# %%\nx = 1\nprint(x)\n"a string"\n',
    ],
)
def test_code_cells_and_execution_tags_count(mark, other):
    assert mark(BASE) != mark(other)


def test_a_comment_counts_where_a_page_shows_source_code(mark):
    base = "# %%\nimport inspect\nprint(inspect.getsource(print))\n"
    assert mark(base) != mark(base + "# a comment\n")


def test_a_module_counts_for_the_pages_that_reach_it_only(project, mark):
    uses, does_not = "# %%\nfrom nnfund.data import make_moons\n", "# %%\nfrom nnfund import claim\n"
    before = mark(uses), mark(does_not)
    module = project.root / "nnfund" / "data" / "synthetic.py"
    module.write_text(module.read_text() + "\n# a comment\n")
    assert (mark(uses), mark(does_not)) == before
    module.write_text(module.read_text() + "\nEXTRA = 1\n")
    assert mark(uses) != before[0]
    assert mark(does_not) == before[1]


@pytest.mark.parametrize("library", ["torch", "numpy", "matplotlib", "ipykernel"])
def test_a_new_version_of_a_library_counts(mark, monkeypatch, library):
    before = mark(BASE)
    real = fingerprint_module.importlib.metadata.version
    monkeypatch.setattr(
        fingerprint_module.importlib.metadata, "version", lambda name: "99" if name == library else real(name)
    )
    assert mark(BASE) != before


def test_the_data_that_a_page_reads_counts_and_other_data_does_not(project, mark):
    absent, unrelated = mark(LOADS_MNIST), mark(BASE)
    raw = project.root / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(b"images")
    present = mark(LOADS_MNIST)
    assert present != absent
    assert mark(BASE) == unrelated
    (raw / "train-images-idx3-ubyte").write_bytes(b"imagez")  # same size
    assert mark(LOADS_MNIST) != present
    other = project.root / "data" / "cifar-10-batches-py"
    other.mkdir()
    changed = mark(LOADS_MNIST)
    (other / "data_batch_1").write_bytes(b"0")
    assert mark(LOADS_MNIST) == changed


def test_the_data_policy_counts_where_data_is_read(mark, monkeypatch):
    before = mark(LOADS_MNIST), mark(BASE)
    monkeypatch.setenv("NNFUND_DATA_POLICY", "embedded")
    assert mark(LOADS_MNIST) != before[0]
    assert mark(BASE) == before[1]


def test_no_module_of_nnfund_does_anything_when_it_is_imported():
    """`reach.py` leaves out a package's other modules because importing them has no effect."""
    import ast

    harmless = (
        ast.Import,
        ast.ImportFrom,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
        ast.ClassDef,
        ast.Assign,
        ast.AnnAssign,
    )
    for path in sorted((REPOSITORY / "nnfund").rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            condition = isinstance(node, ast.If) and ast.unparse(node.test) in (
                "TYPE_CHECKING",
                "__name__ == '__main__'",
            )
            assert docstring or condition or isinstance(node, harmless), (
                f"{path}:{node.lineno} runs on import"
            )


def test_a_warm_build_does_not_load_torch(project):
    """Reading pages and finding them in the cache must stay quick."""
    import subprocess
    import sys

    project.write("01_a", LOADS_MNIST)
    code = (
        "import sys; from pathlib import Path; from pagebuild.builder import *;"
        f"read_pages(Project(Path({str(project.root)!r}), Path({str(project.root)!r}) / '.cache'));"
        "print('torch' in sys.modules)"
    )
    hooks = os.environ | {"PYTHONPATH": str(REPOSITORY / "docs" / "hooks")}
    done = subprocess.run([sys.executable, "-c", code], env=hooks, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
