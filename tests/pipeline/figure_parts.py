"""What a figure shows, read from it: panels, lines, bands and words."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex


def panels(figure):
    return [axes for axes in figure.axes if axes.axison]


def legend_words(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def lines(axes, colour=None):
    return [
        line for line in axes.lines if colour is None or to_hex(line.get_color()) == colour.lower()
    ]


def shaded(axes, colour):
    """Left and right edge of each band of a colour across the panel."""
    return [
        (patch.get_x(), patch.get_x() + patch.get_width())
        for patch in axes.patches
        if to_hex(patch.get_facecolor()) == colour.lower()
    ]


def texts(figure):
    """Every text of a figure that shows, with its box in pixels."""
    figure.draw_without_rendering()  # the layout alone
    found = []
    for axes in panels(figure):
        labels = [axes.title, axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks():
                if tick.label1.get_visible() and low <= tick.get_loc() <= high:
                    labels.append(tick.label1)
        found += [label for label in labels if label.get_text()]
    found += [text for legend in figure.legends for text in legend.get_texts()]
    return [(text.get_text(), text.get_window_extent()) for text in found]


def assert_legible(figure):
    """Each text lies within the figure and clear of every other."""
    boxes = texts(figure)
    width, height = figure.canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text
    for (text, box), (other, box2) in combinations(boxes, 2):
        apart = box.x1 <= box2.x0 or box2.x1 <= box.x0 or box.y1 <= box2.y0 or box2.y1 <= box.y0
        assert apart, (text, other)


def marks(axes):
    """Places of all points and markers that are numbers, shape (count, 2)."""
    scatters = [points for points in axes.collections if isinstance(points, PathCollection)]
    found = [points.get_offsets() for points in scatters]
    found += [
        line.get_xydata()
        for line in axes.lines
        if line.get_transform() == axes.transData and line.get_marker() not in ("", "None")
    ]
    places = np.concatenate([np.empty((0, 2)), *(np.asarray(one, dtype=float) for one in found)])
    return places[np.isfinite(places).all(axis=1)]


def assert_in_view(figure):
    """No point or marker is cut off by the axes."""
    for axes in panels(figure):
        ends = np.sort([axes.get_xlim(), axes.get_ylim()], axis=1)
        for place in marks(axes):
            assert (ends[:, 0] <= place).all() and (place <= ends[:, 1]).all(), (place, ends)
