"""Move a whole batch.

Level: basic
Page: 21_devices

`tensor.to(device)` moves one tensor. But batches come as lists, tuples and dictionaries, and as lists of
dictionaries of tensors. Return the same structure with all tensors in it moved to `device`: a list stays a
list, a tuple a tuple, a dictionary a dictionary with its keys. Anything else, such as a string, a number or
None, stays as it is. What was given is not changed.

You need no GPU to try it: the device "meta" exists on every computer. Its tensors have a shape and no
numbers.
"""

from typing import Any

import torch
from torch import Tensor


def to_device(batch: Any, device: str) -> Any:
    """Return the batch with each tensor in it on the device."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
from nnfund.exercises import Case


def checks(answer):
    def where(batch):
        """What to_device(batch, "meta") holds, with the word meta or cpu for each tensor, by its device"""
        return str(described(answer.to_device(batch, "meta")))

    def afterwards(batch):
        """What `batch` itself holds after to_device(batch, "meta")"""
        answer.to_device(batch, "meta")
        return str(described(batch))

    def case(function, batch, expected):
        return Case(function, batch, expected=expected, may_change=True)  # meta has no numbers to compare

    x, y = torch.zeros(2), torch.ones(1)
    yield case(where, x, expected="meta")
    yield case(where, [x, y], expected="[meta, meta]")
    yield case(where, (x, y), expected="(meta, meta)")
    yield case(where, {"image": x, "label": y}, expected="{'image': meta, 'label': meta}")
    nested = [{"image": x, "more": (y, [x])}, {"image": y, "more": ()}]
    expected = "[{'image': meta, 'more': (meta, [meta])}, {'image': meta, 'more': ()}]"
    yield case(where, nested, expected=expected)
    mixed = {"image": x, "path": "cat.png", "size": (2, 0.5), "mask": None}
    expected = "{'image': meta, 'path': 'cat.png', 'size': (2, 0.5), 'mask': None}"
    yield case(where, mixed, expected=expected)
    yield case(afterwards, {"image": x, "more": [y]}, expected="{'image': cpu, 'more': [cpu]}")


class Place:
    def __init__(self, device):
        self.device = device

    def __repr__(self):
        return str(self.device)


def described(batch):
    if isinstance(batch, Tensor):
        return Place(batch.device)
    if isinstance(batch, dict):
        return {key: described(value) for key, value in batch.items()}
    return type(batch)(described(one) for one in batch) if isinstance(batch, (list, tuple)) else batch


def not_kept(batch, device):
    """The tensor is still where it was. `tensor.to(device)` *returns* the moved tensor, and leaves its own
    where it is: use what it returns.
    """
    if isinstance(batch, Tensor):
        batch.to(device)
    return batch


def tensors_alone(batch, device):
    """A list has no `to`. Look at what came: a tensor moves; for a list, a tuple, a dictionary the function
    can call itself for each entry.
    """
    return batch.to(device)


def containers_left(batch, device):
    """A single tensor moves, those in lists, tuples or dictionaries do not. Let the function call itself for
    each entry.
    """
    return batch.to(device) if isinstance(batch, Tensor) else batch


def always_lists(batch, device):
    """Everything moved, but the tuple came back as a list. `type(batch)(...)` makes a container of the same
    kind.
    """
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, dict):
        return {key: always_lists(value, device) for key, value in batch.items()}
    return [always_lists(one, device) for one in batch] if isinstance(batch, (list, tuple)) else batch


def dictionaries_forgotten(batch, device):
    """The tensors in the dictionary did not move. Lists and tuples are done; dictionaries need a line of
    their own, over `batch.items()`.
    """
    if isinstance(batch, Tensor):
        return batch.to(device)
    return type(batch)(dictionaries_forgotten(one, device) for one in batch) if listed(batch) else batch


def keys_only(batch, device):
    """Of the dictionary only the keys are left: a loop over a dictionary gives its keys. Go over
    `batch.items()`, and build a dictionary.
    """
    if isinstance(batch, Tensor):
        return batch.to(device)
    return (
        [keys_only(one, device) for one in batch]
        if isinstance(batch, dict)
        else rest(batch, device, keys_only)
    )


def one_level(batch, device):
    """A list of tensors works, a list of dictionaries of tensors does not: for each entry, call `to_device`
    again, and not `.to(device)`.
    """

    def move(one):
        return one.to(device) if isinstance(one, Tensor) else one

    if isinstance(batch, dict):
        return {key: move(value) for key, value in batch.items()}
    return type(batch)(move(one) for one in batch) if listed(batch) else move(batch)


def everything_has_to(batch, device):
    """What is no container need not be a tensor: a string has no `to`. Ask `isinstance(batch, Tensor)`, and
    return anything else as it is.
    """
    if isinstance(batch, dict):
        return {key: everything_has_to(value, device) for key, value in batch.items()}
    if listed(batch):
        return type(batch)(everything_has_to(one, device) for one in batch)
    return batch.to(device)


def in_place(batch, device):
    """What comes back is right. But the given dictionary or list was changed: build a new one."""
    if isinstance(batch, dict):
        for key, value in batch.items():
            batch[key] = in_place(value, device)
        return batch
    return rest(batch, device, in_place)


def listed(batch):
    return isinstance(batch, (list, tuple))


def rest(batch, device, again):
    if isinstance(batch, Tensor):
        return batch.to(device)
    return type(batch)(again(one, device) for one in batch) if listed(batch) else batch


MISTAKES = [
    not_kept,
    tensors_alone,
    containers_left,
    always_lists,
    dictionaries_forgotten,
    keys_only,
    one_level,
    everything_has_to,
    in_place,
]
