import gc
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnfund.scratch import Value

positive = st.floats(0.1, 3)
signed = st.floats(-3, 3)

BINARY = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a / b": lambda a, b: a / b,
    "a ** b": lambda a, b: a**b,
    "reused": lambda a, b: (a * b + a) * (a - b) / (a + b) - b,
    "numbers on the right": lambda a, b: (a + 2) * 3 - 1 + (b / 4) ** 3,
    "numbers on the left": lambda a, b: 2 + 3 * a - (1 - b) + 4 / a + 2**b,
}
UNARY = {
    "neg": (lambda x: -x, lambda x: -x),
    "exp": (Value.exp, torch.exp),
    "tanh": (Value.tanh, torch.tanh),
    "sigmoid": (Value.sigmoid, torch.sigmoid),
    "relu": (Value.relu, torch.relu),
    "square": (lambda x: x**2, lambda x: x**2),
    "constant": (lambda x: x**0, lambda x: x**0),
}


def leaf(number):
    return torch.tensor(number, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("name", BINARY)
@settings(deadline=None, max_examples=40)
@given(positive, positive)
def test_operations_on_two_values_equal_torch(name, a, b):
    ours, theirs = (Value(a), Value(b)), (leaf(a), leaf(b))
    y, expected = BINARY[name](*ours), BINARY[name](*theirs)
    y.backward()
    expected.backward()
    assert y.data == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    for value, tensor in zip(ours, theirs, strict=True):
        assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("name", UNARY)
@settings(deadline=None, max_examples=40)
@given(signed)
def test_operations_on_one_value_equal_torch(name, x):
    ours, theirs = UNARY[name]
    value, tensor = Value(x), leaf(x)
    y, expected = ours(value), theirs(tensor)
    y.backward()
    expected.backward()
    assert y.data == pytest.approx(expected.item(), rel=1e-12, abs=1e-12)
    assert value.grad == pytest.approx(tensor.grad.item(), rel=1e-10, abs=1e-10)


@given(positive)
def test_log_equals_torch(x):
    value = Value(x)
    y = value.log()
    y.backward()
    assert y.data == pytest.approx(math.log(x))
    assert value.grad == pytest.approx(1 / x)


programs = st.lists(
    st.tuples(
        st.sampled_from(["+", "-", "*", "tanh", "relu", "exp"]), st.integers(0, 99), st.integers(0, 99)
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(signed, signed, programs)
def test_random_graphs_equal_torch(a, b, program):
    ours, theirs = [Value(a), Value(b)], [leaf(a), leaf(b)]
    for op, i, j in program:
        for nodes in (ours, theirs):
            left, right = nodes[i % len(nodes)], nodes[j % len(nodes)]
            nodes.append(
                left + right if op == "+"
                else left - right if op == "-"
                else left.tanh() * right if op == "*"  # kept small, so that exp cannot overflow
                else left.tanh() if op == "tanh"
                else left.relu() if op == "relu"
                else left.tanh().exp()
            )  # fmt: skip
    ours[-1].backward()
    theirs[-1].backward()
    for value, tensor in zip(ours[:2], theirs[:2], strict=True):
        expected = 0.0 if tensor.grad is None else tensor.grad.item()
        assert value.grad == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_a_neuron_by_hand():
    x, w, b = Value(2.0), Value(-3.0), Value(7.0)
    y = (w * x + b).tanh()
    y.backward()
    slope = 1 - math.tanh(1) ** 2
    assert (x.grad, w.grad, b.grad) == pytest.approx((-3 * slope, 2 * slope, slope))


@pytest.mark.parametrize("x", [-1000.0, -100.0, 100.0, 1000.0])
def test_saturated_activations_are_finite(x):
    for activation in (Value.tanh, Value.sigmoid):
        value = Value(x)
        y = activation(value)
        y.backward()
        assert y.data == pytest.approx(float(x > 0) if activation is Value.sigmoid else math.copysign(1, x))
        assert value.grad == pytest.approx(0)


@pytest.mark.parametrize("x", [-700.0, -40.0, -1.0, 0.0, 1.0, 40.0])
def test_the_sigmoid_keeps_the_digits_of_a_small_probability(x):
    value = Value(x)
    loss = -value.sigmoid().log()
    loss.backward()
    assert loss.data == pytest.approx(math.log1p(math.exp(-x)))
    assert value.grad == pytest.approx(-1 / (1 + math.exp(x)))


def test_a_second_backward_adds_up_in_leaves_only():
    x = Value(3.0)
    middle = x * x
    y = middle * 2
    y.backward()
    y.backward()
    assert x.grad == 2 * 12
    assert middle.grad == 2
    assert y.grad == 1
    x.grad = 0
    y.backward()
    assert x.grad == 12


def test_two_results_that_share_a_part_add_up_as_in_torch():
    x = Value(3.0)
    shared = x * x
    (shared + 1).backward()
    (shared * 2).backward()
    assert x.grad == 6 + 12


def test_backward_from_a_leaf():
    x = Value(3.0)
    x.backward()
    x.backward()
    assert x.grad == 2


def test_a_chain_of_100_000_operations_can_be_built_walked_and_deleted():
    x = Value(1.0)
    y = x
    for _ in range(100_000):
        y = y + 1
    y.backward()
    assert x.grad == 1
    assert len(y.topological_order()) == 200_001
    del y
    gc.collect()


def test_topological_order_lists_each_value_once_and_parents_first():
    a, b = Value(1.0, label="a"), Value(2.0, label="b")
    c = a * b
    y = c + c * a
    order = y.topological_order()
    assert len(order) == len(set(order)) == 5
    assert order[-1] is y
    for node in order:
        assert all(order.index(parent) < order.index(node) for parent in node.parents)


def test_the_graph_tells_what_a_drawing_needs():
    x = Value(3.0, label="x")
    y = x**2
    assert (y.op, y.parents, y.slopes) == ("**2", (x,), (6.0,))
    assert (x.op, x.parents, x.label) == ("", (), "x")
    assert repr(x) == "Value(3, grad=0, label='x')"
    assert repr(y) == "Value(9, grad=0)"


def test_sum_and_numpy_numbers_work():
    numpy = pytest.importorskip("numpy")
    x = Value(3.0)
    y = sum([x, x, x]) + numpy.float64(2) * x
    assert isinstance(y, Value)
    y.backward()
    assert x.grad == 5


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda: Value("3"), r"real number.*'3'"),
        (lambda: Value(1.0) + None, r"real number.*None"),
        (lambda: Value(1.0) / 0, r"divide 1.0 by 0"),
        (lambda: Value(0.0).log(), r"positive.*0\.0"),
        (lambda: Value(-2.0) ** 0.5, r"-2\.0 \*\* 0\.5"),
        (lambda: Value(0.0) ** -1, r"0 \*\* -1"),
        (lambda: Value(-2.0) ** Value(2.0), r"positive.*-2\.0"),
        (lambda: Value(1000.0).exp(), r"up to 709\.78, got 1000"),
    ],
)
def test_impossible_operations_say_why(action, message):
    with pytest.raises(ValueError, match=message):
        action()
