"""Where to put the boxes of a graph: in layers, with few crossings and nearly straight edges.

The four steps of Sugiyama, Tagawa and Toda, "Methods for visual understanding of hierarchical system
structures" (1981): layers, stand-ins for edges that pass a layer, order within a layer, and positions.
"""

from collections import defaultdict
from itertools import pairwise

GAP = 26.0  # between boxes of a layer
LAYER_GAP = 60.0  # between layers: room for the edges and for the numbers on them
SWEEPS = 12

Point = tuple[float, float]
Edge = tuple[int, int]  # from, to


def layered(sizes: list[Point], edges: list[Edge]) -> tuple[list[Point], list[list[Point]]]:
    """Place boxes so that every edge runs downwards.

    Args:
        sizes: (width, height) of each box.
        edges: (from, to) as positions in `sizes`; no cycles; an edge may occur twice.

    Returns:
        The centre of each box, and for each edge the points where it enters and leaves the layers that it
        passes between its ends.
    """
    layer_of = _layers(len(sizes), edges)
    widths = [width for width, _ in sizes]
    short: list[Edge] = []  # edges from one layer to the next
    stand_ins: list[list[int]] = []  # for each edge, what takes its place in the layers that it passes
    for start, end in edges:
        passed = list(range(len(widths), len(widths) + layer_of[end] - layer_of[start] - 1))
        layer_of += range(layer_of[start] + 1, layer_of[end])
        widths += [0.0] * len(passed)
        chain = [start, *passed, end]
        short += pairwise(chain)
        stand_ins.append(passed)

    layers: list[list[int]] = [[] for _ in range(max(layer_of) + 1)]
    for node, layer in enumerate(layer_of):
        layers[layer].append(node)
    above, below = defaultdict(list), defaultdict(list)
    for start, end in short:
        above[end].append(start)
        below[start].append(end)

    layers = _order(layers, above, below)
    xs = _positions(layers, widths, above, below)
    spans, bottom = [], 0.0  # (top, bottom) of each layer
    for layer in layers:
        height = max((sizes[node][1] for node in layer if node < len(sizes)), default=0.0)
        spans.append((bottom, bottom + height))
        bottom += height + LAYER_GAP
    centres = [(xs[node], sum(spans[layer_of[node]]) / 2) for node in range(len(sizes))]
    return centres, [
        [(xs[node], y) for node in passed for y in spans[layer_of[node]]] for passed in stand_ins
    ]


def _layers(count: int, edges: list[Edge]) -> list[int]:
    """Put each node below all it depends on, and a node that depends on nothing right above its first use."""
    parents, children = defaultdict(list), defaultdict(list)
    for start, end in edges:
        parents[end].append(start)
        children[start].append(end)
    layer, waiting = [0] * count, [len(parents[node]) for node in range(count)]
    ready = [node for node in range(count) if not waiting[node]]
    for node in ready:  # grows while it is read
        for child in children[node]:
            layer[child] = max(layer[child], layer[node] + 1)
            waiting[child] -= 1
            if not waiting[child]:
                ready.append(child)
    for node in range(count):
        if not parents[node] and children[node]:
            layer[node] = min(layer[child] for child in children[node]) - 1
    return layer


def _order(layers, above, below) -> list[list[int]]:
    """Sort each layer by the mean place of its neighbours, down and up in turn; keep the best order seen."""
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        order = [list(layer) for layer in layers]
        indices = range(1, len(order)) if down else range(len(order) - 2, -1, -1)
        for i in indices:
            place = {node: k for k, node in enumerate(order[i - 1 if down else i + 1])}
            own = {node: k for k, node in enumerate(order[i])}
            means = {node: _mean([place[n] for n in neighbours[node]], own[node]) for node in order[i]}
            order[i].sort(key=means.__getitem__)
        layers = order
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers, below) -> int:
    """Count the pairs of edges that cross."""
    total = 0
    for upper, lower in pairwise(layers):
        place = {node: k for k, node in enumerate(lower)}
        ends = [sorted(place[child] for child in below[node]) for node in upper]
        flat = [end for group in ends for end in group]
        total += sum(a > b for i, a in enumerate(flat) for b in flat[i + 1 :])
    return total


def _positions(layers, widths, above, below) -> list[float]:
    """Move each node below the mean of its parents, then above that of its children, and so on in turn.

    A layer's order and gaps limit the moves. The last pass goes down: what has one parent lies below it.
    """
    xs = [0.0] * len(widths)
    for sweep in range(2 * SWEEPS + 1):
        down = sweep % 2 == 0
        neighbours = above if down else below
        for layer in layers if down else reversed(layers):
            wanted = [_mean([xs[n] for n in neighbours[node]], xs[node]) for node in layer]
            gaps = [
                (widths[a] + widths[b]) / 2 + GAP * (1 if widths[a] and widths[b] else 0.7)
                for a, b in pairwise(layer)
            ]
            for node, x in zip(layer, _nearest_apart(wanted, gaps), strict=True):
                xs[node] = x
    return xs


def _nearest_apart(wanted: list[float], gaps: list[float]) -> list[float]:
    """Return the positions nearest to those wanted (least squares) that keep these gaps.

    With the gaps subtracted, the positions must not decrease: isotonic regression, solved by pooling
    neighbours that are out of order into blocks at their mean.
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    blocks: list[list[float]] = []  # [mean, size]
    for target, offset in zip(wanted, offsets, strict=True):
        blocks.append([target - offset, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, size = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * size) / (last[1] + size)
            last[1] += size
    flat = [mean for mean, size in blocks for _ in range(int(size))]
    return [position + offset for position, offset in zip(flat, offsets, strict=True)]


def _mean(values: list[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
