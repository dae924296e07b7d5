"""No test here reaches the internet, the user's cache or the real data folder, unless it asks for it."""

import gzip
import hashlib
import os
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pytest

from nnfund.data import download, mnist, nuclei, stand_in

REAL_DATA = os.environ.get("NNFUND_DATA")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty data folder that loaders use, and no network."""
    folder = tmp_path / "data"
    monkeypatch.setenv("NNFUND_DATA", str(folder))
    monkeypatch.delenv("NNFUND_DATA_POLICY", raising=False)
    monkeypatch.setattr(nuclei, "user_cache_folder", lambda: tmp_path / "cache")

    def unreachable(*args, **kwargs):
        raise URLError("Name or service not known")

    monkeypatch.setattr(download, "urlopen", unreachable)
    return folder


@pytest.fixture
def announced(monkeypatch):
    """The notices that loaders give."""
    notices = []
    monkeypatch.setattr(stand_in, "announce", notices.append)
    return notices


@pytest.fixture
def real_data(monkeypatch):
    """The folder of real data, where there is one."""
    if not REAL_DATA:
        pytest.skip("NNFUND_DATA is not set, so there is no real data to read")
    monkeypatch.setenv("NNFUND_DATA", REAL_DATA)
    monkeypatch.setenv("NNFUND_DATA_POLICY", "real")
    return Path(REAL_DATA)


class Web(dict):
    """A server of this machine that answers with what is in this dictionary: path -> bytes."""

    truncate = False  # promise more than is sent
    requests = 0

    def __init__(self):
        super().__init__()
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                web.requests += 1
                content = web.get(self.path)
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                content = content or b""
                self.wfile.write(content[: len(content) // 2] if web.truncate else content)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def web(monkeypatch):
    web = Web()
    monkeypatch.setattr(download, "urlopen", urllib.request.urlopen)
    yield web
    web.server.shutdown()
    web.server.server_close()


@pytest.fixture
def tiny_mnist(monkeypatch):
    """The four files of an MNIST with 200 images to train and 40 to test, as name -> bytes."""
    rng = np.random.default_rng(0)
    contents = {}
    for part, n in (("train", 200), ("t10k", 40)):
        images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        labels = (np.arange(n) % 10).astype(np.uint8)
        contents[f"{part}-images-idx3-ubyte"] = idx_bytes(images)
        contents[f"{part}-labels-idx1-ubyte"] = idx_bytes(labels)
    monkeypatch.setattr(mnist, "FILES", {name: (len(c), md5(c)) for name, c in contents.items()})
    return contents


@pytest.fixture
def local_mnist(tiny_mnist, folder):
    """The tiny MNIST in the data folder: uncompressed files only, as the real one may lie there."""
    raw = folder / mnist.FOLDER
    raw.mkdir(parents=True)
    for name, content in tiny_mnist.items():
        (raw / name).write_bytes(content)
    return raw


@pytest.fixture
def web_mnist(tiny_mnist, web, monkeypatch):
    """The tiny MNIST on a server, compressed."""
    import torchvision

    archives = {f"{name}.gz": gzip.compress(content) for name, content in tiny_mnist.items()}
    web.update({f"/{name}": content for name, content in archives.items()})
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [web.url + "gone/", web.url])
    resources = [(name, md5(content)) for name, content in archives.items()]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", resources)
    return web


def idx_bytes(array: np.ndarray) -> bytes:
    header = bytes([0, 0, 8, array.ndim]) + b"".join(size.to_bytes(4, "big") for size in array.shape)
    return header + array.tobytes()


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def files_in(folder: Path) -> list[str]:
    """Every file and folder below, hidden ones too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))
