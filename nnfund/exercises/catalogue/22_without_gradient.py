"""Which parameters does no gradient reach?

Level: intermediate
Page: 22_debugging

A parameter without a gradient is never trained, and nothing says so. Call `loss.backward()` and return the
names of all parameters of `model`, in the order of `named_parameters()`, that get no gradient by it, or one
in which every number is 0. Parameters may still hold gradients of earlier calls: these must not hide the
fault.
"""

from torch import Tensor, nn


def without_gradient(model: nn.Module, loss: Tensor) -> list[str]:
    """Return the names of the parameters that loss.backward() leaves without a gradient."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch

from nnfund.exercises import Case


def cut(model, x):
    """The first layer is cut off from the graph."""
    return model[2](model[1](model[0](x)).detach())


def dead(model, x):
    """Every unit below the last layer is dead: its slope is 0."""
    return model[2](model[1](model[0](x) - 1000))


def whole(model, x):
    """Every layer is reached."""
    return model[2](model[0](x))


def checks(answer):
    def names(forward, earlier, model, x):
        """without_gradient(model, loss), where the loss is made by forward(model, x)"""
        if earlier:
            whole(model, x).sum().backward()
        passes = {"cut": cut, "dead": dead, "whole": whole}
        return answer.without_gradient(model, passes[forward](model, x).square().sum())

    def frozen(model, x):
        """without_gradient(model, loss), with model[0].weight.requires_grad = False"""
        model[0].weight.requires_grad = False
        return answer.without_gradient(model, whole(model, x).square().sum())

    def partly(model, x):
        """without_gradient(model, loss), where the first feature of x is 0, and a part of a gradient with
        it
        """
        x[:, 0] = 0
        return answer.without_gradient(model, whole(model, x).square().sum())

    def case(function, *inputs, asked="", expected):
        model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
        inputs = (*inputs, model, torch.rand(4, 2) + 0.5)
        return Case(function, *inputs, expected=expected, asked=asked, may_change=True)

    first, last = ["0.weight", "0.bias"], ["2.weight"]
    told = "without_gradient(model, loss), where "
    in_the_graph = told + "the output of model[1] was detached: the first layer is cut off"
    yield case(names, "cut", False, asked=in_the_graph, expected=first)
    no_slope = told + "all units of the ReLU are dead: each gradient below, and that of the last weight, is 0"
    yield case(names, "dead", False, asked=no_slope, expected=first + last)
    yield case(names, "whole", False, asked=told + "all layers are reached", expected=[])
    yield case(
        names, "cut", True, asked=in_the_graph + "; an earlier loss has left gradients", expected=first
    )
    yield case(
        names, "dead", True, asked=no_slope + "; an earlier loss has left others", expected=first + last
    )
    yield case(frozen, expected=["0.weight"])
    yield case(partly, expected=[])


def found(model, loss, missing, clear=True, all_of=None):
    if clear:
        model.zero_grad()
    loss.backward()
    return [name for name, parameter in all_of or model.named_parameters() if missing(parameter.grad)]


def none_alone(model, loss):
    """A gradient that is there and 0 in every number trains nothing, either. Look for these as well."""
    return found(model, loss, lambda grad: grad is None)


def zeros_alone(model, loss):
    """Parameters that the graph does not reach have no gradient at all: `grad` is None, not 0. Look for these
    as well.
    """
    return found(model, loss, lambda grad: grad is not None and not grad.any())


def none_has_no_numbers(model, loss):
    """Where no gradient arrives, `grad` is None, and None has no numbers to look at. Ask `grad is None`
    first.
    """
    return found(model, loss, lambda grad: not grad.any())


def none_has_no_abs(model, loss):
    """Where no gradient arrives, `grad` is None, which has no `abs`. Ask `grad is None` first."""
    return found(model, loss, lambda grad: grad.abs().sum() == 0)


def not_cleared(model, loss):
    """Gradients of an earlier loss are taken for new ones, because `backward()` adds to what is there. Clear
    them first: `model.zero_grad()`.
    """
    return found(model, loss, lambda grad: grad is None or not grad.any(), clear=False)


def any_zero(model, loss):
    """Found are gradients in which *some* number is 0, as behind an input that is 0. A fault is where *all*
    are.
    """
    return found(model, loss, lambda grad: grad is None or not grad.all())


def cleared_after(model, loss):
    """Every parameter is named: the gradients were cleared after `backward()`, or it was not called. Clear
    first, then call it, then look.
    """
    loss.backward()
    model.zero_grad()
    return [name for name, parameter in model.named_parameters() if parameter.grad is None]


def the_trained_ones(model, loss):
    """These are the parameters that *have* a gradient. The others are asked."""
    return found(model, loss, lambda grad: grad is not None and bool(grad.any()))


def not_the_frozen(model, loss):
    """A frozen parameter, with `requires_grad=False`, is left out. It gets no gradient, either, and
    forgetting to thaw it is a usual fault: name it.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    return found(model, loss, lambda grad: grad is None or not grad.any(), all_of=named)


def parameters_themselves(model, loss):
    """These are the parameters. Their names are asked: the first of each pair of `named_parameters()`."""
    model.zero_grad()
    loss.backward()
    return [p.detach() for p in model.parameters() if p.grad is None or not p.grad.any()]


MISTAKES = [
    parameters_themselves,
    none_alone,
    zeros_alone,
    none_has_no_numbers,
    none_has_no_abs,
    not_cleared,
    any_zero,
    cleared_after,
    the_trained_ones,
    not_the_frozen,
]
