import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnfund import scratch
from nnfund.scratch.optimizers import Optimizer

from .compare import EXACT, numbers

RULES = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.2}),
    ("RMSprop", {}),
    ("RMSprop", {"lr": 0.02, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.1, "momentum": 0.5}),
    ("Adam", {}),
    ("Adam", {"lr": 0.02, "betas": (0.8, 0.9), "eps": 1e-4, "weight_decay": 0.1}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.02, "betas": (0.8, 0.9), "eps": 1e-4, "weight_decay": 0.3}),
]
shapes = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4)


@pytest.mark.parametrize(("name", "options"), RULES)
@settings(deadline=None, max_examples=15)
@given(shapes=shapes, steps=st.integers(1, 12), schedule=st.booleans())
def test_equals_torch(name, options, shapes, steps, schedule):
    ours = [scratch.parameter(numbers(*shape, seed=i)) for i, shape in enumerate(shapes)]
    theirs = [nn.Parameter(p.clone()) for p in ours]
    optimizer = getattr(scratch, name)(ours, **options)
    expected = getattr(torch.optim, name)(theirs, **options)
    for step in range(steps):
        if schedule:
            optimizer.lr = expected.param_groups[0]["lr"] = 0.1 / (step + 1)
        optimizer.zero_grad()
        for i, (p, q) in enumerate(zip(ours, theirs, strict=True)):
            grad = 10.0 ** (step % 3) * numbers(*p.shape, seed=100 * step + i)
            p.grad += grad
            q.grad = grad
        optimizer.step()
        expected.step()
        for p, q in zip(ours, theirs, strict=True):
            torch.testing.assert_close(p, q.detach(), **EXACT)


@pytest.mark.parametrize(("name", "options"), RULES)
def test_trains_a_torch_module_as_torch_does(name, options):
    torch.manual_seed(0)
    ours, theirs = (nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2)).double() for _ in range(2))
    ours.load_state_dict(theirs.state_dict())
    optimizer = getattr(scratch, name)(ours.parameters(), **options)
    expected = getattr(torch.optim, name)(theirs.parameters(), **options)
    for step in range(10):
        x = numbers(3, 4, seed=step)
        for model, rule in ((ours, optimizer), (theirs, expected)):
            rule.zero_grad()
            (model(x) ** 2).mean().backward()
            rule.step()
    for p, q in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(p, q, **EXACT)


def test_parameters_keep_their_values_and_share_one_vector():
    layer = scratch.Linear(3, 2)
    before = [p.clone() for p in layer.parameters()]
    optimizer = scratch.SGD(layer.parameters(), lr=1.0)
    assert all(torch.equal(p, q) for p, q in zip(layer.parameters(), before, strict=True))
    optimizer.theta.zero_()
    assert not layer.weight.any()
    layer.bias.grad += 1
    assert optimizer.grad.tolist() == [0] * 6 + [1] * 2
    optimizer.step()
    assert layer.bias.tolist() == [-1, -1]
    optimizer.zero_grad()
    assert not layer.bias.grad.any()


def test_an_optimizer_whose_parameters_were_taken_over_refuses():
    layer = scratch.Linear(3, 2)
    old = scratch.SGD(layer.parameters())
    new = scratch.Adam(layer.parameters())
    new.step()
    with pytest.raises(RuntimeError, match=r"\(2, 3\).*newer optimizer"):
        old.step()


def test_a_gradient_that_was_replaced_is_noticed():
    layer = scratch.Linear(3, 2)
    optimizer = scratch.SGD(layer.parameters())
    layer.bias.grad = None
    with pytest.raises(RuntimeError, match=r"\(2,\).*optimizer\.zero_grad"):
        optimizer.step()


def test_an_unfinished_rule_says_what_it_lacks():
    with pytest.raises(NotImplementedError, match="Optimizer needs a step"):
        Optimizer([torch.ones(1)], lr=0.1).step()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: scratch.SGD([]), r"params.*none"),
        (lambda p: scratch.SGD(p + p), r"params.*twice"),
        (lambda p: scratch.SGD([torch.ones(1), torch.ones(1).double()]), r"params.*dtype.*float64"),
        (lambda p: scratch.SGD(p, lr=-0.1), r"lr.*-0\.1"),
        (lambda p: scratch.SGD(p, momentum=1.5), r"momentum.*1\.5"),
        (lambda p: scratch.SGD(p, weight_decay=-1), r"weight_decay.*-1"),
        (lambda p: scratch.SGD(p, nesterov=True), r"nesterov.*momentum=0"),
        (lambda p: scratch.RMSprop(p, alpha=1), r"alpha.*1"),
        (lambda p: scratch.RMSprop(p, momentum=-1), r"momentum.*-1"),
        (lambda p: scratch.Adam(p, betas=(1.0, 0.9)), r"betas\[0\].*1\.0"),
        (lambda p: scratch.Adam(p, betas=(0.9, -1)), r"betas\[1\].*-1"),
        (lambda p: scratch.AdamW(p, weight_decay=-1), r"weight_decay.*-1"),
    ],
)
def test_bad_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make([torch.ones(2)])
