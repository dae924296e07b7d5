"""The same file twice.

Level: intermediate
Page: 23_project

Before images are split into training and test set, find those that are there twice: one in each would be a
leak. Look at all files in `folder` and in its sub-folders, at any depth. Return a list of groups: each group
is the sorted list of the paths of files with the same bytes, two files or more, whatever they are called. The
order of the groups does not matter. A path is `folder` with what follows, as `folder.rglob("*")` gives it.
"""

from pathlib import Path


def copies(folder: Path) -> list[list[Path]]:
    """Return the groups of files with equal bytes."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import tempfile
from collections import defaultdict

from nnfund.exercises import Case


def checks(answer):
    def groups(files):
        """copies(folder), its groups sorted, for a folder with these files and their bytes"""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for path, content in files.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(content)
            try:
                found = answer.copies(folder)
            except OSError as error:
                error.filename = None  # another one each time
                raise
            return sorted([str(Path(path).relative_to(folder)) for path in group] for group in found)

    yield Case(
        groups,
        {"cat/1.png": b"abc", "cat/2.png": b"xyz", "dog/3.png": b"abc"},
        expected=[["cat/1.png", "dog/3.png"]],
    )
    yield Case(groups, {"a/1.png": b"abc", "b/1.png": b"xyz", "c/d/7.png": b"qrs"}, expected=[])
    files = {f"{letter}/{k}.png": bytes([k % 3]) * 100 for letter in "ba" for k in range(5)}
    rests = ([0, 3], [1, 4], [2])
    expected = [[f"{letter}/{k}.png" for letter in "ab" for k in rest] for rest in rests]
    yield Case(groups, files, expected=expected)
    nested = {"top.png": b"1234", "deep/er/still/1.png": b"1234", "deep/er/2.jpg": b"12345"}
    yield Case(groups, nested, expected=[["deep/er/still/1.png", "top.png"]])


def grouped(files, key, least=2, order=sorted):
    found = defaultdict(list)
    for path in files:
        if path.is_file():
            found[key(path)].append(path)
    return [order(group) for group in found.values() if len(group) >= least]


def by_name(folder):
    """Files of one name were grouped. Copies often have other names, and other files the same: compare what
    is *in* them.
    """
    return grouped(folder.rglob("*"), lambda path: path.name)


def by_size(folder):
    """Files of one *size* were grouped. Equal bytes have equal sizes, but not the other way round: read the
    bytes.
    """
    return grouped(folder.rglob("*"), lambda path: path.stat().st_size)


def single_ones(folder):
    """Files without a copy are groups of one here. Asked are groups of two or more."""
    return grouped(folder.rglob("*"), lambda path: path.read_bytes(), least=1)


def one_level(folder):
    """Not every sub-folder is looked into. `rglob("*")` goes to any depth."""
    return grouped([*folder.glob("*"), *folder.glob("*/*")], lambda path: path.read_bytes())


def top_alone(folder):
    """Nothing in a sub-folder was found. `glob("*")` and `iterdir()` stay at the top; `rglob("*")` goes
    down.
    """
    return grouped(folder.glob("*"), lambda path: path.read_bytes())


def within_a_folder(folder):
    """Copies were looked for within each sub-folder alone. One in the class cat and one in the class dog is
    the worse case: look at all files together.
    """
    return grouped(folder.rglob("*"), lambda path: (path.parent, path.read_bytes()))


def pairs(folder):
    """Three or more equal files are one group, and not several pairs. A dictionary from the bytes to a list
    of paths collects them.
    """
    groups = grouped(folder.rglob("*"), lambda path: path.read_bytes())
    return [[one, other] for group in groups for i, one in enumerate(group) for other in group[i + 1 :]]


def unsorted(folder):
    """The groups are right, but the paths within a group are not sorted."""
    return grouped(folder.rglob("*"), lambda path: path.read_bytes(), order=lambda g: sorted(g, reverse=True))


def folders_too(folder):
    """`rglob` finds folders as well as files, and a folder has no bytes to read. Ask `path.is_file()`
    first.
    """
    found = defaultdict(list)
    for path in folder.rglob("*"):
        found[path.read_bytes()].append(path)
    return [sorted(group) for group in found.values() if len(group) > 1]


MISTAKES = [
    folders_too,
    by_name,
    by_size,
    single_ones,
    one_level,
    top_alone,
    within_a_folder,
    pairs,
    unsorted,
]
