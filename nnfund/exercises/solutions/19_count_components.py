"""Count what hangs together."""

from torch import Tensor


def count_components(mask: Tensor) -> int:
    """Return the number of connected components."""
    not_seen = {(row, column) for row, column in mask.nonzero().tolist()}
    components = 0
    while not_seen:
        components += 1
        to_visit = [not_seen.pop()]  # any pixel of a new component
        while to_visit:
            row, column = to_visit.pop()
            for place in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if place in not_seen:  # a place beyond the border never is
                    not_seen.remove(place)
                    to_visit.append(place)
    return components
