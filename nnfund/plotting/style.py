"""The colours, markers and line styles that every figure of nnfund uses; constants only.

Text, axes and grid lines have no colour here: they come from matplotlib's `rcParams`, so that one drawing can
be shown on a light and on a dark page. The colours below are for data. Each has a contrast of at least 3 : 1
on white and on a near-black page, and any two stay apart for readers with deuteranopia, protanopia or
tritanopia (`tests/plotting/test_style.py` simulates the three). They are ordered: the first two are the
furthest apart.

Colour is never the only channel: series number i also has `MARKERS[i]`, `LINESTYLES[i]` and `HATCHES[i]`.
"""

PALETTE = (
    "#3c60c7",  # blue
    "#d0751d",  # orange
    "#03a28a",  # teal
    "#9f4584",  # plum
    "#9278d1",  # lavender
    "#c03833",  # red
)

MARKERS = ("o", "^", "s", "D", "v", "P")
LINESTYLES = (
    "solid",
    (0, (5, 2)),
    (0, (1, 1.5)),
    (0, (7, 2, 1.5, 2)),
    (0, (3, 1.5)),
    (0, (5, 1.5, 1, 1.5, 1, 1.5)),
)
HATCHES = ("////", "....", "xxxx", "----", "oooo", "\\\\\\\\")

SEQUENTIAL = "cividis"  # for what starts at zero: activations, probabilities
DIVERGING = "PuOr_r"  # for what has a sign: weights, gradients; zero lies in the middle

WIDTH, HEIGHT = 6.0, 3.5  # inches; 9 pt text is then still readable on a phone
SMALL_TEXT = 9  # points: the smallest text in any figure
MANY_POINTS = 2000  # above this, a scatter becomes pixels: one path per point makes an SVG heavy
