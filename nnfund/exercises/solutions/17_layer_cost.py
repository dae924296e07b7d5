"""What a convolutional layer costs."""


def layer_cost(
    in_channels: int, out_channels: int, k: int, n: int, stride: int = 1, padding: int = 0
) -> tuple[int, int]:
    """Return the number of parameters, and of multiplications for one image."""
    weights = in_channels * k * k * out_channels
    size = (n + 2 * padding - k) // stride + 1
    return weights + out_channels, weights * size**2  # each weight is used at every place of the output
