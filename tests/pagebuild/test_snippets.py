"""Snippets: which earlier cells a cell needs, from names and from what changed when the page ran."""

import subprocess
import sys
from pathlib import Path

import pytest
from pagebuild.names import names_of
from pagebuild.snippets import make_snippets
from pagebuild.source import read_page
from pagebuild.written_code import MARK, snippet_files, with_snippet_links

from .conftest import HEADER


def cells_of(number: int, codes: list[str], changed: list[list[str]]) -> tuple[int, ...]:
    return make_snippets(codes, changed, title="A page", url="https://example.org/")[number].cells


@pytest.mark.parametrize(
    ("code", "binds", "reads"),
    [
        ("x = y + 1", {"x"}, {"y"}),
        ("x += 1", set(), {"x"}),
        ("x.grad = None", set(), {"x"}),
        ("if a:\n    x = 1", set(), {"a"}),
        ("for i in range(3):\n    x = i\nprint(x)", {"i"}, {"x"}),
        ("with lock:\n    x = 1", {"x"}, {"lock"}),
        ("a, (b, c) = pair", {"a", "b", "c"}, {"pair"}),
        ("print([v for v in values])", set(), {"values"}),
        ("key = lambda row: row[k]", {"key"}, {"k"}),
        ("def f(a, b=d):\n    return a + g", {"f"}, {"d"}),
        ("class C(Base):\n    size = n", {"C"}, {"Base", "n"}),
        ("import numpy as np\nprint(np.e)", {"np"}, set()),
        ("old = x\nprint(old)\nx = 1", {"old", "x"}, {"x"}),
        ("try:\n    f(a)\nexcept ValueError as error:\n    print(error)", set(), {"f", "a"}),
        ("if (n := len(a)) > 1:\n    print(n)", set(), {"a", "n"}),
    ],
)
def test_names_of_a_cell(code, binds, reads):
    names = names_of(code)
    assert names.binds == binds
    assert names.reads == reads


def test_the_body_of_a_function_is_read_when_it_is_called():
    assert names_of("def f(x):\n    y = x\n    return y * scale").bodies == {"f": {"scale"}}


PAGE = [
    ("import torch\nimport math", []),  # 0
    ("a = 1", ["a"]),  # 1
    ("b = [a]", ["b"]),  # 2
    ("c = 5", ["c"]),  # 3
    ("alias = b\nalias.append(2)", ["alias", "b"]),  # 4: changes b through another name
    ("def f():\n    return scale * math.pi", []),  # 5
    ("scale = 2", ["scale"]),  # 6
    ("torch.manual_seed(0)\nw = torch.randn(1)", ["<random: torch>", "w"]),  # 7
    ("v = torch.randn(1)", ["<random: torch>", "v"]),  # 8
    ("torch.set_default_dtype(torch.float64)", ["<settings>"]),  # 9
    ("print(b)", []),  # 10
    ("print(f())", []),  # 11
    ("print(torch.randn(1))", ["<random: torch>"]),  # 12
    ("print(c)", []),  # 13
    ("torch.manual_seed(1)\nprint(torch.randn(1))", ["<random: torch>"]),  # 14
]
CODES, CHANGED = [code for code, _ in PAGE], [changed for _, changed in PAGE]


@pytest.mark.parametrize(
    ("number", "cells"),
    [
        (1, (1,)),
        (2, (1, 2)),
        (4, (1, 2, 4)),
        (10, (1, 2, 4, 9, 10)),  # what was changed through another name; settings reach all that follows
        (11, (5, 6, 9, 11)),  # a function, and what its body reads
        (12, (7, 8, 9, 12)),  # the same random numbers: all draws since the seed
        (13, (3, 9, 13)),
        (14, (9, 14)),  # its own seed: no draw before matters
    ],
)
def test_a_snippet_holds_the_cells_that_it_needs(number, cells):
    assert cells_of(number, CODES, CHANGED) == cells


def test_a_snippet_imports_what_it_needs_and_no_more():
    snippet = make_snippets(CODES, CHANGED, title="A page", url="https://example.org/")[11]
    assert "import math\n" in snippet.text
    assert snippet.text.count("import ") == 2, snippet.text  # cell 9 needs torch
    both = make_snippets(["import math\nimport os\nx = math.pi"], [["x"]], title="A page", url="")[0]
    assert both.text.count("import ") == 1
    alone = make_snippets(CODES[:2], CHANGED[:2], title="A page", url="https://example.org/")[1]
    assert alone.is_cell


MUTATIONS = {
    "a list": ("x = [1]", "y = x\ny.append(2)"),
    "a tensor in place": ("import torch\nx = torch.zeros(2)", "x.view(-1).add_(1)"),
    "memory that NumPy shares": ("import torch\nx = torch.zeros(2)", "shared = x.numpy()\nshared += 1"),
    "a model, by its optimizer": (
        "import torch\nx = torch.nn.Linear(1, 1)\nstep = torch.optim.SGD(x.parameters(), lr=1)",
        "x(torch.ones(1, 1)).sum().backward()\nstep.step()",
    ),
    "a mode": ("import torch\nx = torch.nn.Linear(1, 1)", "other = x\nother.eval()"),
    "an attribute": ("class C: pass\nx = C()", "y = x\ny.a = 1"),
    "an iterator": ("x = iter([1, 2, 3])", "next(x)"),
    "a file": (
        "from pathlib import Path\nx = Path('file.txt')\nx.write_text('a')",
        "Path('file.txt').write_text('other')",
    ),
    "a generator of random numbers": (
        "import torch\nx = torch.Generator().manual_seed(0)",
        "torch.rand(1, generator=x)",
    ),
}


@pytest.fixture(scope="module")
def changed_when_run(tmp_path_factory) -> dict[str, list[list[str]]]:
    """Run each pair of cells, and a third that only looks, in the pipeline's own kernel."""
    from pagebuild.execution import execute_page

    folder = tmp_path_factory.mktemp("effects")
    cells = ["# %% [markdown]\n# # A page"]
    for first, second in MUTATIONS.values():
        cells += [f"# %%\n{first}", f"# %%\n{second}", "# %%\nprint(x)\ndel x"]
    page = folder / "01_a.py"
    page.write_text(HEADER + "\n\n".join(cells) + "\n", "utf-8")
    changed = execute_page(read_page(page), Path(__file__).parents[2]).changed
    return {name: changed[3 * i : 3 * i + 3] for i, name in enumerate(MUTATIONS)}


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_a_cell_changes_is_seen_however_it_is_named(changed_when_run, name):
    made, changed, looked = changed_when_run[name]
    assert "x" in made
    assert "x" in changed
    assert "x" not in looked or name == "an iterator"


def test_a_snippet_of_a_built_page_stands_alone(project, tmp_path):
    project.write(
        "01_a",
        "# %%\nimport torch\n\nfrom nnfund import claim\n\n# %%\ntorch.manual_seed(3)\n"
        "model = torch.nn.Linear(2, 1)\n\n# %%\nunused = 1\n\n# %%\nprint(model.weight)\n"
        "claim('So.', True)\n",
    )
    assert project.build().returncode == 0
    assert 'href="cell-04.py"' in project.page("01_a")
    script = project.root / "site" / "tutorials" / "01_a" / "cell-04.py"
    text = script.read_text("utf-8")
    assert "unused" not in text
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Parameter containing")
    assert done.stdout.endswith("✓ So.\n")


WRITTEN = f"""# Notes

{MARK}

```python
import math
x = [1]
```

```python
x.append(2)
```

```python
math.pi
```

```python
print(x)
```
"""


def test_the_blocks_of_a_written_page_are_linked_to_what_they_need():
    text = with_snippet_links(WRITTEN, folder="notes", url="https://example.org/notes/")
    assert text.count(".nb-needs") == 3  # the first stands alone
    assert MARK not in text
    files = snippet_files(WRITTEN, url="https://example.org/notes/")
    assert sorted(files) == ["cell-02.py", "cell-03.py", "cell-04.py"]
    assert b"append" not in files["cell-03.py"]
    exec(files["cell-04.py"], values := {})
    assert values["x"] == [1, 2]


def test_a_written_page_without_the_mark_stays_as_it_is():
    plain = WRITTEN.replace(MARK, "")
    assert with_snippet_links(plain, folder="notes", url="") == plain
    assert snippet_files(plain, url="") == {}
