"""Will this checkpoint fit?

Level: basic
Page: 20_checkpoints

Before loading anything: compare a network with a `state`, a dictionary from names to tensors. Return three
sorted lists of names,

1. missing: the network has them, `state` has not;
2. unexpected: `state` has them, the network has not;
3. other shape: both have them, with different shapes.

Buffers count, too. Nothing is loaded, and values do not matter.
"""

from torch import Tensor, nn


def report(model: nn.Module, state: dict[str, Tensor]) -> tuple[list[str], list[str], list[str]]:
    """Return the names that are missing, unexpected, and of another shape."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch

from nnfund.exercises import Case

PARTS = ("missing", "unexpected", "other shape")


def checks(answer):
    def weights_after(model, state):
        """The weights of the network after report(model, state)"""
        answer.report(model, state)
        return {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def state(**shapes):
        return {name.replace("_", "."): torch.ones(shape) for name, shape in shapes.items()}

    small = nn.ModuleDict({"hidden": nn.Linear(2, 3), "out": nn.Linear(3, 1)})
    given = state(hidden_weight=(3, 2), hidden_bias=(3,), out_weight=(5, 3), head_bias=(1,))
    expected = (["out.bias"], ["head.bias"], ["out.weight"])
    yield Case(answer.report, small, given, expected=expected, parts=PARTS)
    yield Case(weights_after, small, given, expected=small.state_dict())
    yield Case(answer.report, small, small.state_dict(), expected=([], [], []), parts=PARTS)

    normed = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4))
    given = {"module." + name: tensor for name, tensor in normed.state_dict().items()}
    missing = ["0.bias", "0.weight"]
    missing += [
        f"1.{name}" for name in ("bias", "num_batches_tracked", "running_mean", "running_var", "weight")
    ]
    expected = (missing, [f"module.{name}" for name in missing], [])
    yield Case(answer.report, normed, given, expected=expected, parts=PARTS)
    turned = {"0.weight": torch.zeros(2, 4), "0.bias": torch.zeros(4, 1)}
    yield Case(answer.report, normed, turned, expected=(missing[2:], [], missing[:2]), parts=PARTS)


def compared(ours, state, differs=lambda a, b: a.shape != b.shape, order=sorted):
    both = [name for name in ours if name in state]
    return (
        order(name for name in ours if name not in state),
        order(name for name in state if name not in ours),
        order(name for name in both if differs(ours[name], state[name])),
    )


def turned(model, state):
    """Missing and unexpected are exchanged. Missing is what the network *needs* and the state does not
    bring.
    """
    missing, unexpected, shapes = compared(model.state_dict(), state)
    return unexpected, missing, shapes


def values(model, state):
    """The third list holds what has other *values*, which any two trainings have. Compare the shapes."""
    differs = lambda a, b: a.shape != b.shape or not torch.equal(a, b)  # noqa: E731
    return compared(model.state_dict(), state, differs)


def number_of_values(model, state):
    """The third list misses something: tensors of (2, 4) and (4, 2) have as many numbers, and do not fit.
    Compare `shape`, not `numel()`.
    """
    return compared(model.state_dict(), state, lambda a, b: a.numel() != b.numel())


def parameters_alone(model, state):
    """The buffers are forgotten: the running mean of a batch norm, for example. They are in `state_dict()`,
    not in `parameters()`.
    """
    return compared(dict(model.named_parameters()), state)


def unsorted(model, state):
    """The names are right, but not sorted: `sorted(...)`."""
    return compared(model.state_dict(), state, order=list)


def shapes_everywhere(model, state):
    """The third list holds names that only one of the two has. Compare shapes where *both* have the name."""
    missing, unexpected, shapes = compared(model.state_dict(), state)
    return missing, unexpected, sorted([*missing, *unexpected, *shapes])


def tried_by_loading(model, state):
    """The lists may be right, but the network's weights have changed: something was loaded. Compare
    `model.state_dict()` with `state`, and load nothing.
    """
    found = compared(model.state_dict(), state)
    model.load_state_dict(
        {k: v for k, v in state.items() if k in model.state_dict() and k not in found[2]}, False
    )
    return found


MISTAKES = [turned, values, number_of_values, parameters_alone, unsorted, shapes_everywhere, tried_by_loading]
