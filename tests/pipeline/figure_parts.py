"""What a figure shows, read from it: panels, lines, bands and words."""

from __future__ import annotations

from itertools import combinations

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
