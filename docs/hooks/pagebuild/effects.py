"""What did a cell change? Told by comparing the state of the kernel before and after it.

This file runs inside a page's kernel, as text that the set-up cell executes: a snippet that stands alone must
hold every cell that made or changed what its last cell reads, and that cannot be told from names only (an
optimizer's step changes the model). Objects are compared by a digest of what they hold, so that a change made
through another name counts too.
"""

import json
import random
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import BuiltinFunctionType, FunctionType, ModuleType

import numpy
import torch

MIME = "application/vnd.nnfund.effects+json"
RANDOM_TORCH, RANDOM_NUMPY, RANDOM_PYTHON = "<random: torch>", "<random: numpy>", "<random: python>"
SETTINGS = "<settings>"
UNSEEN = (ModuleType, type, FunctionType, BuiltinFunctionType)
DRAWN = {"matplotlib", "PIL", "IPython"}  # large, and no cell computes with them
DEPTH = 8
SAMPLED = 1 << 18  # of a large array, so many values are looked at


class Recorder:
    """Publishes, after each cell, the names of the objects that the cell made or changed."""

    def __init__(self, shell):
        self.shell = shell
        self.before = None
        shell.events.register("post_run_cell", self.publish)

    def publish(self, result):
        """Publish what the cell made or changed, beside its outputs."""
        before, self.before = self.before, self.state() | unnamed()
        if before is None:  # the set-up cell itself
            return
        code = result.info.raw_cell
        changed = {name for name, digest in self.before.items() if digest != before.get(name)}
        # Where an iterator stands cannot be seen: a cell that names one counts as moving it.
        changed |= {name for name in self.before if name in code and hasattr(self.named(name), "__next__")}
        self.shell.display_pub.publish({MIME: json.dumps(sorted(changed))})

    def named(self, name):
        """Return the object that the page calls `name`."""
        return self.shell.user_ns.get(name)

    def state(self):
        """Return a digest of each object that the page has a name for."""
        hidden = self.shell.user_ns_hidden
        return {
            name: whole_digest(value)
            for name, value in list(self.shell.user_ns.items())
            if not name.startswith("_") and name not in hidden and not isinstance(value, UNSEEN)
        }


def unnamed():
    """Return a digest of each random generator and of the settings that cells share."""
    settings = [
        torch.get_default_dtype(),
        torch.is_grad_enabled(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_anomaly_enabled(),
        torch._tensor_str.PRINT_OPTS,
        numpy.get_printoptions(),
    ]
    return {
        RANDOM_PYTHON: zlib.crc32(repr(random.getstate()).encode()),
        RANDOM_NUMPY: zlib.crc32(numpy.random.get_state()[1].tobytes()),  # noqa: NPY002
        RANDOM_TORCH: zlib.crc32(torch.get_rng_state().numpy().tobytes()),
        SETTINGS: repr(settings),
    }


def whole_digest(value):
    """Return the digest of a named object; of one that refuses to be looked at, something that differs."""
    try:
        return digest(value)
    except Exception:
        return object()


def digest(value, seen=None, depth=0):
    """Return something that differs when `value`, or what it holds, was changed."""
    seen = set() if seen is None else seen
    if value is None or isinstance(value, bool | int | float | complex | bytes):
        return repr(value)
    if isinstance(value, str):
        return value + _files(value)
    if id(value) in seen or depth > DEPTH or isinstance(value, UNSEEN):
        return id(value)
    seen.add(id(value))
    if isinstance(value, torch.Tensor):
        return _tensor(value, seen, depth)
    if isinstance(value, torch.Generator):
        return zlib.crc32(value.get_state().numpy().tobytes())
    if isinstance(value, numpy.ndarray):
        return value.shape, str(value.dtype), _bytes(value)
    if isinstance(value, numpy.random.Generator):
        return repr(value.bit_generator.state)
    if isinstance(value, random.Random):
        return zlib.crc32(repr(value.getstate()).encode())
    if isinstance(value, Path):
        return str(value) + _files(str(value))
    if isinstance(value, Mapping):
        return [(repr(key)[:80], digest(item, seen, depth + 1)) for key, item in list(value.items())]
    if isinstance(value, list | tuple | set | frozenset):
        return [type(value).__name__, *(digest(item, seen, depth + 1) for item in list(value)[:20_000])]
    if type(value).__module__.split(".")[0] in DRAWN or hasattr(value, "__next__"):
        return id(value)
    held = dict(getattr(value, "__dict__", {}))
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                held[name] = getattr(value, name)
    return id(value), [(name, digest(item, seen, depth + 1)) for name, item in held.items()]


def _tensor(tensor, seen, depth):
    parts = [tuple(tensor.shape), str(tensor.dtype), tensor.requires_grad]
    if tensor.is_leaf and tensor.grad is not None:
        parts.append(digest(tensor.grad, seen, depth + 1))
    if tensor.device.type == "cpu" and tensor.layout == torch.strided:
        values = tensor.detach().resolve_conj().resolve_neg().flatten()[:: max(1, tensor.numel() // SAMPLED)]
        if str(tensor.dtype) == "torch.bfloat16":
            values = values.float()
        parts.append(zlib.crc32(values.contiguous().numpy().tobytes()))
    else:
        parts.append(tensor._version)
    return parts


def _bytes(array):
    if array.dtype.hasobject:
        return repr(array)
    flat = array.reshape(-1)[:: max(1, array.size // SAMPLED)]
    return zlib.crc32(numpy.ascontiguousarray(flat).tobytes())


def _files(text):
    """Return a digest of what lies at the path `text`, if it is one."""
    if not 0 < len(text) < 300 or "\n" in text or "\0" in text:
        return ""
    path = Path(text)
    try:
        if path.is_file():
            status = path.stat()
            return f"{status.st_size} {status.st_mtime_ns}"
        if path.is_dir() and path.resolve() != Path.cwd():
            found = sorted(path.rglob("*"))[:5000]
            return repr([(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in found if p.is_file()])
    except OSError:
        pass
    return ""


Recorder(get_ipython())  # noqa: F821
