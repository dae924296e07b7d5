from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnfund.plotting.layout import _nearest_apart, layered


@st.composite
def graphs(draw):
    """Sizes of boxes, and edges from lower to higher numbers: no cycles, repeats allowed."""
    count = draw(st.integers(2, 12))
    sizes = [(draw(st.integers(20, 120)), draw(st.integers(20, 80))) for _ in range(count)]
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = [(min(p), max(p)) for p in draw(st.lists(pairs, max_size=20)) if p[0] != p[1]]
    return sizes, edges


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_boxes_never_overlap_and_edges_run_downwards(graph):
    sizes, edges = graph
    centres, routes = layered(sizes, edges)
    for i, j in combinations(range(len(sizes)), 2):
        apart_x = abs(centres[i][0] - centres[j][0]) >= (sizes[i][0] + sizes[j][0]) / 2 - 1e-6
        apart_y = abs(centres[i][1] - centres[j][1]) >= (sizes[i][1] + sizes[j][1]) / 2 - 1e-6
        assert apart_x or apart_y
    for (start, end), route in zip(edges, routes, strict=True):
        heights = [y for _, y in [centres[start], *route, centres[end]]]
        assert heights == sorted(set(heights))
    for route in routes:  # an edge that passes a layer passes between its boxes
        for (x, top), (same_x, bottom) in zip(route[::2], route[1::2], strict=True):
            assert same_x == x
            for (cx, cy), (width, _) in zip(centres, sizes, strict=True):
                assert not top <= cy <= bottom or abs(cx - x) >= width / 2 - 1e-6


def test_a_chain_is_straight():
    centres, _ = layered([(50, 20)] * 4, [(0, 1), (1, 2), (2, 3)])
    assert len({x for x, _ in centres}) == 1


def test_a_crossing_that_need_not_be_is_undone():
    centres, _ = layered([(50, 20)] * 4, [(0, 3), (1, 2)])
    assert (centres[0][0] < centres[1][0]) == (centres[3][0] < centres[2][0])


def test_an_input_lies_right_above_its_first_use():
    centres, routes = layered([(50, 20)] * 5, [(0, 1), (1, 2), (2, 4), (3, 4)])
    assert centres[3][1] == centres[2][1]
    assert routes == [[]] * 4


def test_a_box_lies_below_the_middle_of_its_parents():
    centres, _ = layered([(50, 20), (90, 20), (50, 20)], [(0, 2), (1, 2)])
    assert centres[2][0] == pytest.approx((centres[0][0] + centres[1][0]) / 2)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=10))
def test_positions_keep_their_gaps_and_move_no_further_than_needed(wanted):
    gaps = [7.0] * (len(wanted) - 1)
    found = _nearest_apart(wanted, gaps)
    assert all(b - a >= 7 - 1e-9 for a, b in pairwise(found))
    assert sum(found) == pytest.approx(sum(wanted), abs=1e-6)  # least squares keeps the mean
    if all(b - a >= 7 for a, b in pairwise(wanted)):
        assert found == pytest.approx(wanted)
