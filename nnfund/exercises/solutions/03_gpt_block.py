"""The parameters of one block of GPT."""


def linear(in_features: int, out_features: int) -> int:
    """Return the number of parameters of a linear layer."""
    return in_features * out_features + out_features


def block_parameters(width: int) -> int:
    """Return the number of parameters of one block."""
    attention = 4 * linear(width, width)  # 4 w² + 4 w
    feedforward = linear(width, 4 * width) + linear(4 * width, width)  # 8 w² + 5 w
    norms = 2 * (width + width)  # 4 w
    return attention + feedforward + norms  # 12 w² + 13 w: the 12 of the rule of thumb
