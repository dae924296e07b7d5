"""Links from the reference to PyTorch's own documentation, where its inventory can be had."""

import urllib.request
import zlib
from pathlib import Path

TORCH_DOCS = "https://docs.pytorch.org/docs/stable/"


def torch_inventory(folder: Path, *, timeout: float = 3.0) -> list[dict[str, str]]:
    """Return what mkdocstrings' `inventories` wants: PyTorch's inventory, kept in `folder`, or nothing.

    It is downloaded once. Without a network the reference is built without these links, and no build fails.
    """
    file = folder / "torch-objects.inv"
    if not file.exists():
        try:
            with urllib.request.urlopen(TORCH_DOCS + "objects.inv", timeout=timeout) as response:
                content = response.read()
            zlib.decompress(content.split(b"\n", 4)[4])  # neither cut off nor a network's login page
        except (OSError, IndexError, zlib.error):
            return []
        folder.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".part")
        partial.write_bytes(content)
        partial.replace(file)
    return [{"url": file.resolve().as_uri(), "base_url": TORCH_DOCS}]
