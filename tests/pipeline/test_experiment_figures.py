"""Figures of experiments: what they show, and that nothing overlaps."""

from __future__ import annotations

import re

import numpy as np
import pytest
from claims.case import NAN
from experiment_tables import pixels, shared_init, summary, table
from figure_parts import assert_legible, legend_words, lines, panels, shaded
from matplotlib.colors import to_hex

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.cells import start_label
from implicit_sparsity.pipeline.figures.registry import FIGURES


def test_coordinates_show_every_curve_of_their_cell():
    cells = shared_init([2, 3, 5])
    data = table("coordinates", cells)
    figure = FIGURES["coordinates"](data, summary(cells))
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
    words = legend_words(FIGURES["coordinates"](data, summary(cells)))
    assert {r"$w^\ast_i=-0.508$", r"$w^\ast_i=1000$"} < set(words)


@pytest.mark.parametrize("names", [None, ["age", "$a$ and a very long name indeed", "_id"]])
def test_coordinates_without_a_truth_are_told_by_their_names(names):
    cells = shared_init([2, 3])
    data = table("coordinates", cells)
    data.loc[data["curve"] != "off_support", "truth"] = NAN
    if names:
        renamed = dict(zip(["w_1", "w_2", "w_7"], [f"w_{name}" for name in names], strict=True))
        data["curve"] = data["curve"].replace(renamed)
    figure = FIGURES["coordinates"](data, summary(cells, windows=[(10, 50), (10, NAN)]))
    # No bound, since it is one of the weights off a support that is known.
    words = ["early-stopping window", "largest of the others"]
    shown = ["age", r"\$a\$ and a very …", "_id"] if names else ["largest weights"]
    assert sorted(legend_words(figure)) == sorted(words + shown)
    for axes in panels(figure):
        drawn = [line for line in axes.lines if len(line.get_xdata()) == 11]
        assert len({to_hex(line.get_color()) for line in drawn}) == (4 if names else 2)
    assert_legible(figure)


def test_a_name_that_the_font_cannot_write_is_replaced_with_a_word():
    data = table("coordinates", shared_init([2]))
    data.loc[data["curve"] != "off_support", "truth"] = NAN
    renamed = {"w_1": "w_größe", "w_2": "w_名前", "w_7": "w_7 µ"}
    data["curve"] = data["curve"].replace(renamed)
    with pytest.warns(UserWarning, match="lacks a letter of '名前', which is called curve 2"):
        figure = FIGURES["coordinates"](data, summary(shared_init([2])))
    assert {"größe", "curve 2", "7 µ"} <= set(legend_words(figure))


def test_coordinates_shade_the_window_and_state_its_size():
    cells = [(2, 0.005), (3, 0.005), (4, 0.005)]
    windows = [(194, 577), (4100, 18846), (307638, 1456341)]
    iterations = [3000, 50000, 3200000]
    figure = FIGURES["coordinates"](
        table("coordinates", cells), summary(cells, iterations, windows)
    )
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
    figure = FIGURES[kind](table(kind, cells), summary(cells, 1000, windows))
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
    figure = FIGURES[kind](table(kind, cells), summary(cells, 1000, [edges]))
    (axes,) = panels(figure)
    assert "window" in axes.get_title() and len(lines(axes, style.EDGE)) == 1


@pytest.mark.parametrize("kind", ["coordinates", "error"])
def test_a_run_that_is_all_window_is_told_and_not_marked(kind):
    """As where nothing escapes: the error is within the margin of its least from 0 on."""
    figure = FIGURES[kind](table(kind, [(2, 0.1)]), summary([(2, 0.1)], 1000, [(0, NAN)]))
    (axes,) = panels(figure)
    assert "the whole run is in the window" in axes.get_title()
    assert not shaded(axes, style.SHADE)


def test_summaries_need_not_come_from_a_file():
    """As summarise makes them: nullable columns, in which an edge that is missing is NA."""
    cells = [(2, 0.1), (3, 0.1), (4, 0.1)]
    windows = [(194, 577), (194, NAN), (NAN, 577)]
    for kind in ("coordinates", "error"):
        rows = summary(cells, 1000, windows).convert_dtypes()
        figure = FIGURES[kind](table(kind, cells), rows)
        titles = [axes.get_title() for axes in panels(figure)]
        assert "383" in titles[0] and "beyond" in titles[1] and "does not open" in titles[2]


@pytest.mark.parametrize("kind", ["coordinates", "error"])
@pytest.mark.parametrize("spelling", ["alpha", "init"])
def test_starts_are_rows_and_depths_are_columns(kind, spelling):
    depths, starts = [2, 3, 5], [0.01, 0.25]
    if spelling == "alpha":
        cells = [(depth, start) for depth in depths for start in starts]
    else:
        cells = [(depth, start ** (1 / depth)) for depth in depths for start in starts]
    data = table(kind, cells)
    figure = FIGURES[kind](data, summary(cells))
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
    figure = FIGURES[kind](table(kind, cells), summary(cells, iterations, windows))
    named = [re.match(r"\$N=(\d)\$", axes.get_title())[1] for axes in panels(figure)]
    assert named == [str(depth) for depth in depths]
    assert_legible(figure)


def test_the_start_is_named_by_what_the_depths_share():
    named = start_label(summary(shared_init([2, 3, 5], 2e-3)))
    assert named(5, 2e-3**0.2) == r"$N=5$, $\alpha^N=0.002$"
    named = start_label(summary([(2, 0.005), (3, 0.005)]))
    assert named(3, 0.005) == r"$N=3$, $\alpha=0.005$"
    named = start_label(summary([(3, 0.1)]))  # one depth shares both
    assert named(3, 0.1) == r"$N=3$, $\alpha^N=0.001$"


def test_errors_show_the_median_its_quartiles_and_the_baselines():
    cells = shared_init([2, 3, 4], 1e3)
    data = table("error", cells)
    figure = FIGURES["error"](data, summary(cells, [5000, 300, 100]))
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
    figure = FIGURES["error"](table("error", cells).assign(measure=measure), summary(cells))
    labels = [axes.get_ylabel() for axes in panels(figure)]
    assert words in labels[0] and r"\log_2" in labels[0] and labels[1] == ""
    assert_legible(figure)


def test_errors_without_baselines_have_none_in_the_legend():
    cells = shared_init([2, 3, 4])
    data = table("error", cells)
    figure = FIGURES["error"](data[data["method"] == "descent"], summary(cells))
    assert set(legend_words(figure)) == {"gradient descent, median and quartiles"}


def test_any_baseline_is_named():
    cells = shared_init([2, 3])
    names = {"least_squares": "lasso_cv", "ridge_cv": "ridge_oracle"}
    data = table("error", cells).replace({"method": names})
    words = legend_words(FIGURES["error"](data, summary(cells)))
    assert {"Lasso (cross-validated)", "ridge oracle"} < set(words)


def test_the_example_of_the_readme_is_legible():
    """Windows, both baselines and two starts in one figure."""
    cells = [(depth, alpha) for depth in (2, 3) for alpha in (0.01, 0.1)]
    windows = [(1216, 10626), (951, 14047), (2423, NAN), (NAN, 3056)]
    figure = FIGURES["error"](table("error", cells), summary(cells, 20000, windows))
    assert len(legend_words(figure)) == 4
    assert_legible(figure)


def test_images_show_the_original_first_and_the_scores_below():
    cells = shared_init([2, 3, 5], 1e-3)
    data = pixels(cells)
    figure = FIGURES["images"](data, summary(cells))
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
    figure = FIGURES["images"](pixels(cells, count=1), summary(cells))
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[1:] == [rf"$N={depth}$, $\alpha={alpha}$" for depth, alpha in cells]
