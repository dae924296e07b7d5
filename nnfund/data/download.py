"""Get files from the network: checked, all or nothing, and quick to say that there is no network."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from tqdm import tqdm

TIMEOUT = 5  # seconds to wait for a connection, and for each piece of an answer


class DataUnavailableError(RuntimeError):
    """Data is not on this machine and could not be put there."""


class CorruptDataError(RuntimeError):
    """A data file is there, but is not what it should be."""


def check_file(path: Path, *, md5: str, size: int | None = None) -> None:
    """Raise unless a file has the size and the checksum that it should have.

    Raises:
        CorruptDataError: It has not; the message names the file, what is wrong, and what would do.
    """
    found = path.stat().st_size
    if size is not None and found != size:
        wrong = f"has {found:,} bytes instead of {size:,}"
    else:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if digest == md5:
            return
        wrong = f"has the MD5 checksum {digest} instead of {md5}"
    raise CorruptDataError(
        f"{path} is damaged: it {wrong}. Delete it and load again, which downloads it, "
        "or set NNFUND_DATA to a folder that holds a good copy."
    )


@contextmanager
def staging_folder(parent: Path) -> Iterator[Path]:
    """Give an empty folder inside `parent` to download into; it is gone afterwards, whatever happens.

    What is complete leaves it by `os.replace`, in one step: an error or Ctrl-C leaves nothing half-written.

    Raises:
        DataUnavailableError: Nothing can be written there.
    """
    staging = None
    try:
        parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=".download-", dir=parent))
        yield staging
    except OSError as error:
        raise DataUnavailableError(
            f"Cannot write into {parent} ({error}): set NNFUND_DATA to a folder that you can write to"
        ) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def fetch(
    urls: Iterable[str], path: Path, *, check: Callable[[Path], None], copies: Path | None = None
) -> None:
    """Download a file from the first address that gives it whole.

    Args:
        urls: The addresses, tried in turn.
        path: Where the file goes; use a `staging_folder`.
        check: Raises `CorruptDataError` if the file is not what it should be, such as `check_file`.
        copies: A folder in which a file of this name, put there by hand, makes the download unnecessary.

    Raises:
        DataUnavailableError: No address did; the message says for each what went wrong.
    """
    if copies is not None and (copies / path.name).is_file():
        urls = [(copies / path.name).resolve().as_uri(), *urls]
    failures = []
    for url in urls:
        try:
            _save(url, path)
            check(path)
            return
        except (OSError, HTTPException, CorruptDataError) as error:
            failures.append(f"{url}: {error}")
    raise DataUnavailableError(f"Could not download {path.name}. Tried " + "; ".join(failures))


def publish(staged: Path, destination: Path) -> None:
    """Move a complete file from its staging folder to its place, in one step."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    os.replace(staged, destination)


def _save(url: str, path: Path) -> None:
    """Write what an address gives to a file, with a progress bar."""
    request = Request(url, headers={"User-Agent": "nnfund"})
    with urlopen(request, timeout=TIMEOUT) as answer, path.open("wb") as file:
        size = int(answer.headers["Content-Length"] or 0) or None  # None if the server does not say
        with tqdm(total=size, unit="B", unit_scale=True, desc=path.name, leave=False) as progress:
            while piece := answer.read(1 << 16):
                progress.update(file.write(piece))
    if size is not None and path.stat().st_size != size:
        raise OSError(f"the connection ended after {path.stat().st_size:,} of {size:,} bytes")
