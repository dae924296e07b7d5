"""Checks of arguments, with errors that say what was received and what would do."""

from torch import Tensor


def check_shape(name: str, tensor: Tensor, expected: tuple[int | str, ...], hint: str = "") -> None:
    """Check a tensor's shape; a letter such as `"N"` stands for any size.

    Raises:
        ValueError: The shape differs. The message names the tensor, its shape and the expected one.
    """
    fits = tensor.dim() == len(expected) and all(
        isinstance(size, str) or size == actual for size, actual in zip(expected, tensor.shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join(map(str, expected)) + ("," if len(expected) == 1 else "") + ")"
        raise ValueError(
            f"{name} must have shape {wanted}, got {tuple(tensor.shape)}{'; ' + hint if hint else ''}"
        )


def check_dtype(name: str, tensor: Tensor, like: Tensor | None = None) -> None:
    """Check that a tensor holds floating-point numbers, of the same precision as `like` when that is given.

    Raises:
        ValueError: It does not. The message says how to convert it.
    """
    if not tensor.is_floating_point():
        raise ValueError(f"{name} must be floating-point, got {tensor.dtype}: convert it with {name}.float()")
    if like is not None and tensor.dtype != like.dtype:
        raise ValueError(
            f"{name} is {tensor.dtype} but the parameters are {like.dtype}: use {name}.to({like.dtype}), "
            f"or make the layer with dtype={tensor.dtype}"
        )


def check_gradient(grad_y: Tensor, y: Tensor | None) -> None:
    """Check that `backward` comes after `forward`, with a gradient of the output's shape.

    Raises:
        RuntimeError: There was no forward pass, so there is nothing to differentiate.
        ValueError: `grad_y` is no tensor, or has another shape than the output `y`.
    """
    if y is None:
        raise RuntimeError(
            "backward was called before forward: call layer(x) first, then layer.backward(grad_y)"
        )
    if not isinstance(grad_y, Tensor):
        raise ValueError(f"grad_y must be a tensor, got {grad_y!r}: does every backward return dL/dx?")
    if grad_y.shape != y.shape:
        raise ValueError(
            f"grad_y must have the shape of the output, {tuple(y.shape)}, got {tuple(grad_y.shape)}"
        )


def check_positive(**sizes: int) -> None:
    """Check that sizes are whole numbers of at least 1; they are given by name, as in `out_features=3`.

    Raises:
        ValueError: One is not.
    """
    for name, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise ValueError(f"{name} must be a whole number of 1 or more, got {size!r}")


def check_between(name: str, value: float, low: float, high: float) -> None:
    """Check that low <= value < high.

    Raises:
        ValueError: It is not.
    """
    if not low <= value < high:
        raise ValueError(f"{name} must be at least {low:g} and less than {high:g}, got {value!r}")
