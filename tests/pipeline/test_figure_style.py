"""What figures are made of: axes, colours, points, medians and quartiles."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from claims.case import NAN
from matplotlib.colors import to_rgb

from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import iteration_axis, log_axis


@pytest.mark.parametrize(
    ("last", "label", "ticks"),
    [
        (100, "iteration", ["0", "50", "100"]),
        (999, "iteration", ["0", "500"]),
        (1000, "iteration", ["0", "500", "1000"]),
        (3000, "iteration (thousands)", ["0", "1", "2", "3"]),
        (50000, "iteration (thousands)", ["0", "20", "40"]),
        (3200000, "iteration (millions)", ["0", "1", "2", "3"]),
    ],
)
def test_iteration_axis(last, label, ticks):
    axes = panel()
    iteration_axis(axes, last)
    axes.figure.canvas.draw()
    assert axes.get_xlabel() == label and axes.get_xlim() == (0, last)
    shown = [t.get_text() for t in axes.get_xticklabels() if t.get_position()[0] <= last]
    assert shown == ticks


def luminance(colour):
    """Relative luminance as WCAG 2 defines it."""
    share = np.array(to_rgb(colour))
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_depths_have_colours_that_darken_and_are_seen_on_white():
    light = [luminance(style.depth_colour(depth)) for depth in (2, 2.5, 3, 4, 5, 6, 8, 10)]
    contrast = 1.05 / (np.array(light) + 0.05)
    assert contrast[0] >= 2.9  # that of lines and symbols, not of words
    assert (contrast[1:] / contrast[:-1] > 1.1).all()  # told apart without hue, too


def test_depths_beyond_the_scale_have_its_ends_colours():
    assert style.depth_colour(1) == style.depth_colour(2)
    assert style.depth_colour(20) == style.depth_colour(10) != style.depth_colour(8)
    assert re.fullmatch("#[0-9a-f]{6}", style.depth_colour(2.5))


@pytest.mark.parametrize(
    ("low", "high", "words", "labels"),
    [
        (0.7, 13, {}, ["$1$", "$2$", "$5$", "$10$"]),
        (0.5, 60, {}, ["$1$", "$3$", "$10$", "$30$"]),
        (0.02, 200, {}, ["$0.1$", "$1$", "$10$", "$100$"]),
        (1e-5, 20, {}, [*(f"$10^{{{e}}}$" for e in range(-5, 0)), "$1$", "$10$"]),
        (
            1e-10,
            1e4,
            {},
            [f"$10^{{{e}}}$" for e in (-10, -8, -6, -4, -2)] + ["$1$", "$10^{2}$", "$10^{4}$"],
        ),
        (0.4, 11, {0.6: "none"}, ["$1$", "$2$", "$5$", "$10$", "none"]),
        (0.5, 13, {0.95: "none"}, ["$0.5$", "$2$", "$5$", "$10$", "none"]),
    ],
)
def test_logarithmic_axes_have_few_ticks_in_one_notation(low, high, words, labels):
    axes = panel()
    log_axis(axes, "y", low, high, words)
    assert [label.get_text() for label in axes.get_yticklabels()] == labels
    assert axes.get_ylim() == (low, high) and axes.get_yscale() == "log"


def panel():
    """A panel of a figure in the project's style."""
    _, ((axes,),) = style.panels(1, 1, 2)
    return axes


ROWS = pd.DataFrame({"depth": [2, 2, 2, 3, 3, 3], "value": [1, 2, 9, 0, 0, 5]})


def test_replicates_by_depth_are_light_and_their_median_strong():
    axes = panel()
    parts.by_depth(axes, ROWS, "value", style.BLUE, "name", shift=0.1, off_scale=0.5)
    (points,) = axes.collections
    shown = points.get_offsets()
    np.testing.assert_allclose(shown[:, 0], [2.04, 2.1, 2.16, 3.04, 3.1, 3.16])
    assert shown[:, 1].tolist() == [1, 2, 9, 0.5, 0.5, 5] and points.get_alpha() < 0.5
    off, line = axes.lines
    assert (list(off.get_xdata()), list(off.get_ydata())) == ([3.1], [0.5])
    np.testing.assert_array_equal(line.get_ydata(), [2, NAN])
    assert line.get_label() == "name"


def test_problems_beside_a_steep_line_are_moved_alone():
    axes = panel()
    parts.by_depth(axes, ROWS, "value", style.BLUE, "name", shift=0.1, steep=True)
    np.testing.assert_allclose(axes.collections[0].get_offsets()[:3, 0], [2.04, 2.1, 2.16])
    assert list(axes.lines[0].get_xdata()) == [2, 3]


def test_curves_that_coincide_are_all_seen():
    """Each is smaller than those before, of another marker."""
    looks = [parts.nested(place) for place in range(4)]
    for size in ("ms", "lw"):
        assert sorted((look[size] for look in looks), reverse=True) == [
            look[size] for look in looks
        ]
        assert len({look[size] for look in looks}) == 4
    assert len({look["marker"] for look in looks}) == 4


def test_crosses_are_where_the_points_would_be_and_count_in_the_median():
    axes = panel()
    rows = ROWS.assign(odd=[False, False, True, False, False, False])
    parts.by_depth(axes, rows, "value", style.BLUE, "name", crossed="odd")
    points, crosses = axes.collections
    np.testing.assert_allclose(crosses.get_offsets(), [[2.06, 9]])
    assert len(points.get_offsets()) == 5 and axes.lines[0].get_ydata().tolist() == [2, 0]


def heights(collection):
    """Least and greatest height of each path of a collection."""
    return [
        (path.vertices[:, 1].min(), path.vertices[:, 1].max()) for path in collection.get_paths()
    ]


def test_medians_have_bars_between_the_quartiles():
    axes = panel()
    parts.whiskers(axes, ROWS, "depth", "value", label="name")
    quartiles = ROWS.groupby("depth")["value"].quantile([0.25, 0.5, 0.75]).unstack()
    line = axes.lines[0]
    assert list(line.get_ydata()) == quartiles[0.5].tolist() and line.get_label() == "name"
    (bars,) = axes.collections
    assert heights(bars) == list(zip(quartiles[0.25], quartiles[0.75], strict=True))


def test_medians_have_a_band_between_the_quartiles_or_none():
    axes = panel()
    parts.line(axes, ROWS, "depth", "value", errorbar=parts.QUARTILES)
    (band,) = axes.collections
    assert heights(band) == [(0.0, 5.5)]
    axes = panel()
    parts.line(axes, ROWS, "depth", "value", estimator="mean")
    assert not axes.collections
    (line,) = axes.lines
    np.testing.assert_allclose(line.get_ydata(), [4, 5 / 3])


def test_a_job_loads_seaborn_without_what_it_does_not_draw_with():
    code = (
        "import sys\n"
        "from implicit_sparsity.pipeline.figures import light_seaborn, style\n"
        "print('seaborn' in sys.modules, 'scipy.stats' in sys.modules, 'IPython' in sys.modules)\n"
        "style.panels(1, 1, 1.0)\n"
        "from scipy.stats import binomtest\n"
        "print(binomtest(1, 2).pvalue)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["True", "False", "False", "1.0"]
