"""Find the layers that nobody registered.

Level: intermediate
Page: 10_modules

Modules in a plain list, tuple or dictionary are hidden from the optimizer. Write the tool that finds them:
return the names of all attributes that hold at least one module in a plain `list`, `tuple` or `dict`, in the
order of the alphabet. An attribute of a part is named by its path, as parameters are: `"body.hidden"`.

A list of numbers is no reason to worry, and an `nn.ModuleList` is what you want to see. `vars(module)` is a
dictionary of a module's plain attributes; names that begin with an underscore belong to PyTorch.
`model.named_modules()` gives each module with its path; that of the model itself is `""`.
"""

from torch import nn


def unregistered(model: nn.Module) -> list[str]:
    """Return the names of the attributes that hide modules, sorted."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


class Model(nn.Module):
    """Any attributes."""

    def __init__(self, **attributes):
        super().__init__()
        for name, value in attributes.items():
            setattr(self, name, value)

    def extra_repr(self):
        return "\n".join(
            f"{n} = {short(v)}"
            for n, v in vars(self).items()
            if isinstance(v, (list, tuple, dict)) and n[0] != "_"
        )


def short(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {short(one)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(map(short, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    return type(value).__name__ if isinstance(value, nn.Module) else repr(value)


def checks(answer):
    layers = [nn.Linear(2, 2), nn.Linear(2, 2)]
    hides = Model(hidden=layers, output=nn.Linear(2, 1))
    for model, expected in (
        (hides, ["hidden"]),
        (Model(hidden=nn.ModuleList(layers), output=nn.Linear(2, 1)), []),
        (Model(b=tuple(layers), a={"first": layers[0]}, output=nn.Linear(2, 1)), ["a", "b"]),
        (Model(sizes=[2, 2, 1], names=("in", "out"), limits={"lr": 0.1}, mixed=["x", *layers]), ["mixed"]),
        (Model(body=hides, head=nn.Linear(1, 1)), ["body.hidden"]),
        (Model(net=Model(body=hides, extra=layers), extra=layers), ["extra", "net.body.hidden", "net.extra"]),
    ):
        yield Case(answer.unregistered, model, expected=expected)


def held(value, kinds=(list, tuple, dict)):
    values = value.values() if isinstance(value, dict) else value
    return isinstance(value, kinds) and any(isinstance(one, nn.Module) for one in values)


def search(model, holds=held, paths=True, hidden_names=False):
    found = []
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if holds(value) and (hidden_names or not name.startswith("_")):
                found.append(f"{path}.{name}".lstrip(".") if paths else name)
    return sorted(found)


def underscores(model):
    """`_modules` is where PyTorch keeps what *is* registered, and it is a dictionary of modules. Skip
    all names that begin with an underscore.
    """
    return search(model, hidden_names=True)


def top_only(model):
    """Lists in the model itself are found, those in its parts are not. Look into each module of
    `model.named_modules()`.
    """
    return sorted(n for n, value in vars(model).items() if not n.startswith("_") and held(value))


def no_dictionaries(model):
    """The dictionary was missed. Looping over one gives its keys; its modules are in `.values()`."""
    return search(model, lambda value: held(value, (list, tuple)))


def lists_only(model):
    """Lists are found, tuples and dictionaries are not. `isinstance(value, (list, tuple, dict))` asks
    for all three.
    """
    return search(model, lambda value: held(value, list))


def any_list(model):
    """Some of these hold no module. A list of sizes hides nothing: look at what is inside."""
    return search(model, lambda value: isinstance(value, (list, tuple, dict)))


def first_only(model):
    """The attribute `mixed` was missed: its first entry is text, and modules come after it. Look at all
    entries: `any(...)`.
    """
    return search(model, lambda value: held(value) and isinstance([*of(value), None][0], nn.Module))


def of(value):
    return value.values() if isinstance(value, dict) else value


def once_per_module(model):
    """A name comes once for each module in its list. An attribute is named once: ask whether *any*
    entry is a module.
    """
    found = []
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if held(value) and not name.startswith("_"):
                found += [f"{path}.{name}".lstrip(".")] * sum(isinstance(one, nn.Module) for one in of(value))
    return sorted(found)


def names_alone(model):
    """The name is right, and its path is missing: in a large model there may be many a `hidden`."""
    return search(model, paths=False)


def leading_dot(model):
    """A dot too many: the path of the model itself is empty, and a dot was put after it all the same."""
    found = []
    for path, module in model.named_modules():
        plain = {n: value for n, value in vars(module).items() if not n.startswith("_")}
        found += [f"{path}.{n}" for n, value in plain.items() if held(value)]
    return sorted(found)


MISTAKES = [
    underscores,
    top_only,
    no_dictionaries,
    lists_only,
    any_list,
    first_only,
    once_per_module,
    names_alone,
    leading_dot,
]
