"""`python -m pagebuild execute [NAME …]` fills the cache; `… times` measures every page anew."""

import json
import sys
from pathlib import Path

from pagebuild.builder import Project, execute_missing, measured, read_pages

USAGE = f"usage: python -m pagebuild execute [NAME ...] | times\n\n{__doc__}"


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` name, and return its exit status."""
    repository = Path(__file__).parents[3]
    project = Project(repository, repository / ".cache")
    pages = read_pages(project)
    match arguments:
        case ["execute", *names]:
            unknown = set(names) - {page.path.stem for page in pages}
            if unknown:
                print(f"no such page: {', '.join(sorted(unknown))}", file=sys.stderr)
                return 2
            pages = [page for page in pages if not names or page.path.stem in names]
        case ["times"]:
            for page in pages:
                page.executed = None
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    execute_missing(project, pages, workers=1 if arguments == ["times"] else None)
    if arguments == ["times"]:
        text = json.dumps(dict(measured(pages)), indent=2) + "\n"
        (project.sources / "run_times.json").write_text(text, "utf-8")
    errors = [page.error for page in pages if page.error]
    for error in errors:
        print(error, file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
