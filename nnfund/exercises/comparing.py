"""Does what came equal what was expected, and if not, how do the two differ? In words."""

import math
import shutil
from numbers import Number
from typing import Any

import numpy as np
import torch
from torch import Tensor

LINES = 12  # of a tensor that is shown


def difference(
    came: Any, expected: Any, *, rtol: float, atol: float, parts: tuple[str, ...] = ()
) -> str | None:
    """Return in one sentence what is wrong with what came, or None where nothing is."""
    if isinstance(expected, (tuple, list)):
        return _sequence_difference(came, expected, rtol, atol, parts)
    if isinstance(expected, dict):
        if not isinstance(came, dict):
            return f"A dict is asked; {kind(came)} came."
        if set(came) != set(expected):
            return f"The keys {sorted(map(str, expected))} are asked; {sorted(map(str, came))} came."
        found = ((key, difference(came[key], expected[key], rtol=rtol, atol=atol)) for key in expected)
        return next((f"At the key {key!r}: {_small(wrong)}" for key, wrong in found if wrong), None)
    if isinstance(expected, Tensor):
        return _tensor_difference(came, expected, rtol, atol)
    if isinstance(expected, (bool, str)) or expected is None or not isinstance(expected, Number):
        if isinstance(expected, bool) and isinstance(came, (Tensor, np.generic)) and came.ndim == 0:
            came = came.item()
        if type(came) is not type(expected):
            return f"{kind(expected, capital=True)} is asked; {kind(came)} came."
        if _equal(came, expected):
            return None
        told = isinstance(expected, bool)
        return f"{expected} is expected; {came} came." if told else "The value is not the right one."
    return _number_difference(came, expected, rtol, atol)


def _sequence_difference(came, expected, rtol, atol, parts) -> str | None:
    asked = "1 result is asked" if len(expected) == 1 else f"{len(expected)} results are asked"
    if not isinstance(came, (tuple, list)):
        return f"{asked}; {kind(came)} came."
    if len(came) != len(expected):
        return f"{asked}; {len(came)} came."
    for i, (one, other) in enumerate(zip(came, expected, strict=True)):
        wrong = difference(one, other, rtol=rtol, atol=atol)
        if wrong:
            name = f" ({parts[i]})" if i < len(parts) else ""
            return f"Result {i + 1} of {len(expected)}{name}: {_small(wrong)}"
    return None


def _tensor_difference(came: Any, expected: Tensor, rtol: float, atol: float) -> str | None:
    if not isinstance(came, Tensor):
        return f"A tensor is asked; {kind(came)} came."
    if came.shape != expected.shape:
        return f"The shape {tuple(expected.shape)} is asked; {tuple(came.shape)} came."
    if came.dtype != expected.dtype:
        return f"The dtype {expected.dtype} is asked; {came.dtype} came."
    if not (expected.is_floating_point() or expected.is_complex()):
        rtol = atol = 0  # whole numbers are exact
    close = torch.isclose(came.detach().cpu(), expected.detach().cpu(), rtol, atol, equal_nan=True)
    if close.all():
        return None
    wrong = (~close).nonzero()
    if not expected.ndim:
        return f"{_plain(expected.item())} is expected; {_plain(came.item())} came."
    place = tuple(wrong[0].tolist())
    verb = "differs" if len(wrong) == 1 else "differ"
    return (
        f"{len(wrong)} of {expected.numel()} numbers {verb}; the first at {list(place)}: "
        f"{_plain(expected[place].item())} is expected, {_plain(came[place].item())} came."
    )


def _number_difference(came: Any, expected: Number, rtol: float, atol: float) -> str | None:
    if isinstance(came, (Tensor, np.ndarray, np.generic)) and came.ndim == 0:
        came = came.item()  # a tensor of one number is a number to us
    if not isinstance(came, Number):
        return f"A number is asked; {kind(came)} came."
    if isinstance(expected, int) and isinstance(came, float) and not came.is_integer():
        return f"A whole number is asked; {_plain(came)} came."
    if isinstance(expected, int):
        return None if came == expected else f"{expected} is expected; {_plain(came)} came."
    close = math.isclose(came, expected, rel_tol=rtol, abs_tol=atol) or (
        came != came and expected != expected
    )
    return None if close else f"{_plain(expected)} is expected; {_plain(came)} came."


def kind(value: Any, capital: bool = False) -> str:
    """Say what a value is, with an article."""
    if isinstance(value, Tensor):
        text = f"a tensor of shape {tuple(value.shape)}"
    elif value is None:
        text = "None"
    else:
        noun = {"bool": "True or False", "str": "text", "int": "a whole number", "float": "a number"}
        name = type(value).__name__
        text = noun.get(name, f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}")
    return text[0].upper() + text[1:] if capital else text


def show(value: Any) -> str:
    """Write a value for a reader: a tensor with its shape and dtype, long ones cut."""
    if isinstance(value, Tensor):
        width = max(24, min(80, shutil.get_terminal_size().columns) - 4)
        numbers = np.array2string(
            value.detach().cpu().numpy(),
            precision=4,
            suppress_small=True,
            threshold=40,
            edgeitems=3,
            max_line_width=width,
            separator=", ",
        )
        dtype = str(value.dtype).removeprefix("torch.")
        lines = numbers.splitlines()
        if len(lines) > LINES:  # of many axes, the first numbers will do
            numbers = "\n".join([*lines[:LINES], "…"])
        return (
            f"{numbers}  ({dtype})" if value.ndim < 2 else f"shape {tuple(value.shape)}, {dtype}:\n{numbers}"
        )
    if isinstance(value, (tuple, list)) and any(isinstance(one, Tensor) for one in value):
        return "\n".join(f"{i}. {show(one)}" for i, one in enumerate(value, 1))
    if isinstance(value, float):
        return _plain(value)
    try:
        text = repr(value)
    except Exception:  # the reader's class
        text = kind(value)
    return text if len(text) <= 600 else f"{text[:600]} …"


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(np.all(one == other))
    except Exception:  # a class of the reader's that does not compare
        return False


def _plain(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float) else repr(number)


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
