"""Kill training runs with SIGKILL, resume them, and compare the results with a run that was left alone.

    python benchmarks/kill_and_resume.py --points 100

Each point is one run in a process of its own that is killed one to three times: from outside after a random
time; or from inside at a random byte of a checkpoint that is being written, right before the file takes its
name, or right after. Everything that can differ takes part: shuffled batches, dropout, random noise from
torch, NumPy and `random`, batch norm, momentum, a schedule, early stopping. The runs are forked from one
process that has torch loaded, since importing it takes longer than a run (so: Linux).
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nnfund.data import Batches
from nnfund.training import Checkpoint, EarlyStopping, accuracy, atomic, fit, set_seed, triangular

EPOCHS = 6


def noise(inputs: torch.Tensor) -> torch.Tensor:
    """Disturb a batch with all three sources of random numbers."""
    scale = random.random() + np.random.rand()  # noqa: NPY002  (the global state is what is tested)
    return inputs + 0.1 * scale * torch.randn_like(inputs)


def train(checkpoint: Path) -> dict:
    """Train a small network, from the checkpoint when there is one; return all that a run results in."""
    set_seed(0)
    inputs = torch.randn(300, 10)
    targets = (inputs[:, :2].sum(1) > 0).long()
    train_loader = Batches(inputs, targets, batch_size=32, shuffle=True, seed=1, transform=noise)
    model = nn.Sequential(nn.Linear(10, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
    history = fit(
        model,
        train_loader,
        loss_fn=nn.CrossEntropyLoss(),
        optimizer=optimizer,
        epochs=EPOCHS,
        val_loader=Batches(inputs, targets, batch_size=128),
        metrics={"accuracy": accuracy},
        scheduler=triangular(optimizer, EPOCHS * len(train_loader)),
        callbacks=[EarlyStopping(patience=3), Checkpoint(checkpoint, resume=checkpoint.exists())],
    )
    curves = {name: values for name, values in history.to_dict().items() if name != "seconds"}
    return {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "curves": curves}


def die() -> None:
    """End this process as a power cut would: no handler runs, no buffer is written."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_while_writing(which: int, share: float, where: str) -> None:
    """Make this process die while it writes its checkpoint number `which`."""
    replace, real_open, count = os.replace, open, [0]

    class DyingFile:
        def __init__(self, *args):
            self.file = real_open(*args)
            count[0] += 1

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, content: bytes) -> None:
            if where == "byte" and count[0] == which:
                self.file.write(content[: int(share * len(content))])
                self.file.flush()
                die()
            self.file.write(content)

    def dying_replace(*paths):
        if where == "before" and count[0] == which:
            die()
        replace(*paths)
        if where == "after" and count[0] == which:
            die()

    atomic.open = DyingFile  # hides the built-in function in that module alone
    os.replace = dying_replace


def run_and_kill(checkpoint: Path, result: Path, draw: random.Random, seconds: float, kill: bool) -> str:
    """Fork a run; kill it as drawn, or let it end. Returns how it went."""
    where = draw.choice(["time", "byte", "byte", "before", "after"]) if kill else "nowhere"
    which, share, delay = draw.randint(1, EPOCHS + 1), draw.random(), draw.random() * seconds
    child = os.fork()
    if child == 0:
        if where not in ("time", "nowhere"):
            die_while_writing(which, share, where)
        try:
            torch.save(train(checkpoint), result)
            os._exit(0)
        finally:
            os._exit(1)
    if where == "time":
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"killed ({where})"
    if os.WEXITSTATUS(status) != 0:
        raise RuntimeError("a run failed; its error stands above")
    return "ended"


def equal(a: object, b: object) -> bool:
    """Whether two nested results hold the same values, bit for bit."""
    if isinstance(a, torch.Tensor):
        return (
            isinstance(b, torch.Tensor) and a.dtype == b.dtype and a.numpy().tobytes() == b.numpy().tobytes()
        )
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def main() -> int:
    """Run all points; the exit status is 0 when every result is equal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=100, help="number of runs to kill (default: 100)")
    parser.add_argument("--seed", type=int, default=0, help="draws the moments of death (default: 0)")
    options = parser.parse_args()
    torch.set_num_threads(1)  # a process that computed with several must not fork
    torch.optim.SGD([torch.zeros(1)])  # loads what every run would otherwise load anew, for a second
    draw = random.Random(options.seed)
    counts: dict[str, int] = {}
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        checkpoint, result = Path(folder, "run.ckpt"), Path(folder, "result.pt")
        run_and_kill(
            checkpoint, result, draw, 0, kill=False
        )  # warm caches, so that the next one's time counts
        checkpoint.unlink()
        started = time.perf_counter()
        run_and_kill(checkpoint, result, draw, 0, kill=False)
        seconds = time.perf_counter() - started
        expected = torch.load(result, weights_only=True)
        for _ in range(options.points):
            result.unlink(missing_ok=True)
            outcome = "ended"
            while outcome == "ended":  # death came too late: draw again
                checkpoint.unlink(missing_ok=True)
                outcome = run_and_kill(checkpoint, result, draw, seconds, kill=True)
            counts[outcome] = counts.get(outcome, 0) + 1
            for _ in range(draw.randint(0, 2)):
                outcome = run_and_kill(checkpoint, result, draw, seconds, kill=True)
                counts[outcome] = counts.get(outcome, 0) + 1
            run_and_kill(checkpoint, result, draw, seconds, kill=False)
            different += not equal(torch.load(result, weights_only=True), expected)
    for outcome, count in sorted(counts.items()):
        print(f"{outcome:16} {count:4}")
    same = options.points - different
    print(f"{same} of {options.points} resumed runs equal, bit for bit, the one that was left alone")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
