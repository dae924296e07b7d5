import re
from xml.etree import ElementTree

import pytest
import torch
from torch import nn

from nnfund.plotting import draw_autograd_graph, draw_value_graph
from nnfund.scratch.autograd import Value

SVG = "{http://www.w3.org/2000/svg}"


def texts(drawing) -> list[str]:
    return [element.text for element in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def arrows(drawing) -> int:
    return drawing.svg.count("l-4 -8h8z")


@pytest.fixture
def loss():
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    loss = (w * x - 5) ** 2
    loss.label = "loss"
    loss.backward()
    return loss


def test_a_value_graph_shows_numbers_operations_and_slopes(loss):
    drawing = draw_value_graph(loss)
    shown = texts(drawing)
    for text in ("w", "x", "loss", "×", "−", "**2", "data 6", "grad 6", "grad 4", "data 1"):
        assert text in shown, text
    assert {"3", "2", "−1"} <= set(shown)  # the slopes of w · x in w and x, and of the subtraction in 5
    assert arrows(drawing) == 5
    assert 'aria-label="Computation graph of loss: 6 values, 5 edges"' in drawing.svg


def test_an_input_used_twice_has_two_arrows():
    x = Value(3.0)
    drawing = draw_value_graph(x * x)
    assert arrows(drawing) == 2
    heads = re.findall(r"M([\d.]+) ([\d.]+)l-4 -8h8z", drawing.svg)
    assert len(set(heads)) == 2


def test_drawing_changes_nothing(loss):
    before = [(node.data, node.grad) for node in loss.topological_order()]
    draw_value_graph(loss)
    assert [(node.data, node.grad) for node in loss.topological_order()] == before


def test_an_autograd_graph_shows_parameters_operations_and_shapes():
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    output = model(torch.randn(5, 4))
    result = output.pow(2).mean()
    shown = texts(draw_autograd_graph(result, dict(model.named_parameters())))
    for text in ("0.weight", "2.bias", "(8, 4)", "addmm", "relu", "(5, 8)", "pow", "mean", "scalar"):
        assert text in shown, text
    assert not any(text.startswith("‖grad‖") for text in shown)
    result.backward()
    shown = texts(draw_autograd_graph(result))
    assert f"‖grad‖ {model[0].bias.grad.norm().item():.4g}" in shown
    assert shown.count("leaf") == 4


def test_a_scalar_parameter_shows_its_number_and_gradient():
    w = torch.tensor(-1.5, requires_grad=True)
    result = w * w
    result.backward()
    assert {"w", "data −1.5", "grad −3", "mul"} <= set(texts(draw_autograd_graph(result, {"w": w})))


def test_the_theme_gives_the_colours(loss):
    colors = set(re.findall(r"#[0-9a-f]{6}", draw_value_graph(loss).svg))
    assert "#010203" in colors
    from nnfund.plotting.style import PALETTE

    assert colors - {"#010203"} <= set(PALETTE)


def test_everything_lies_inside_the_picture(loss):
    root = ElementTree.fromstring(draw_value_graph(loss).svg)
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == f"0 0 {width:.0f} {height:.0f}"
    for box in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(box.get(name)) for name in ("x", "y", "width", "height"))
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height


def test_jupyter_and_files_get_the_same_picture_each_time(loss, tmp_path):
    drawing = draw_value_graph(loss)
    drawing.save(tmp_path / "graph.svg")
    assert (tmp_path / "graph.svg").read_text(encoding="utf-8") == drawing._repr_svg_() == drawing.svg
    assert draw_value_graph(loss).svg == drawing.svg


def test_labels_are_escaped():
    drawing = draw_value_graph(Value(1.0, label="a<b & c"))
    assert "a<b & c" in texts(drawing)


def test_a_large_graph_is_refused_without_recursion():
    value = Value(1.0)
    for _ in range(5000):
        value = value + 1
    with pytest.raises(ValueError, match="more than 150 nodes"):
        draw_value_graph(value)


@pytest.mark.parametrize(
    ("draw", "argument", "message"),
    [
        (draw_value_graph, 3.0, "value is a float"),
        (draw_autograd_graph, 3.0, "tensor is a float"),
        (draw_autograd_graph, torch.ones(2), "tensor has no grad_fn"),
    ],
)
def test_errors_name_the_argument(draw, argument, message):
    with pytest.raises(ValueError, match=message):
        draw(argument)
