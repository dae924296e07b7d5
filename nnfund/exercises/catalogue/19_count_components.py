"""Count what hangs together.

Level: advanced
Page: 19_unet_segmentation

`mask`, of shape (H, W), holds zeros and ones. Pixels with 1 that touch along a *side* belong together, and so
do those that are linked by a chain of such pixels; a corner does not count. Return how many such connected
components there are, as `scipy.ndimage.label` would, but without SciPy.

Visit every pixel once. Keep the pixels still to be visited in a list: a function that calls itself for each
neighbour comes to Python's limit (a RecursionError) in a large patch.
"""

from torch import Tensor


def count_components(mask: Tensor) -> int:
    """Return the number of connected components."""
    raise NotImplementedError


# === checks: a reader's copy ends here ===
import torch

from nnfund.exercises import Case


def drawn(*rows):
    return torch.tensor([[int(pixel == "#") for pixel in row] for row in rows])


def checks(answer):
    count = answer.count_components
    yield Case(count, drawn("##..#", "##..#", "....."), expected=2)
    yield Case(count, drawn("#.#", "#.#", "###"), expected=1)  # joined at the bottom alone
    yield Case(count, drawn("#..", ".#.", "#.#"), expected=4)  # corners do not join
    yield Case(count, drawn("..#", "...", "#.."), expected=2)
    yield Case(count, drawn("#..#", "....", "#..#"), expected=4)  # opposite borders do not touch
    yield Case(count, drawn("#####", "#...#", "#.#.#", "#...#", "#####"), expected=2)  # one within another
    yield Case(count, drawn("..###", "..#.#", "###..", "#...#", "#.###"), expected=2)
    yield Case(count, torch.zeros(3, 2, dtype=torch.int64), expected=0)
    yield Case(count, torch.ones(60, 50, dtype=torch.int64), expected=1)


SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))


def flood(mask, steps=SIDES, wrap=False, once=False):
    height, width = mask.shape
    left = {(i, j) for i, j in mask.nonzero().tolist()}
    found = 0
    while left:
        start = min(left)
        left.discard(start)
        to_visit, found = [start], found + 1
        while to_visit:
            i, j = to_visit.pop()
            for di, dj in steps:
                place = (i + di, j + dj)
                if wrap:
                    place = (place[0] % height, place[1] % width)
                if place in left:
                    left.discard(place)
                    if not once:
                        to_visit.append(place)
    return found


def corners_too(mask):
    """Too few: pixels that touch at a corner were joined. A pixel has four neighbours here, not eight."""
    return flood(mask, [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])


def right_and_down(mask):
    """Too many: from a pixel you go right and down alone. A patch can also be reached from below or from the
    right, as in a U: go in all four directions.
    """
    return flood(mask, ((1, 0), (0, 1)))


def neighbours_alone(mask):
    """Too many: the neighbours of the first pixel were marked, but not the neighbours of those. What was
    found goes on the list of pixels to visit.
    """
    return flood(mask, once=True)


def around_the_border(mask):
    """Too few: opposite borders were joined. The index -1 is the *last* row or column, so a step beyond the
    border comes back at the other side. Ask whether it is still inside.
    """
    return flood(mask, wrap=True)


def pixels(mask):
    """This is the number of pixels with 1. Asked is the number of patches that they form."""
    return int(mask.sum())


def ground_too(mask):
    """One too many: the zeros were counted as a component."""
    return flood(mask) + 1


def by_rows(mask):
    """These are pieces of *rows*. Pieces above each other that touch are one component."""
    return flood(mask, ((0, 1), (0, -1)))


MISTAKES = [corners_too, right_and_down, neighbours_alone, around_the_border, pixels, ground_too, by_rows]
