"""How fast is a training step of `nnfund.scratch` against autograd with `torch.optim.SGD`?

    python benchmarks/scratch_step.py

The classic MNIST network, 784-512-128-10, batch 64, SGD with momentum, one thread, on random numbers (the
values do not matter to the time). All variants start from the same weights and must agree after 20 steps.
They then take turns, and what counts is the median, over the rounds, of the ratio to autograd in the same
round: that holds on a machine that has other work to do. Times are of the processor.

What makes the scratch step fast, and stays readable:

- `Linear(784, 512, input_grad=False)`: nobody needs dL/dpixels, a third of that layer's work (autograd
  skips it too: the row "with dL/dx" shows the price of not skipping it);
- gradients are added in place by the matrix product that computes them (`weight.grad.addmm_`), and cleared in
  place, so no step asks for memory of the size of the weights;
- all parameters are one vector, so clearing is one operation and the update with momentum two.
"""

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from nnfund import scratch

SIZES = (784, 512, 128, 10)
BATCH_SIZE = 64
OPTIONS = {"lr": 0.01, "momentum": 0.9}
TARGET = 0.85

Step = Callable[[Tensor, Tensor], Tensor]


def autograd_step() -> tuple[Step, list[Tensor]]:
    """Return a training step of PyTorch, and the parameters it moves."""
    torch.manual_seed(0)
    a, b, c, d = SIZES
    model = nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c), nn.ReLU(), nn.Linear(c, d))
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), **OPTIONS)

    def step(inputs: Tensor, targets: Tensor) -> Tensor:
        loss = loss_fn(model(inputs), targets)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step, [p.detach() for p in model.parameters()]


def scratch_step(*, input_grad: bool = False) -> tuple[Step, list[Tensor]]:
    """Return a training step of `nnfund.scratch`, and the parameters it moves."""
    torch.manual_seed(0)
    a, b, c, d = SIZES
    model = scratch.Sequential(
        scratch.Linear(a, b, input_grad=input_grad),
        scratch.ReLU(),
        scratch.Linear(b, c),
        scratch.ReLU(),
        scratch.Linear(c, d),
    )
    loss_fn = scratch.CrossEntropyLoss()
    optimizer = scratch.SGD(model.parameters(), **OPTIONS)

    def step(inputs: Tensor, targets: Tensor) -> Tensor:
        loss = loss_fn(model(inputs), targets)

        optimizer.zero_grad()
        model.backward(loss_fn.backward())
        optimizer.step()
        return loss

    return step, model.parameters()


def matrix_products() -> Step:
    """Return the bare matrix products of a step, which no implementation can do without."""
    weights = [torch.randn(n_out, n_in) for n_in, n_out in itertools.pairwise(SIZES)]
    hidden = [torch.randn(BATCH_SIZE, n) for n in SIZES]
    grads = [torch.zeros_like(weight) for weight in weights]

    def step(inputs: Tensor, targets: Tensor) -> Tensor:
        for i, (weight, grad) in enumerate(zip(weights, grads, strict=True)):
            x = hidden[i] if i else inputs
            y = x @ weight.T
            torch.mm(y.T, x, out=grad)  # dL/dW; y stands in for dL/dy, which has its shape
            if i:
                y @ weight  # dL/dx
        return y

    return step


def batches(count: int) -> list[tuple[Tensor, Tensor]]:
    """Return random batches of MNIST's shape."""
    generator = torch.Generator().manual_seed(0)
    return [
        (
            torch.randn(BATCH_SIZE, SIZES[0], generator=generator),
            torch.randint(SIZES[-1], (BATCH_SIZE,), generator=generator),
        )
        for _ in range(count)
    ]


def largest_difference(steps: int = 20) -> float:
    """Return the largest difference between the parameters of both variants after some steps."""
    (ours, our_params), (theirs, their_params) = scratch_step(), autograd_step()
    for inputs, targets in batches(steps):
        ours(inputs, targets)
        theirs(inputs, targets)
    return max((p - q).abs().max().item() for p, q in zip(our_params, their_params, strict=True))


def seconds(step: Step, data: list[tuple[Tensor, Tensor]]) -> float:
    """Return the processor time of one step."""
    start = time.process_time()
    for inputs, targets in data:
        step(inputs, targets)
    return (time.process_time() - start) / len(data)


def measure(rounds: int = 40, steps: int = 40) -> dict[str, tuple[float, float]]:
    """Return for each variant the median time of a step in ms, and its median ratio to autograd."""
    variants = {
        "autograd + torch.optim.SGD": autograd_step()[0],
        "scratch": scratch_step()[0],
        "scratch, with dL/dx": scratch_step(input_grad=True)[0],
        "bare matrix products": matrix_products(),
    }
    data = batches(steps)
    times: dict[str, list[float]] = {name: [] for name in variants}
    for turn in range(rounds + 1):
        for name, step in variants.items():
            took = seconds(step, data)
            if turn > 0:  # the first round warms up
                times[name].append(took)
    reference = times["autograd + torch.optim.SGD"]
    return {
        name: (
            1000 * statistics.median(taken),
            statistics.median(t / r for t, r in zip(taken, reference, strict=True)),
        )
        for name, taken in times.items()
    }


def main() -> int:
    """Print the table; return 1 when scratch is slower than the target or the weights disagree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40, help="how often each variant has its turn")
    parser.add_argument("--steps", type=int, default=40, help="training steps in each turn")
    arguments = parser.parse_args()
    torch.set_num_threads(1)

    difference = largest_difference()
    print(f"largest difference between the weights after 20 steps: {difference:.1e}")
    results = measure(arguments.rounds, arguments.steps)
    for name, (milliseconds, ratio) in results.items():
        print(f"{name:28s} {milliseconds:6.2f} ms  {ratio:5.2f}")
    ratio = results["scratch"][1]
    print(f"scratch / autograd: {ratio:.3f} (target: at most {TARGET})")
    return int(ratio > TARGET or difference > 1e-6)


if __name__ == "__main__":
    sys.exit(main())
