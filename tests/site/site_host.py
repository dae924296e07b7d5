"""The built site, served as GitHub Pages serves it: compressed, and kept by the browser for ten minutes."""

import contextlib
import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from site_server import _Handler, published_at

COMPRESSED = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")
KEPT = "max-age=600"


class _Host(_Handler):
    protocol_version = "HTTP/1.1"  # connections stay open

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if path.is_dir():
            path = path / "index.html"
        status = 200 if path.is_file() else 404
        if status == 404:
            path = Path(self.directory) / "404.html"
        kind, content = self.guess_type(str(path)), path.read_bytes()
        self.send_response(status)
        if kind.startswith(COMPRESSED):
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", KEPT)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a page that was closed
            self.wfile.write(content)


@contextlib.contextmanager
def hosted(site: Path) -> Iterator[str]:
    """Serve `site` under the path at which it is published; yields the local address of its home page."""
    base = urlsplit(published_at(site)).path
    handler = functools.partial(_Host, directory=str(site), base=base)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{base}"
        server.shutdown()
