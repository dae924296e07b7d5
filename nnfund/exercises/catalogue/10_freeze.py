"""Freeze all but one part.

Level: basic
Page: 10_modules

To adapt a trained network to a new task, one often trains a single part and freezes the rest. `part` is the
name of a part as PyTorch gives it: `"output"`, `"2"`, or a path such as `"body.hidden"`. Afterwards the
parameters of this part can be trained, and no others, whatever was frozen before. The model is changed in
place. Return how many numbers can now be trained: a weight of shape (3, 4) counts as 12.

`model.get_submodule(part)` returns the part that a name belongs to.
"""

from torch import nn


def freeze_all_but(model: nn.Module, part: str) -> int:
    """Freeze all parameters of the model except those of one part; return how many numbers train."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.output = nn.Linear(4, 2)

    def forward(self, x):
        return self.output(self.hidden(x).relu())


def checks(answer):
    def names(model, part):
        """The names of the parameters that can be trained after freeze_all_but(model, part)"""
        answer.freeze_all_but(model, part)
        return [name for name, p in model.named_parameters() if p.requires_grad]

    def other_part(model, first, second):
        """The names that can be trained after freeze_all_but(model, first), freeze_all_but(model, second)"""
        answer.freeze_all_but(model, first)
        return names(model, second)

    network, chain = Network(), nn.Sequential(*(nn.Linear(2, 2) for _ in range(12)))
    nested = nn.ModuleDict({"body": Network(), "head": Network()})
    yield Case(names, network, "output", expected=["output.weight", "output.bias"], may_change=True)
    yield Case(answer.freeze_all_but, network, "output", expected=10, may_change=True)
    yield Case(names, chain, "1", expected=["1.weight", "1.bias"], may_change=True)
    yield Case(
        names, nested, "body.output", expected=["body.output.weight", "body.output.bias"], may_change=True
    )
    yield Case(
        other_part, network, "output", "hidden", expected=["hidden.weight", "hidden.bias"], may_change=True
    )
    yield Case(answer.freeze_all_but, nested, "head", expected=26, may_change=True)


def trainable(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def on_the_module(model, part):
    """Nothing was frozen. `layer.requires_grad = False` gives the *module* an attribute of that name,
    which nobody reads. It is each of its parameters that has `requires_grad`.
    """
    for child in model.children():
        child.requires_grad = False
    return trainable(model)


def by_first_letters(model, part):
    """The names were compared by their first letters: "10.weight" begins with "1", too. Ask for the
    part itself, or compare with `part` and a dot.
    """
    for name, p in model.named_parameters():
        p.requires_grad_(name.startswith(part))
    return trainable(model)


def stays_frozen(model, part):
    """What was frozen before stays frozen. The parameters of the part need `requires_grad_(True)`."""
    kept = {id(p) for p in model.get_submodule(part).parameters()}
    for p in model.parameters():
        if id(p) not in kept:
            p.requires_grad_(False)
    return trainable(model)


def all_frozen(model, part):
    """Everything is frozen, the part itself as well: there would be nothing left to train."""
    model.requires_grad_(False)
    return trainable(model)


def the_part_is_frozen(model, part):
    """It is the other way round: the part is frozen and the rest can be trained."""
    model.requires_grad_(True)
    model.get_submodule(part).requires_grad_(False)
    return trainable(model)


def parts_of_parts(model, part):
    """Only the parts at the top were compared with `part`. A part may lie inside another one, and then
    `part` is a path: `get_submodule` follows it.
    """
    for name, child in model.named_children():
        child.requires_grad_(name == part)
    return trainable(model)


def no_attribute(model, part):
    """`getattr` knows no paths: "body.output" is not the name of one attribute.
    `model.get_submodule(part)` follows the path.
    """
    model.requires_grad_(False)
    getattr(model, part).requires_grad_(True)
    return trainable(model)


def counts_tensors(model, part):
    """The right parameters are frozen. The result counts tensors, where the numbers in them are asked:
    `numel()`.
    """
    model.requires_grad_(False)
    model.get_submodule(part).requires_grad_(True)
    return sum(p.requires_grad for p in model.parameters())


def counts_all(model, part):
    """The right parameters are frozen. The result counts the frozen ones, too: `parameters()` lists all
    that is registered.
    """
    model.requires_grad_(False)
    model.get_submodule(part).requires_grad_(True)
    return sum(p.numel() for p in model.parameters())


MISTAKES = [
    on_the_module,
    by_first_letters,
    stays_frozen,
    all_frozen,
    the_part_is_frozen,
    parts_of_parts,
    no_attribute,
    counts_tensors,
    counts_all,
]
