from pathlib import Path

import pytest
from pagebuild.reach import reachable_modules

FILES = {
    "__init__.py": "from nnfund.claims import claim\n",
    "claims.py": "",
    "cli.py": "from nnfund.data import load, make\n",
    "data/__init__.py": "from nnfund.data.loader import load\nfrom .synthetic import make as make_it\n",
    "data/loader.py": "def load():\n    from nnfund.data.folder import where\n",
    "data/folder.py": "",
    "data/synthetic.py": "from .shapes import draw\n",
    "data/shapes.py": "import logging\nlog = logging.getLogger('nnfund')\n",
    "exercises/grading.py": "",
}


@pytest.fixture
def package(tmp_path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "nnfund" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "nnfund"


EVERYTHING = {name for name in FILES if not name.startswith("exercises/")}


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ("import torch", set()),
        ("from nnfund import claim", {"claims.py"}),
        ("from nnfund.claims import claim", {"claims.py"}),
        ("from nnfund.data import load", {"data/loader.py", "data/folder.py"}),  # an import inside a function
        ("from nnfund.data import make_it", {"data/synthetic.py", "data/shapes.py"}),  # relative, renamed
        ("from nnfund.data.folder import where", {"data/folder.py"}),
        ("import nnfund.data.folder", {"data/folder.py"}),
        ("from nnfund import data", {name for name in FILES if name.startswith("data/")}),
        ("import nnfund.data", {name for name in FILES if name.startswith("data/")}),
        ("from nnfund.data import *", {name for name in FILES if name.startswith("data/")}),
        ("import nnfund", EVERYTHING),
        ("from nnfund import *", EVERYTHING),
        ("def f():\n    from nnfund import claim", {"claims.py"}),
        ("subprocess.run(['nnfund', 'train'])", EVERYTHING),
        ("subprocess.run([python, '-c', 'import nnfund'])", EVERYTHING),
        ("%run -m nnfund", EVERYTHING),
        ("subprocess.run(['nnfund', 'check', '02'])", set(FILES)),
        ("import nnfund\nnnfund.exercises", set(FILES)),
        ("from nnfund import exercises", {"exercises/grading.py"}),
        ("print('nnfund_data')", set()),
    ],
)
def test_the_modules_that_code_can_reach(package, code, reached):
    found = {path.relative_to(package).as_posix() for path in reachable_modules([code], package)}
    assert found == reached


def test_a_name_that_no_init_exports_reaches_all_that_the_init_imports(package):
    found = {
        p.relative_to(package).as_posix()
        for p in reachable_modules(["from nnfund.data import VERSION"], package)
    }
    assert found == {name for name in FILES if name.startswith("data/")}


def test_files_that_the_package_carries_count_for_every_page_that_uses_it(package):
    (package / "table.csv").write_text("1,2")
    assert package / "table.csv" in reachable_modules(["from nnfund import claim"], package)
    assert reachable_modules(["import torch"], package) == []
