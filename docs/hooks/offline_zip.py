"""`python docs/hooks/offline_zip.py site`: the built site as one file to download, and the link to it.

The archive depends on the site only: the order, dates and permissions of its files are fixed. The page that
offers it is written anew with the archive's size; in the archive, the same place says that you have it.
"""

import re
import sys
import zipfile
from pathlib import Path

NAME = "nnfund-site.zip"
OFFER = Path("faq", "index.html")
PLACE = re.compile(r'(<span id="site-archive">).*?(</span>)', re.DOTALL)
IN_THE_ARCHIVE = "You are reading it."
POLICY = re.compile(
    r'<meta http-equiv="Content-Security-Policy"[^>]*>\n?'
)  # not every browser counts a folder as 'self'
DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format knows


def make_archive(site: Path) -> Path:
    """Write the archive of `site` into `site`, link it, and return its path."""
    page = site / OFFER
    if not page.exists():
        raise SystemExit(f"{page} does not exist: build the site first (make site)")
    offer = page.read_text("utf-8")
    if not PLACE.search(offer):
        raise SystemExit(f'{page} has no <span id="site-archive"> for the link: docs/faq.md must hold it')
    archive = site / NAME
    archive.unlink(missing_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(site.rglob("*")):
            if path.is_file() and path != archive:
                content = path.read_bytes()
                if path.suffix == ".html":
                    text = POLICY.sub("", content.decode("utf-8"))
                    content = (with_text(text, IN_THE_ARCHIVE) if path == page else text).encode()
                _add(file, f"nnfund-site/{path.relative_to(site).as_posix()}", content)
    page.write_text(with_text(offer, link(archive.stat().st_size)), "utf-8", newline="\n")
    return archive


def with_text(page: str, text: str) -> str:
    """Return `page` with `text` where the link stands."""
    return PLACE.sub(lambda place: place[1] + text + place[2], page)


def link(size: int) -> str:
    """Return the link to an archive of `size` bytes."""
    return f'<a href="../{NAME}" download>Download the whole site</a> ({size / 1e6:.1f} MB, zip).'


def _add(file: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.create_system = 3  # the same on every system
    info.external_attr = 0o100644 << 16
    file.writestr(info, content, zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(f"usage: python docs/hooks/offline_zip.py SITE\n\n{__doc__}")
    made = make_archive(Path(sys.argv[1]))
    print(f"{made}: {made.stat().st_size / 1e6:.1f} MB")
