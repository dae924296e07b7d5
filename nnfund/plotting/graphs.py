"""The graph that a computation leaves behind, as `backward` will walk it."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from nnfund.plotting.drawing import Box, Drawing, draw_boxes
from nnfund.plotting.layout import Edge

MOST_NODES = 150  # beyond this, a drawing shows a thicket
SYMBOLS = {"*": "×", "-": "−", "/": "÷"}


def draw_value_graph(value: Any) -> Drawing:
    """Draw how a `nnfund.scratch.Value` was computed: inputs on top, the value itself at the bottom.

    A box holds a value's label, number and gradient, and the operation that made it on a tab. An arrow
    carries the slope of that operation in that input, so that the chain rule can be read off: a gradient is
    the sum, over the arrows that leave its box, of slope times gradient of the box where the arrow ends.

    Args:
        value: the result; `backward()` may have been called on it, or not yet.

    Raises:
        ValueError: if `value` is no `Value`, or depends on more than 150 of them.
    """
    if not hasattr(value, "parents") or not hasattr(value, "slopes"):
        raise ValueError(f"value is a {type(value).__name__}; a nnfund.scratch.Value would do")
    order = _walk(value, lambda node: node.parents)
    place = {id(node): i for i, node in enumerate(order)}
    boxes, edges, slopes = [], [], []
    for node in order:
        kind = "output" if node is value else "step" if node.parents else "input"
        lines = [f"data {_number(node.data)}", f"grad {_number(node.grad)}"]
        boxes.append(Box(lines, SYMBOLS.get(node.op, node.op), node.label, kind))
        for parent, slope in zip(node.parents, node.slopes, strict=True):
            edges.append((place[id(parent)], place[id(node)]))
            slopes.append(_number(slope))
    about = f"Computation graph of {value.label or 'a value'}: {len(boxes)} values, {len(edges)} edges"
    return draw_boxes(boxes, edges, slopes, about)


def draw_autograd_graph(tensor: Tensor, names: Mapping[str, Tensor] | None = None) -> Drawing:
    """Draw the graph that autograd recorded for a tensor: parameters on top, the tensor at the bottom.

    A box holds an operation on a tab, and the shape of what it computed. Tensors that need no gradient, such
    as a batch of inputs, are not part of the graph.

    Args:
        tensor: the result, usually a loss. `backward()` may have been called on it, or not yet: the drawing
            shows gradients where parameters have them.
        names: name → parameter, such as `dict(model.named_parameters())`.

    Raises:
        ValueError: if autograd recorded nothing, or the graph has more than 150 nodes.
    """
    if not isinstance(tensor, Tensor) or tensor.grad_fn is None:
        kind = "has no grad_fn" if isinstance(tensor, Tensor) else f"is a {type(tensor).__name__}"
        raise ValueError(f"tensor {kind}; a tensor computed from one with requires_grad=True would do")
    name_of = {id(parameter): name for name, parameter in (names or {}).items()}
    order = _walk(tensor.grad_fn, _inputs)
    place = {node: i for i, node in enumerate(order)}
    boxes = [_operation(node, name_of, node is tensor.grad_fn) for node in order]
    edges: list[Edge] = [(place[source], place[node]) for node in order for source in _inputs(node)]
    about = f"Autograd graph of a {_shape(tensor.shape)} tensor: {len(boxes)} nodes, {len(edges)} edges"
    return draw_boxes(boxes, edges, [""] * len(edges), about)


def _operation(node: Any, name_of: Mapping[int, str], is_output: bool) -> Box:
    """Return the box of an autograd node: a parameter, or an operation and the shape of its result."""
    if hasattr(node, "variable"):  # AccumulateGrad: where a gradient arrives in a leaf
        leaf = node.variable
        lines = [_shape(leaf.shape)] if leaf.numel() > 1 else [f"data {_number(leaf.item())}"]
        if leaf.grad is not None and leaf.numel() == 1:
            lines.append(f"grad {_number(leaf.grad.item())}")
        elif leaf.grad is not None:
            lines.append(f"‖grad‖ {_number(leaf.grad.norm().item())}")
        return Box(lines, title=name_of.get(id(leaf), "leaf"), kind="input")
    operation = type(node).__name__.split("Backward")[0].lower()
    results = getattr(node, "_input_metadata", None)  # what flows into backward has the shape of the result
    lines = [_shape(results[0].shape)] if results else ["?"]
    return Box(lines, operation, kind="output" if is_output else "step")


def _inputs(node: Any) -> list[Any]:
    return [source for source, _ in node.next_functions if source is not None]


def _walk(root: Any, parents_of) -> list[Any]:
    """Return the nodes that `root` depends on, and itself, parents first; without recursion."""
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        node, listed = stack.pop()
        if listed:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            if len(seen) > MOST_NODES:
                raise ValueError(
                    f"the graph has more than {MOST_NODES} nodes; a smaller computation would do"
                )
            stack.append((node, True))
            stack += [(parent, False) for parent in reversed(parents_of(node))]
    return order


def _number(number: float) -> str:
    return f"{number:.4g}".replace("-", "−")


def _shape(shape: tuple[int, ...]) -> str:
    return f"({', '.join(str(size) for size in shape)})" if len(shape) else "scalar"
