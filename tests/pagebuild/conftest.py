"""A small project beside the real one: the real hook and package, pages of its own."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# goals:
#   - read a small page
# know_first: "[the home page](../index.md)"
# data: none
# ---

"""

MKDOCS = """\
site_name: small
site_url: https://example.org/small/
repo_url: https://github.com/example/nnfund
edit_uri: edit/main/docs/
theme: {name: material, font: false}
hooks: [docs/hooks/mkdocs_hook.py, docs/hooks/sharing_hook.py, docs/hooks/security_hook.py]
watch: [tutorials_src, nnfund]
exclude_docs: |
  /hooks/
  /redirects.toml
validation:
  links: {not_found: warn, anchors: warn, unrecognized_links: warn}
plugins:
  - search
  - mkdocs-jupyter:
      {include: ["*.ipynb"], execute: false, allow_errors: false, include_source: true, cache: false}
  - mkdocstrings: {handlers: {python: {paths: [.]}}}
markdown_extensions:
  - admonition
  - attr_list
  - def_list
  - footnotes
  - md_in_html
  - tables
  - pymdownx.arithmatex: {generic: true}
  - pymdownx.details
  - pymdownx.highlight
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
"""


@dataclass
class SmallProject:
    """A folder that MkDocs can build, with `nnfund`, the hook, and the pages that a test writes."""

    root: Path

    def write(self, name: str, cells: str, header: str = HEADER) -> Path:
        """Write the page `name`; `cells` starts with a title of its own, or gets one."""
        if not cells.lstrip().startswith("# %% [markdown]\n# # "):
            cells = "# %% [markdown]\n# # A page\n#\n# An opening sentence.\n\n" + cells
        path = self.root / "tutorials_src" / f"{name}.py"
        path.write_text(header + cells, "utf-8")
        return path

    def build(self, *, strict: bool = True, **env: str) -> subprocess.CompletedProcess:
        """Run `mkdocs build` and return what it said."""
        command = [sys.executable, "-m", "mkdocs", "build", *(["--strict"] if strict else [])]
        return subprocess.run(
            command, cwd=self.root, env=self.environment(**env), capture_output=True, text=True, timeout=300
        )

    def environment(self, **env: str) -> dict[str, str]:
        return {**os.environ, "NO_MKDOCS_2_WARNING": "1", "NNFUND_DATA": str(self.root / "data"), **env}

    def page(self, name: str) -> str:
        """Return the HTML of a built page."""
        return (self.root / "site" / "tutorials" / name / "index.html").read_text("utf-8")

    def executed(self, done: subprocess.CompletedProcess) -> set[str]:
        """Return the pages that a build executed."""
        assert done.returncode == 0, done.stderr
        return {
            line.split("executed ")[1].split(".py")[0]
            for line in done.stderr.splitlines()
            if "executed " in line
        }


def make_project(root: Path) -> SmallProject:
    """Make a small project in the empty folder `root`."""
    for part in ("docs/hooks", "nnfund"):
        shutil.copytree(REPOSITORY / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "tutorials_src").mkdir()
    (root / "docs" / "assets").mkdir()
    shutil.copy(REPOSITORY / "docs" / "assets" / "palette.css", root / "docs" / "assets")
    (root / "docs" / "index.md").write_text("# Home\n\n## Batch { #batch }\n\nText.\n")
    (root / "docs" / "api.md").write_text("# API\n\n::: nnfund.claims\n")
    (root / "mkdocs.yml").write_text(MKDOCS)
    return SmallProject(root)


@pytest.fixture
def project(tmp_path) -> SmallProject:
    return make_project(tmp_path)
