"""The mean of several checkpoints.

Level: advanced
Page: 20_checkpoints

Networks of one architecture, saved at several times of one training, are sometimes averaged, weight by
weight. `states` is a list of their state dicts. Return a new state dict with the same names, in which each
tensor of floating-point numbers is the mean of the given ones. Other tensors, such as the counter of a batch
norm, have no useful mean: take the *last* state's. Each tensor keeps its dtype, and nothing given is changed,
also not later, when someone changes what you returned.
"""

import torch
from torch import Tensor


def average_states(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the state dicts."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def memory_of_its_own(states):
        """Whether the states stay as they are when everything in average_states(states) is set to 0"""
        before = [{name: tensor.clone() for name, tensor in state.items()} for state in states]
        for tensor in answer.average_states(states).values():
            tensor.zero_()
        pairs = zip(before, states, strict=True)
        return all(torch.equal(old[name], new[name]) for old, new in pairs for name in old)

    first = {"weight": torch.tensor([[1.0, 2.0]]), "bias": torch.tensor([0.0])}
    second = {"weight": torch.tensor([[3.0, 6.0]]), "bias": torch.tensor([-1.0])}
    third = {"weight": torch.tensor([[8.0, -2.0]]), "bias": torch.tensor([4.0])}
    yield case(answer, [first, second])
    yield case(answer, [first, second, third])
    for dtype in (torch.float32, torch.float64):
        yield case(answer, [draw(dtype, step) for step in (100, 201, 303)])
    yield case(answer, [draw(torch.float32, 5)])
    yield Case(memory_of_its_own, [draw(torch.float32, step) for step in (1, 2)], expected=True)
    yield Case(memory_of_its_own, [draw(torch.float32, 5)], expected=True)


def draw(dtype, step):
    return {
        "0.weight": torch.randn(2, 3, dtype=dtype),
        "1.running_var": torch.rand(3, dtype=dtype),
        "1.num_batches_tracked": torch.tensor(step),
    }


def case(answer, states):
    expected = {name: torch.stack([s[name].double() for s in states]).mean(0) for name in states[0]}
    expected = {name: tensor.to(states[0][name].dtype) for name, tensor in expected.items()}
    for name in expected:
        if not expected[name].is_floating_point():
            expected[name] = states[-1][name].clone()
    return Case(answer.average_states, states, expected=expected)


def each(states, of):
    return {name: of([state[name] for state in states]) for name in states[0]}


def mean(tensors):
    return sum(tensors) / len(tensors)


def summed(states):
    """These are sums. Divide by the number of states."""
    return each(states, lambda t: sum(t) if t[0].is_floating_point() else t[-1].clone())


def two_by_two(states):
    """Right for two states, wrong for three: the mean of a mean and a third tensor gives the third too much
    weight. Add up all of them first, and divide once.
    """

    def running(tensors):
        total = tensors[0].clone()
        for tensor in tensors[1:]:
            total = (total + tensor) / 2
        return total

    return each(states, lambda t: running(t) if t[0].is_floating_point() else t[-1].clone())


def everything(states):
    """The counter was averaged as well, and is no whole number any more. Ask each tensor
    `is_floating_point()`.
    """
    return each(states, lambda t: mean(t).to(t[0].dtype) if t[0].is_floating_point() else mean(t))


def rounded_mean(states):
    """The counter is a rounded mean. For whole numbers the value of the *last* state is asked."""
    return each(states, lambda t: mean(t).to(t[0].dtype))


def stacked_whole_numbers(states):
    """`torch.mean` refuses whole numbers. Here they need no mean: take the value of the last state."""
    return each(states, lambda t: torch.stack(t).mean(0))


def counter_of_the_first(states):
    """The means are right. The counter is that of the first state; asked is the last."""
    return each(states, lambda t: mean(t) if t[0].is_floating_point() else t[0].clone())


def counter_left_out(states):
    """A name is missing: the counter. The state dict could not be loaded with `strict=True` then."""
    return {k: v for k, v in each(states, mean).items() if states[0][k].is_floating_point()}


def in_place(states):
    """The means are right, but the first of the given state dicts was changed: `+=` and `/=` write into its
    tensors. Begin with a copy, `clone()`, or with a new tensor.
    """
    total = states[0]
    for name in total:
        if total[name].is_floating_point():
            for state in states[1:]:
                total[name] += state[name]
            total[name] /= len(states)
        else:
            total[name] = states[-1][name]
    return total


def shared_counter(states):
    """The numbers are right. But the counter *is* the last state's tensor: who changes one changes both.
    Return a `clone()`.
    """
    return each(states, lambda t: mean(t) if t[0].is_floating_point() else t[-1])


MISTAKES = [
    summed,
    two_by_two,
    everything,
    rounded_mean,
    stacked_whole_numbers,
    counter_of_the_first,
    counter_left_out,
    in_place,
    shared_counter,
]
