"""Figures that a page would otherwise spend twenty lines on.

One rule holds for all: a function draws with matplotlib's `pyplot`, returns the `Figure` that it drew on, and
never shows it; `plt.show()` does. A function of one panel takes `ax`, to be one of several panels; the figure
that it returns is then the one that `ax` lies in. The two `draw_` functions make no figure but an SVG drawing
of a graph, which Jupyter shows.
"""

from nnfund.plotting.activation import plot_activation
from nnfund.plotting.boundary import plot_decision_boundary
from nnfund.plotting.confusion import plot_confusion_matrix
from nnfund.plotting.curves import plot_curves
from nnfund.plotting.drawing import Drawing
from nnfund.plotting.features import plot_feature_maps, plot_filters
from nnfund.plotting.graphs import draw_autograd_graph, draw_value_graph
from nnfund.plotting.history import plot_history
from nnfund.plotting.images import plot_images
from nnfund.plotting.segmentation import plot_segmentation
from nnfund.plotting.surface import plot_loss_surface

__all__ = [
    "Drawing",
    "draw_autograd_graph",
    "draw_value_graph",
    "plot_activation",
    "plot_confusion_matrix",
    "plot_curves",
    "plot_decision_boundary",
    "plot_feature_maps",
    "plot_filters",
    "plot_history",
    "plot_images",
    "plot_loss_surface",
    "plot_segmentation",
]
