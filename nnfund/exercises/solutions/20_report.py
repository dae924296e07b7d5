"""Will this checkpoint fit?"""

from torch import Tensor, nn


def report(model: nn.Module, state: dict[str, Tensor]) -> tuple[list[str], list[str], list[str]]:
    """Return the names that are missing, unexpected, and of another shape."""
    ours = model.state_dict()
    missing = ours.keys() - state.keys()  # keys() can be subtracted like sets
    unexpected = state.keys() - ours.keys()
    both = ours.keys() & state.keys()
    other_shape = [name for name in both if ours[name].shape != state[name].shape]
    return sorted(missing), sorted(unexpected), sorted(other_shape)
