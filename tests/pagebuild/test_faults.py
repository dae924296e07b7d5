"""What makes a strict build fail, and that it says where."""

import pytest

from .conftest import make_project

PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()\n"

FAULTS = {
    "01_raises": ("# %%\nx = 1\n\n# %%\nprint(1 / 0)\n", 2, "ZeroDivisionError: division by zero"),
    "02_claim": ("# %%\nfrom nnfund import claim\nclaim('Two is 3.', 2 == 3)\n", 1, "FalseClaim: Two is 3."),
    "03_alt": ("# %%\n" + PLOT, 1, "a figure has no alt text"),
    "04_link": ("# %% [markdown]\n# See [this](nowhere.md).\n", None, "nowhere.md"),
    "05_anchor": ("# %% [markdown]\n# See [this](../index.md#nowhere).\n", None, "#nowhere"),
    "06_reference": ("# %% [markdown]\n# See [this][nnfund.nowhere].\n", None, "nnfund.nowhere"),
    "07_math": ("# %% [markdown]\n# As $\\frac{1}{$ shows.\n", None, "invalid math"),
    "08_quiet": ('# %% tags=["raises-exception"]\nx = 1\n', 1, "tagged raises-exception, but it does not"),
    "09_warns": ("# %%\nimport warnings\nwarnings.warn('careful')\n", 1, "wrote to standard error"),
    "10_wide": (
        '# %% alt="A line that is far too wide for any screen."\nimport matplotlib.pyplot as plt\n'
        "plt.subplots(figsize=(30, 2))\nplt.show()\n",
        1,
        "pixels wide",
    ),
    "11_picture": ("# %% [markdown]\n# ![A picture](nowhere.png)\n", None, "nowhere.png"),
}


@pytest.fixture(scope="module")
def faulty_build(tmp_path_factory):
    project = make_project(tmp_path_factory.mktemp("faulty"))
    for name, (cells, _, _) in FAULTS.items():
        project.write(name, cells)
    return project, project.build()


def test_every_fault_counts_against_a_strict_build(faulty_build):
    _, done = faulty_build
    assert done.returncode == 1
    assert "Aborted with 7 errors, 4 warnings in strict mode" in done.stdout  # one for each


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_page_and_place(faulty_build, name):
    project, done = faulty_build
    cells, cell, message = FAULTS[name]
    lines = (project.root / "tutorials_src" / f"{name}.py").read_text().splitlines()
    if cell:  # the line of the code cell's marker
        line = [n for n, text in enumerate(lines, 1) if text.startswith("# %%") and "[markdown]" not in text][
            cell - 1
        ]
    else:  # the line of the text itself
        line = next(n for n, text in enumerate(lines, 1) if cells.splitlines()[1] in text)
    report = done.stderr.split(f"tutorials_src/{name}.py:{line}")
    assert len(report) > 1, done.stderr
    assert message in done.stderr
