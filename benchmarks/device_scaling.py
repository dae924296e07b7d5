"""Measure what a device is good at: products of matrices by size, launches, copies, steps, data types.

    python benchmarks/device_scaling.py                  # the fastest device there is, and the CPU beside it
    python benchmarks/device_scaling.py --device cpu     # the CPU alone

Each device becomes one entry of `nnfund/data/device_scaling.py`, with date, machine and version of torch; an
entry of the same machine and device is replaced. The page `21_devices` draws what is in the file. It is a
module and not a file beside the page, so that the page is executed anew when a measurement is added.

A time is the shortest of several: other work on the machine can only add to it. With one thread on the CPU
it is processor time, which other work hardly touches. Every measurement waits for the device before it reads
the clock, since a GPU works on after the call has returned.
"""

import argparse
import datetime
import os
import platform
import pprint
import re
import runpy
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from nnfund.models import MLP
from nnfund.training import pick_device

FILE = Path(__file__).parents[1] / "nnfund" / "data" / "device_scaling.py"
SIZES = [16, 32, 64, 128, 256, 512, 1024, 2048]
GPU_SIZES = [4096, 8192, 16384]
WIDTHS = [16, 64, 256, 1024]
GPU_WIDTHS = [4096]
HEAD = '''"""Times measured by benchmarks/device_scaling.py, in seconds; one entry per machine and device."""

# fmt: off
MEASURED = \
'''
REPEATS = 7
BUDGET = 0.05  # seconds for one repeat: enough calls to fill it, one at least


def waiter(device: torch.device) -> Callable[[], None]:
    """The function that waits until the device has done all that it was asked to."""
    if device.type == "cuda":
        return lambda: torch.cuda.synchronize(device)
    return torch.mps.synchronize if device.type == "mps" else lambda: None


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Shortest time of one call of `work`, in seconds; each repeat ends with waiting for the device."""
    wait = waiter(device)
    alone = device.type == "cpu" and torch.get_num_threads() == 1
    clock = time.process_time if alone else time.perf_counter
    work()  # the first call also loads libraries and reserves memory
    wait()
    started = clock()
    work()
    wait()
    once = clock() - started
    calls = max(1, min(1000, int(BUDGET / max(once, 1e-7))))
    times = []
    for _ in range(3 if once > 1 else REPEATS):
        started = clock()
        for _ in range(calls):
            work()
        wait()
        times.append((clock() - started) / calls)
    return min(times)


def matmul(size: int, device: torch.device, dtype: torch.dtype) -> float:
    """Time of one product of two square matrices."""
    a = torch.randn(size, size, device=device).to(dtype)
    b = torch.randn(size, size, device=device).to(dtype)
    out = torch.empty_like(a)
    return seconds(lambda: torch.mm(a, b, out=out), device)


def copy_to(n_bytes: int, device: torch.device) -> float:
    """Time to bring so many bytes from the CPU's ordinary memory to the device; on the CPU, to copy them."""
    host = torch.zeros(n_bytes, dtype=torch.uint8)
    there = torch.empty_like(host, device=device)
    return seconds(lambda: there.copy_(host), device)


def training_step(width: int, device: torch.device, amp: bool = False, batch_size: int = 256) -> float:
    """Time of one step (forward, loss, backward, SGD) of an MLP with two hidden layers of `width`."""
    model = MLP([784, width, width, 10]).to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    inputs = torch.randn(batch_size, 784, device=device)
    targets = torch.randint(0, 10, (batch_size,), device=device)

    def step() -> None:
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=amp):
            loss = nn.functional.cross_entropy(model(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return seconds(step, device)


def machine_name(device: torch.device) -> str:
    """What computes: the GPU's name, or the processor's."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type == "cpu" and Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
        if found:
            return found[1]
    return platform.processor() or platform.machine()


def measure(device: torch.device) -> dict:
    """All measurements on one device; times in seconds."""
    torch.manual_seed(0)
    on_cpu = device.type == "cpu"
    sizes = SIZES if on_cpu else SIZES + GPU_SIZES
    widths = WIDTHS if on_cpu else WIDTHS + GPU_WIDTHS
    one = torch.zeros(1, device=device)
    return {
        "device": device.type,
        "machine": machine_name(device),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "launch": seconds(lambda: one.add_(1), device),
        "matmul": [(n, matmul(n, device, torch.float32)) for n in sizes],
        "matmul_bfloat16": [(n, matmul(n, device, torch.bfloat16)) for n in sizes if n < 2048 or not on_cpu],
        "copy": [(4**k, copy_to(4**k, device)) for k in range(5, 14)],
        "step": [(width, training_step(width, device)) for width in widths],
        "step_autocast": [(width, training_step(width, device, amp=True)) for width in widths],
    }


def main() -> int:
    """Measure, and put the entries into the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="cpu, cuda or mps (default: the fastest, and the CPU)")
    parser.add_argument("--out", type=Path, default=FILE, help="the file (default: the page's)")
    options = parser.parse_args()
    asked = pick_device(options.device)
    devices = [asked] if options.device or asked.type == "cpu" else [torch.device("cpu"), asked]
    entries = runpy.run_path(str(options.out))["MEASURED"] if options.out.exists() else []
    for device in devices:
        entry = measure(device)
        same = ("device", "machine", "cores", "threads")
        entries = [old for old in entries if any(old[key] != entry[key] for key in same)] + [entry]
        print(f"{entry['machine']} ({device}): measured")
    text = pprint.pformat(_rounded(entries), width=100, compact=True, sort_dicts=False)
    options.out.write_text(f"{HEAD}{text}\n", "utf-8")
    return 0


def _rounded(values: object) -> object:
    """The same with three digits of every time: more mean nothing."""
    if isinstance(values, dict):
        return {key: _rounded(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_rounded(value) for value in values)
    return float(f"{values:.3g}") if isinstance(values, float) else values


if __name__ == "__main__":
    sys.exit(main())
