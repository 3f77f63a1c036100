"""Figures: what they show, that nothing overlaps, and that their bytes are always the same."""

from __future__ import annotations

import io
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from claims.case import NAN, REPLICATES
from claims.every import CASES, CLAIMS, case
from matplotlib.colors import to_hex, to_rgb

from implicit_sparsity.pipeline.claims import ledger_figure
from implicit_sparsity.pipeline.claims.registry import claim_module
from implicit_sparsity.pipeline.figures import coordinates, error, images, parts, style
from implicit_sparsity.pipeline.figures.axis import iteration_axis, log_axis
from implicit_sparsity.pipeline.figures.cells import start_label

KINDS = {"coordinates": coordinates, "error": error, "images": images}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def summary(cells, iterations=1000, windows=None):
    """Summary rows of (depth, α) cells, as read from a file."""
    depth, alpha = np.array(cells, dtype=float).T
    start, end = np.array(windows or [(NAN, NAN)] * len(cells), dtype=float).T
    return pd.DataFrame(
        {
            "depth": depth.astype(int),
            "alpha": alpha,
            "init": [float(f"{a**d:.12g}") for d, a in zip(depth, alpha, strict=True)],
            "iterations": iterations,
            "window_start": start,
            "window_end": end,
        }
    )


def shared_init(depths, init=1e-6):
    return [(depth, init ** (1 / depth)) for depth in depths]


def table(kind, cells, iterations=1000):
    """A small table of one kind, its curves told apart by the cell."""
    frames = []
    t = np.linspace(0, iterations, 11)
    baseline = {
        "lower_quartile_log2_error": 2.5,
        "upper_quartile_log2_error": 3.5,
        "median_log2_error": 3.0,
    }
    for cell, (depth, alpha) in enumerate(cells):
        keys = {"depth": depth, "alpha": alpha, "iteration": t}
        if kind == "coordinates":
            for curve, truth in (("w_1", 1.0), ("w_2", 1.0), ("w_7", -2.0)):
                value = truth * (1 - np.exp(-t / 100)) + 0.01 * cell
                frames.append(pd.DataFrame(keys | {"curve": curve, "truth": truth, "value": value}))
            off = {"curve": "off_support", "truth": 0.0, "value": t / t[-1] / 4}
            frames.append(pd.DataFrame(keys | off))
        else:
            median = 2 + cell - np.sin(t / t[-1])
            bands = {
                "lower_quartile_log2_error": median - 0.5,
                "upper_quartile_log2_error": median + 0.5,
            }
            frames.append(
                pd.DataFrame(keys | {"method": "descent", "median_log2_error": median} | bands)
            )
    if kind == "error":
        for method in ("ridge_cv", "least_squares"):
            frames.append(pd.DataFrame({"method": [method]} | baseline))
    found = pd.concat(frames, ignore_index=True)
    return found.assign(measure="weights") if kind == "error" else found


def pixels(cells, count=3):
    rng = np.random.default_rng(0)
    row, column = np.divmod(np.arange(16), 4)
    frames = []
    for image in range(count):
        for cell, (depth, alpha) in enumerate([(NAN, NAN), *cells]):
            keys = {"image": image, "digit": 0, "depth": depth, "alpha": alpha}
            scores = {"psnr": 10.0 * image + cell, "relative_error": 0.1 * image + 0.01 * cell}
            keys |= scores if cell else {"psnr": NAN, "relative_error": NAN}
            value = rng.random(16)
            frames.append(pd.DataFrame(keys | {"row": row, "column": column, "value": value}))
    return pd.concat(frames, ignore_index=True)


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
    figure.canvas.draw()
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


# --- coordinates ------------------------------------------------------------------------------


def test_coordinates_show_every_curve_of_their_cell():
    cells = shared_init([2, 3, 5])
    data = table("coordinates", cells)
    figure = coordinates.draw(data, summary(cells))
    assert len(panels(figure)) == 3
    for axes, (depth, alpha) in zip(panels(figure), cells, strict=True):
        rows = data[(data["depth"] == depth) & (data["alpha"] == alpha)]
        for _, curve in rows.groupby("curve"):
            assert any(np.array_equal(line.get_ydata(), curve["value"]) for line in axes.lines)
        (off,) = lines(axes, style.VERMILION)
        assert off.get_ydata()[-1] == 0.25
        # A level for each true value, and a colour for each.
        levels = [line.get_ydata()[0] for line in axes.lines if line.get_label() == "truth"]
        assert levels == [-2, 1]
        on = [line.get_color() for line in axes.lines if line.get_label().startswith(r"$w^\ast_i")]
        assert len(on) == 3 and len(set(on)) == 2
        assert axes.get_title() == rf"$N={depth}$, $\alpha^N=10^{{-6}}$"
        assert axes.get_xlabel() == "iteration" and axes.get_xlim() == (0, 1000)
        assert not shaded(axes, style.SHADE)
    assert [axes.get_ylabel() for axes in panels(figure)] == ["weight", "", ""]
    weights = {r"$w^\ast_i=1$", r"$w^\ast_i=-2$"}
    assert set(legend_words(figure)) == {"truth", "largest off the support"} | weights
    assert_legible(figure)


def test_true_values_have_three_digits_in_the_legend():
    cells = shared_init([2, 3])
    data = table("coordinates", cells)
    data["truth"] = data["truth"].replace({1.0: -0.508288, -2.0: 1000.0})
    words = legend_words(coordinates.draw(data, summary(cells)))
    assert {r"$w^\ast_i=-0.508$", r"$w^\ast_i=1000$"} < set(words)


@pytest.mark.parametrize("names", [None, ["age", "$a$ and a very long name indeed", "_id"]])
def test_coordinates_without_a_truth_are_told_by_their_names(names):
    cells = shared_init([2, 3])
    data = table("coordinates", cells)
    data.loc[data["curve"] != "off_support", "truth"] = NAN
    if names:
        renamed = dict(zip(["w_1", "w_2", "w_7"], [f"w_{name}" for name in names], strict=True))
        data["curve"] = data["curve"].replace(renamed)
    figure = coordinates.draw(data, summary(cells, windows=[(10, 50), (10, NAN)]))
    # No bound, since it is one of the weights off a support that is known.
    words = ["early-stopping window", "largest of the others"]
    shown = ["age", r"\$a\$ and a very …", "_id"] if names else ["largest weights"]
    assert sorted(legend_words(figure)) == sorted(words + shown)
    for axes in panels(figure):
        drawn = [line for line in axes.lines if len(line.get_xdata()) == 11]
        assert len({to_hex(line.get_color()) for line in drawn}) == (4 if names else 2)
    assert_legible(figure)


def test_coordinates_shade_the_window_and_state_its_size():
    cells = [(2, 0.005), (3, 0.005), (4, 0.005)]
    windows = [(194, 577), (4100, 18846), (307638, 1456341)]
    iterations = [3000, 50000, 3200000]
    figure = coordinates.draw(table("coordinates", cells), summary(cells, iterations, windows))
    units = ["iteration (thousands)", "iteration (thousands)", "iteration (millions)"]
    assert [axes.get_xlabel() for axes in panels(figure)] == units
    for axes, (depth, alpha), window in zip(panels(figure), cells, windows, strict=True):
        assert shaded(axes, style.SHADE) == [pytest.approx(window)]
        edges = [line.get_xdata()[0] for line in lines(axes, style.EDGE)]
        assert edges == list(window)
        (bound,) = [line for line in axes.lines if "bound" in str(line.get_label())]
        assert bound.get_ydata()[0] == pytest.approx(alpha ** (depth / 4))
        title = axes.get_title()
        assert title.startswith(rf"$N={depth}$, $\alpha=0.005$")
        for number in (*window, window[1] - window[0]):
            assert f"{number:,}" in title
    assert "early-stopping window" in legend_words(figure)
    assert any("alpha^{N/4}" in word for word in legend_words(figure))
    assert_legible(figure)


@pytest.mark.parametrize("kind", ["coordinates", "error"])
def test_windows_with_an_edge_missing(kind):
    """Open to the right, never opened, closed before it opened, and neither edge."""
    cells = [(2, 0.1), (3, 0.1), (4, 0.1), (5, 0.1)]
    windows = [(194, NAN), (NAN, 577), (577, 194), (NAN, NAN)]
    figure = KINDS[kind].draw(table(kind, cells), summary(cells, 1000, windows))
    late, shut, crossed, none = panels(figure)
    assert shaded(late, style.SHADE) == [pytest.approx((194, 1000))]
    assert "194" in late.get_title() and "beyond the last iteration" in late.get_title()
    assert len(lines(late, style.EDGE)) == 1
    for axes in (shut, none):
        assert "the window does not open" in axes.get_title()
        assert not shaded(axes, style.SHADE)
    assert not shaded(crossed, style.SHADE)
    assert crossed.get_title().endswith("\nno window")


@pytest.mark.parametrize("kind", ["coordinates", "error"])
@pytest.mark.parametrize("edges", [(194, NAN), (NAN, 577)])
def test_one_edge_is_enough_to_speak_of_a_window(kind, edges):
    cells = [(2, 0.1)]
    figure = KINDS[kind].draw(table(kind, cells), summary(cells, 1000, [edges]))
    (axes,) = panels(figure)
    assert "window" in axes.get_title() and len(lines(axes, style.EDGE)) == 1


def test_summaries_need_not_come_from_a_file():
    """As summarise makes them: nullable columns, in which an edge that is missing is NA."""
    cells = [(2, 0.1), (3, 0.1), (4, 0.1)]
    windows = [(194, 577), (194, NAN), (NAN, 577)]
    for kind in ("coordinates", "error"):
        rows = summary(cells, 1000, windows).convert_dtypes()
        figure = KINDS[kind].draw(table(kind, cells), rows)
        titles = [axes.get_title() for axes in panels(figure)]
        assert "383" in titles[0] and "beyond" in titles[1] and "does not open" in titles[2]


# --- several starts ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["coordinates", "error"])
@pytest.mark.parametrize("spelling", ["alpha", "init"])
def test_starts_are_rows_and_depths_are_columns(kind, spelling):
    depths, starts = [2, 3, 5], [0.01, 0.25]
    if spelling == "alpha":
        cells = [(depth, start) for depth in depths for start in starts]
    else:
        cells = [(depth, start ** (1 / depth)) for depth in depths for start in starts]
    data = table(kind, cells)
    figure = KINDS[kind].draw(data, summary(cells))
    symbol = r"\alpha" if spelling == "alpha" else r"\alpha^N"
    expected = [rf"$N={depth}$, ${symbol}={start}$" for start in starts for depth in depths]
    assert [axes.get_title() for axes in panels(figure)] == expected
    for axes, cell in zip(panels(figure), [0, 2, 4, 1, 3, 5], strict=True):
        depth, alpha = cells[cell]
        rows = data[(data["depth"] == depth) & (data["alpha"] == alpha)]
        value = (
            rows["median_log2_error"]
            if kind == "error"
            else rows.loc[rows["curve"] == "w_1", "value"]
        )
        assert any(np.array_equal(line.get_ydata(), value) for line in axes.lines)
    assert [bool(axes.get_ylabel()) for axes in panels(figure)] == [True, False, False] * 2
    assert_legible(figure)


@pytest.mark.parametrize("kind", ["coordinates", "error"])
@pytest.mark.parametrize("depths", [[3], [2, 3], [2, 3, 4, 5], [2, 3, 4, 5, 6]])
def test_a_list_of_depths_may_be_short_or_long(kind, depths):
    cells = [(depth, 0.05) for depth in depths]
    windows = [(194, 577), (4100, 18846), (307638, 1456341), (1e3, NAN), (NAN, 1e4)][: len(depths)]
    iterations = [3000, 50000, 3200000, 20000, 20000][: len(depths)]
    figure = KINDS[kind].draw(table(kind, cells), summary(cells, iterations, windows))
    named = [re.match(r"\$N=(\d)\$", axes.get_title())[1] for axes in panels(figure)]
    assert named == [str(depth) for depth in depths]
    assert_legible(figure)


# --- error ------------------------------------------------------------------------------------


def test_errors_show_the_median_its_quartiles_and_the_baselines():
    cells = shared_init([2, 3, 4], 1e3)
    data = table("error", cells)
    figure = error.draw(data, summary(cells, [5000, 300, 100]))
    units = ["iteration (thousands)", "iteration", "iteration"]
    assert [axes.get_xlabel() for axes in panels(figure)] == units
    for axes, (depth, alpha) in zip(panels(figure), cells, strict=True):
        rows = data[(data["depth"] == depth) & (data["alpha"] == alpha)]
        (median,) = lines(axes, style.BLUE)
        np.testing.assert_array_equal(median.get_ydata(), rows["median_log2_error"])
        (band,) = axes.collections
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() == rows["lower_quartile_log2_error"].min()
        assert heights.max() == rows["upper_quartile_log2_error"].max()
        for colour in (style.ORANGE, style.GREEN):
            (line,) = lines(axes, colour)
            assert list(line.get_ydata()) == [3, 3]
            (patch,) = [p for p in axes.patches if to_hex(p.get_facecolor()) == colour.lower()]
            assert (patch.get_y(), patch.get_height()) == (2.5, 1)
        assert axes.get_title() == rf"$N={depth}$, $\alpha^N=10^{{3}}$"
    assert r"\log_2" in panels(figure)[0].get_ylabel()
    assert {"ridge (cross-validated)", "least squares"} < set(legend_words(figure))
    assert_legible(figure)


@pytest.mark.parametrize(
    ("measure", "words"),
    [("weights", r"\|w_t-w^{\mathrm{*}}\|_2^2"), ("held-out", "held-out squared error")],
)
def test_errors_say_what_they_are_of(measure, words):
    cells = shared_init([2, 3])
    figure = error.draw(table("error", cells).assign(measure=measure), summary(cells))
    labels = [axes.get_ylabel() for axes in panels(figure)]
    assert words in labels[0] and r"\log_2" in labels[0] and labels[1] == ""
    assert_legible(figure)


def test_errors_without_baselines_have_none_in_the_legend():
    cells = shared_init([2, 3, 4])
    data = table("error", cells)
    figure = error.draw(data[data["method"] == "descent"], summary(cells))
    assert set(legend_words(figure)) == {"gradient descent, median and quartiles"}


def test_any_baseline_is_named():
    cells = shared_init([2, 3])
    names = {"least_squares": "lasso_cv", "ridge_cv": "ridge_oracle"}
    data = table("error", cells).replace({"method": names})
    words = legend_words(error.draw(data, summary(cells)))
    assert {"Lasso (cross-validated)", "ridge oracle"} < set(words)


def test_the_example_of_the_readme_is_legible():
    """Windows, both baselines and two starts in one figure."""
    cells = [(depth, alpha) for depth in (2, 3) for alpha in (0.01, 0.1)]
    windows = [(1216, 10626), (951, 14047), (2423, NAN), (NAN, 3056)]
    figure = error.draw(table("error", cells), summary(cells, 20000, windows))
    assert len(legend_words(figure)) == 4
    assert_legible(figure)


# --- images -----------------------------------------------------------------------------------


def test_images_show_the_original_first_and_the_scores_below():
    cells = shared_init([2, 3, 5], 1e-3)
    data = pixels(cells)
    figure = images.draw(data, summary(cells))
    grid = np.array(figure.axes, dtype=object).reshape(3, 4)
    for image, row in enumerate(grid):
        for cell, axes in enumerate(row):
            depth = [NAN, 2, 3, 5][cell]
            chosen = data["depth"].isna() if cell == 0 else data["depth"] == depth
            value = data.loc[chosen & (data["image"] == image), "value"]
            (shown,) = axes.images
            np.testing.assert_array_equal(np.ravel(shown.get_array()), value)
            assert shown.get_clim() == (0, 1)
            words = f"{10 * image + cell:.1f} dB, error {10 * image + cell}%"
            assert axes.get_xlabel() == (words if cell else "")
    titles = [axes.get_title() for axes in grid[0]]
    assert titles == ["original", *(rf"$N={depth}$, $\alpha^N=0.001$" for depth in (2, 3, 5))]
    assert_legible(figure)


def test_one_image_and_several_starts():
    cells = [(2, 0.1), (2, 0.2), (3, 0.1), (3, 0.2)]
    figure = images.draw(pixels(cells, count=1), summary(cells))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1:] == [rf"$N={depth}$, $\alpha={alpha}$" for depth, alpha in cells]


# --- files ------------------------------------------------------------------------------------


def example(kind):
    cells = shared_init([2, 3])
    data = pixels(cells, count=2) if kind == "images" else table(kind, cells)
    return data, summary(cells, 1000, [(194, 577), (200, NAN)])


REDRAW = """
import pickle, sys
from implicit_sparsity.pipeline.claims.registry import claim_module
from implicit_sparsity.pipeline.figures import coordinates, error, images, style
kinds = {"coordinates": coordinates, "error": error, "images": images}
for name, folder, arguments in pickle.load(sys.stdin.buffer):
    module = kinds[name] if name in kinds else claim_module(name)
    style.save(module.draw(*arguments), f"{folder}/{name}.pdf", f"{folder}/{name}.png")
"""

#: Claims whose figures have points, bands and heat maps.
CLAIM_EXAMPLES = ("rich_to_kernel", "early_stopping", "sample_complexity")


def test_figures_have_the_same_bytes_when_drawn_again(tmp_path):
    """In this process after other figures, and in a new one whose hashes are seeded otherwise."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    examples = {kind: example(kind) for kind in KINDS}
    examples |= {name: (case(name).TABLES, CLAIMS[name]) for name in CLAIM_EXAMPLES}
    for name, arguments in examples.items():
        module = KINDS[name] if name in KINDS else claim_module(name)
        style.save(module.draw(*arguments), here / f"{name}.pdf", here / f"{name}.png")
    jobs = [(name, str(there), arguments) for name, arguments in reversed(examples.items())]
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    subprocess.run(
        [sys.executable, "-c", REDRAW],
        input=pickle.dumps(jobs),
        env=os.environ | {"PYTHONHASHSEED": seed},
        check=True,
    )
    for name in examples:
        for file in (f"{name}.pdf", f"{name}.png"):
            assert (here / file).read_bytes() == (there / file).read_bytes(), file
    pdf = (here / "coordinates.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and b"CreationDate" not in pdf
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf  # as journals ask
    assert (here / "coordinates.png").read_bytes().startswith(b"\x89PNG")


def test_figures_are_as_wide_as_a_column_of_text():
    for kind in KINDS:
        figure = KINDS[kind].draw(*example(kind))
        assert figure.get_size_inches()[0] == style.WIDTH == 5.5


# --- words and axes ---------------------------------------------------------------------------


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
    axes = plt.figure().add_subplot()
    iteration_axis(axes, last)
    axes.figure.canvas.draw()
    assert axes.get_xlabel() == label and axes.get_xlim() == (0, last)
    shown = [t.get_text() for t in axes.get_xticklabels() if t.get_position()[0] <= last]
    assert shown == ticks


def test_the_start_is_named_by_what_the_depths_share():
    named = start_label(summary(shared_init([2, 3, 5], 2e-3)))
    assert named(5, 2e-3**0.2) == r"$N=5$, $\alpha^N=0.002$"
    named = start_label(summary([(2, 0.005), (3, 0.005)]))
    assert named(3, 0.005) == r"$N=3$, $\alpha=0.005$"
    named = start_label(summary([(3, 0.1)]))  # one depth shares both
    assert named(3, 0.1) == r"$N=3$, $\alpha^N=0.001$"


# --- colours ----------------------------------------------------------------------------------


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


# --- claims -----------------------------------------------------------------------------------


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
    axes = plt.figure().add_subplot()
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


def draw_claim(name, rows=lambda table: table, claim=None):
    """The figure of a claim on the rows that are kept of its tables, read from files."""
    tables = {
        study: pd.read_csv(io.StringIO(rows(table).to_csv(index=False)))
        for study, table in case(name).TABLES.items()
    }
    given = {study: table.copy() for study, table in tables.items()}
    figure = claim_module(name).draw(tables, claim or CLAIMS[name])
    for study, table in tables.items():
        pd.testing.assert_frame_equal(table, given[study])
    return figure


@pytest.mark.parametrize("replicates", [REPLICATES, 1])
@pytest.mark.parametrize("name", CASES)
def test_every_claim_is_drawn(name, replicates):
    figure = draw_claim(name, lambda table: table[table["replicate"] < replicates])
    assert figure.get_size_inches()[0] == style.WIDTH
    assert all(axes.has_data() for axes in panels(figure))
    assert not any(axes.get_legend() for axes in figure.axes)
    assert len(set(legend_words(figure))) == len(legend_words(figure))
    assert_legible(figure)


def levels(axes):
    """Heights of lines that are labelled as a threshold."""
    paths = [(line, line.get_path()) for line in axes.lines]
    paths += [(lines, path) for lines in axes.collections for path in lines.get_paths()]
    return sorted(path.vertices[0, 1] for a, path in paths if "threshold" in str(a.get_label()))


@pytest.mark.parametrize("factor", [1.0, 0.8])
@pytest.mark.parametrize("name", CASES)
def test_figures_show_the_thresholds_of_the_ledger(name, factor):
    """Wherever one is a level of what is drawn; they move with the entry of claims.yaml."""
    claim, expected = CLAIMS[name], case(name).METRICS
    limits = {metric: factor * entry.limit for metric, entry in claim.metrics.items()}
    metrics = {
        metric: replace(entry, **{"most" if entry.least is None else "least": limits[metric]})
        for metric, entry in claim.metrics.items()
    }
    figure = draw_claim(name, claim=replace(claim, metrics=metrics))
    for number, axes in enumerate(figure.axes):
        shown = [
            height
            for metric, entry in expected.items()
            if number in entry.panels
            for height in entry.heights(limits[metric])
        ]
        assert levels(axes) == pytest.approx(shown)
        low, high = sorted(axes.get_ylim())
        assert all(low < height < high for height in shown)
    some = any(entry.panels for entry in expected.values())
    assert ("threshold of the claim" in legend_words(figure)) == some


def test_thresholds_reach_no_further_than_the_claim():
    """Designs up to the limit of incoherence, and depths from the second on."""
    for axes in draw_claim("correlated_designs").axes:
        (line,) = [c for c in axes.collections if "threshold" in str(c.get_label())]
        (segment,) = line.get_segments()
        assert segment[:, 0].tolist() == [0, 3.5]
    left, right = draw_claim("learning_one_by_one").axes
    for axes, start in ((left, 2.5), (right, 1.5)):
        (line,) = [each for each in axes.lines if "threshold" in str(each.get_label())]
        low, high = axes.get_xlim()
        assert low + line.get_xdata()[0] * (high - low) == pytest.approx(start)
        assert line.get_xdata()[1] == 1


def middles(axes, colour):
    """Heights of the line that joins the medians, by the words for its colour in the legend."""
    return [
        np.asarray(line.get_ydata(), dtype=float)
        for line in lines(axes, colour)
        if not str(line.get_label()).startswith("_")
    ]


@pytest.mark.parametrize(
    ("colour", "n", "noise"),
    [
        (style.BLUE, 300, 0.5),
        (style.CONTROL, 300, 4.8),
        (style.ORANGE, 100, 0.5),
    ],
)
def test_kinds_of_problems_are_kept_apart(colour, n, noise):
    rows = case("sparse_recovery").TABLES["sparse_recovery"]  # the oracle's error is 1
    kind = rows[(rows["method"] == "flow") & (rows["n"] == n) & (rows["noise"] == noise)]
    _, right = draw_claim("sparse_recovery").axes
    (found,) = middles(right, colour)
    np.testing.assert_allclose(found, kind.groupby("depth")["best_error"].median())


def found():
    """A ledger of three claims, one of each verdict."""
    row = {
        "statement": "A statement of some length with α^{N/4} in it, " * 4,
        "metric": "share_of_problems_with_a_name_that_is_long",
        "value": 2.4e-10,
        "low": -1.7512e-10,
        "high": 3.9e-10,
        "threshold": "-1.25 to -0.75",
        "control_value": 1.2345e-12,
        "control_verdict": "fails",
    }
    verdicts = [
        ("first", "supported"),
        ("second", "contradicted"),
        ("third_of_all", "inconclusive"),
    ]
    verdicts += [("fourth", "supported"), ("fourth", "contradicted")]
    rows = [row | {"id": name, "verdict": verdict} for name, verdict in verdicts]
    rows.append(rows[0] | {"value": np.inf, "low": NAN, "high": NAN, "control_value": NAN})
    rows.append(rows[1] | {"value": -0.12345, "low": -np.inf, "high": np.inf})
    return pd.DataFrame(rows)


def test_the_ledger_names_every_verdict_by_colour_symbol_and_word():
    figure = ledger_figure.draw(found())
    words = {text.get_text(): to_hex(text.get_color()) for text in figure.axes[0].texts}
    for verdict, (colour, symbol) in ledger_figure.VERDICTS.items():
        for shown in (f"{symbol} {verdict}", f"{symbol} 1 {verdict}"):
            assert words[shown] == to_hex(colour).lower()
    assert len({colour for colour, _ in ledger_figure.VERDICTS.values()}) == 4
    assert "third of all" in words and "∞" in words and "none fails" in words
    assert r"2.4 [−1.75, 3.9]$\times10^{−10}$" in words
    assert "−0.123 [−∞, ∞]" in words and "−1.25 to −0.75" in words


def test_nothing_overlaps_in_the_ledger():
    figure = ledger_figure.draw(found())
    assert figure.get_size_inches()[0] == style.WIDTH
    figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in figure.axes[0].texts]
    width, height = figure.canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text
    for (text, box), (other, box2) in combinations(boxes, 2):
        beside = box.x1 <= box2.x0 or box2.x1 <= box.x0
        # Exponents and the tails of letters reach a little into the line above or below.
        shared = min(box.y1, box2.y1) - max(box.y0, box2.y0)
        assert beside or shared <= 0.3 * min(box.height, box2.height), (text, other)
