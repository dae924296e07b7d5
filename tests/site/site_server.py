"""The built site, found on disk and served as it will be published."""

import contextlib
import functools
import http.server
import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
REDIRECT = '<meta http-equiv="refresh"'  # in a page that only leads on
SITE = Path(os.environ.get("NNFUND_SITE", ROOT / "site"))


def pages(site: Path) -> list[str]:
    """Addresses of all pages relative to the site's root: "", "glossary/", "404.html"; not old addresses."""
    found = (file for file in site.rglob("*.html") if REDIRECT not in file.read_text("utf-8"))
    files = (file.relative_to(site).as_posix() for file in found)
    return sorted(re.sub(r"(^|/)index\.html$", r"\1", file) for file in files)


def published_at(site: Path) -> str:
    """The address that the site says it has: the canonical link of its home page."""
    home = (site / "index.html").read_text("utf-8")
    link = re.search(r'<link rel="canonical" href="([^"]+)"', home)
    return link[1] if link else "http://localhost/"


class _Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *args, base: str, **kwargs) -> None:
        self.base = base
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        # What is asked for outside the base path does not exist on the published host either.
        inside = path.startswith(self.base)
        return super().translate_path("/" + path.removeprefix(self.base)) if inside else "/nonexistent"

    def log_message(self, *args) -> None:
        pass


@contextlib.contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve `site` under the path at which it is published; yields the local address of its home page."""
    base = urlsplit(published_at(site)).path
    handler = functools.partial(_Handler, directory=site, base=base)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{base}"
        server.shutdown()
