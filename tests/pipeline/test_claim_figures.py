"""Figures of claims: that they show their thresholds, and that nothing overlaps."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from claims.every import CASES, CLAIMS, case
from figure_parts import assert_in_view, assert_legible, legend_words, lines, panels
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex

from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.claims.sub_gaussian_noise import _LOOKS, FLOOR
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.related.modules import MODULES


def draw_claim(name, rows=lambda table: table, claim=None):
    """The figure of a claim on the rows that are kept of its tables, read from files."""
    tables = {
        study: pd.read_csv(io.StringIO(rows(table).to_csv(index=False)))
        for study, table in case(name).TABLES.items()
    }
    tables = marked(CLAIMS[name], tables)
    given = {study: table.copy() for study, table in tables.items()}
    figure = MODULES[name].draw(tables, claim or CLAIMS[name])
    for study, table in tables.items():
        pd.testing.assert_frame_equal(table, given[study])
    return figure


@cache
def drawn(name):
    """The figure of a claim on all that was made up for it, which no test changes."""
    return draw_claim(name)


def moved(claim):
    """The claim with other thresholds."""
    metrics = {
        metric: replace(entry, **{"most" if entry.least is None else "least": 0.9 * entry.limit})
        for metric, entry in claim.metrics.items()
    }
    return replace(claim, metrics=metrics)


@pytest.mark.parametrize("name", CASES)
def test_every_claim_is_drawn_with_its_thresholds(name):
    assert_drawn(drawn(name), name, CLAIMS[name])


@pytest.mark.parametrize("name", CASES)
def test_a_single_problem_is_drawn_and_thresholds_move_with_the_entry_of_the_claims(name):
    claim = moved(CLAIMS[name])
    assert_drawn(draw_claim(name, lambda table: table[table["replicate"] < 1], claim), name, claim)


def assert_drawn(figure, name, claim):
    """Something in every panel, its thresholds, and words that are legible."""
    assert figure.get_size_inches()[0] == style.WIDTH
    assert all(axes.has_data() for axes in panels(figure))
    assert not any(axes.get_legend() for axes in figure.axes)
    assert len(set(legend_words(figure))) == len(legend_words(figure))
    assert_legible(figure)
    assert_in_view(figure)
    assert_thresholds(figure, name, claim)


def levels(axes):
    """Heights of lines that are labelled as a threshold."""
    paths = [(line, line.get_path()) for line in axes.lines]
    paths += [(lines, path) for lines in axes.collections for path in lines.get_paths()]
    return sorted(path.vertices[0, 1] for a, path in paths if "threshold" in str(a.get_label()))


def assert_thresholds(figure, name, claim):
    """They are shown wherever one is a level of what is drawn."""
    expected = case(name).METRICS
    for number, axes in enumerate(figure.axes):
        shown = [
            height
            for metric, entry in expected.items()
            if number in entry.panels
            for height in entry.heights(claim.metrics[metric].limit)
        ]
        assert levels(axes) == pytest.approx(sorted(shown))
        low, high = sorted(axes.get_ylim())
        assert all(low < height < high for height in shown)
    some = any(entry.panels for entry in expected.values())
    assert ("threshold of the claim" in legend_words(figure)) == some


def test_thresholds_reach_no_further_than_the_claim():
    """Designs up to the limit of incoherence."""
    for axes in drawn("correlated_designs").axes:
        (line,) = [c for c in axes.collections if "threshold" in str(c.get_label())]
        (segment,) = line.get_segments()
        assert segment[:, 0].tolist() == [0, 0.75]


def middles(axes, colour):
    """Heights of the line that joins the medians, by the words for its colour in the legend."""
    return [
        np.asarray(line.get_ydata(), dtype=float)
        for line in lines(axes, colour)
        if not str(line.get_label()).startswith("_")
    ]


@pytest.mark.parametrize(
    ("colour", "k"),
    [(style.BLUE, [2, 3]), (style.ORANGE, [5]), (style.CONTROL, [40]), (style.GREEN, [1])],
)
def test_kinds_of_problems_are_kept_apart(colour, k):
    rows = case("sparse_recovery").TABLES["sparse_recovery"]  # the oracle's error is 1
    kind = rows[(rows["method"] == "flow") & rows["k"].isin(k)]
    _, right = drawn("sparse_recovery").axes
    (found,) = middles(right, colour)
    np.testing.assert_allclose(found, kind.groupby("depth")["best_error"].median())


def test_steps_at_which_most_windows_are_missed_are_drawn_at_the_top():
    """Not left out, and not as the median of the few that have an edge."""

    def most_miss(rows):
        long = (rows["scaled"] == 1.6) & (rows["depth"] == 3) & (rows["jitter"] > 0.99)
        return rows.assign(descent_end=rows["descent_end"].mask(long))

    _, right = draw_claim("flow_and_descent", most_miss).axes
    (top,) = [t.get_position()[1] for t in right.get_yticklabels() if "alone" in t.get_text()]
    colour = style.depth_colour(3)
    points = [xy for line in lines(right, colour) for xy in np.asarray(line.get_xydata())]
    assert [xy[1] for xy in points if xy[0] == 1.6 and not np.isnan(xy[1])] == [top]


def test_lines_run_through_the_depths_themselves():
    """Points alone are set aside: on a steep line that would look like a gap."""
    left, _ = drawn("depth_widens_window").axes
    depths = sorted(case("depth_widens_window").TABLES["window_at_alpha"]["depth"].unique())
    for colour in (style.BLUE, style.ORANGE, style.VERMILION):
        (line,) = (x for x in lines(left, colour) if not str(x.get_label()).startswith("_"))
        assert list(line.get_xdata()) == depths


def test_growth_from_no_window_is_drawn_at_the_top():
    def first_has_none(rows):
        none = (rows["depth"] == rows["depth"].min()) & (rows["replicate"] == 0)
        return rows.assign(window_start=rows["window_start"].mask(none))

    left, right = draw_claim("depth_widens_window", first_has_none).axes
    for axes, words, extreme in ((left, "none", min), (right, "from\nnone", max)):
        (place,) = [t.get_position()[1] for t in axes.get_yticklabels() if t.get_text() == words]
        scatters = [points for points in axes.collections if isinstance(points, PathCollection)]
        assert extreme(y for points in scatters for _, y in points.get_offsets()) == place


def bold(figure):
    """What stands in bold, by the column of the table."""
    shown = [text for axes in figure.axes for text in axes.texts if text.get_weight() == "bold"]
    return {(round(text.get_position()[0]), text.get_text()) for text in shown}


def test_the_least_error_is_bold_unless_it_needs_the_truth():
    """Of the best of the path, and not of the end, which anyone can take."""

    def end_first(rows):
        rivals = rows["stop"].isna() & (rows["method"] != "oracle")
        end = (rows["stop"] == "end") & (rows["k"] == 40)
        return rows.assign(best_error=rows["best_error"].mask(end, 0.015).mask(rivals, 0.02))

    dense = 3  # the place of its column
    assert {
        text for at, text in bold(draw_claim("stopping_in_practice", end_first)) if at == dense
    } == {"1.5"}


def test_no_problem_is_cut_off_by_the_axis_of_ratios():
    def far_off(rows):
        end = (rows["stop"] == "end") & (rows["replicate"] == 0)
        return rows.assign(best_error=rows["best_error"].mask(end, 1e3))

    upper, *_ = draw_claim("stopping_in_practice", far_off).axes
    assert upper.get_xlim()[1] > 1e3 / 0.02


def test_shades_reach_from_the_oracle_to_ten_times_its_error_at_least():
    figure = draw_claim("stopping_in_practice", lambda rows: rows.assign(best_error=0.02))
    (image,) = [image for axes in figure.axes for image in axes.images]
    assert image.get_clim() == (0.0, 1.0)
    (bar,) = [axes for axes in figure.axes if axes.get_xlabel().startswith("shade")]
    assert [text.get_text() for text in bar.get_xticklabels()] == ["1", "10"]


def test_no_row_of_panels_is_empty():
    """Two kinds of problems stand side by side."""
    specs = [axes.get_subplotspec() for axes in drawn("sample_complexity").axes]
    assert [(spec.rowspan.start, spec.colspan.start) for spec in specs] == [(0, 0), (0, 1)]
    assert specs[0].get_gridspec().get_geometry() == (1, 2)


def test_problems_stand_by_depth_from_left_to_right_about_a_start():
    left, _ = drawn("rich_to_kernel").axes
    table = case("rich_to_kernel").TABLES["kernel"]
    scatters = [points for points in left.collections if isinstance(points, PathCollection)]
    for start in table["init"].unique():
        places = [points.get_offsets()[:, 0] for points in scatters]
        near = [x[np.abs(np.log(x / start)).argmin()] for x in places]
        assert len(near) == table["depth"].nunique() and near == sorted(near)


def test_the_control_of_incoherence_is_drawn_at_its_share():
    table = case("incoherence_alone").TABLES["correlated_beyond"]
    pairs = table[table["design"].str.startswith("coherent_pairs")]
    figure = drawn("incoherence_alone")
    for axes in panels(figure):
        (line,) = lines(axes, style.CONTROL)
        assert line.get_xdata() == pytest.approx([pairs["incoherence"].median()])
        assert list(line.get_ydata()) == [0.0]
    assert "coherent pairs (control)" in legend_words(figure)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("correlated_designs", "best_error"),
        ("risk_at_threshold", "prescribed_error"),
        ("sparse_recovery", "best_error"),
        ("sub_gaussian_noise", "prescribed_error"),
    ],
)
def test_errors_below_the_axis_stand_at_a_tick_that_says_so(name, column):
    def tiny(rows):
        flows = (rows["method"] == "flow") & (rows["replicate"] == 0)
        return rows.assign(**{column: rows[column].mask(flows, 1e-9)})

    shown = draw_claim(name, tiny)
    for axes in shown.axes:
        words = {t.get_text(): t.get_position()[1] for t in axes.get_yticklabels()}
        floors = [height for text, height in words.items() if "≤" in text]
        scatters = [points for points in axes.collections if isinstance(points, PathCollection)]
        heights = [y for points in scatters for _, y in points.get_offsets()]
        if floors:
            assert floors == [min(heights)]
            assert min(axes.get_ylim()) < floors[0]
    assert any("≤" in t.get_text() for axes in shown.axes for t in axes.get_yticklabels())


def test_windows_are_shaded_as_far_as_the_claim_allows():
    """From the least to the greatest multiple of the prediction, at the depths that are judged."""
    table = case("window_shape").TABLES["window_at_init"]
    size = (table["predicted_end"] - table["predicted_start"]) / 1e-2
    for axes, metric, predicted, at in zip(
        drawn("window_shape").axes,
        ("size_over_predicted", "over_limit"),
        (size[table["depth"] == 4], table["limit_ratio"]),
        (4, 0.93 * 30),
        strict=True,
    ):
        bands = [c for c in axes.collections if c.get_label() == "allowed by the claim"]
        edges = [path.vertices for band in bands for path in band.get_paths()]
        assert {xy[:, 0].min() for xy in edges} == {at}
        found = {y for xy in edges for x, y in xy if x == at}
        ends = CLAIMS["window_shape"].metrics[metric].ends
        expected = {level * end for level in predicted.unique() for end in ends}
        assert sorted(found) == pytest.approx(sorted(expected))


def test_problems_of_a_law_have_its_colour():
    table = marked(CLAIMS["sub_gaussian_noise"], case("sub_gaussian_noise").TABLES)["noise_laws"]
    rows = table[table["design"] == "sequence"]
    expected = (rows["prescribed_error"] / rows["rate"]).groupby(rows["noise"])
    panel = drawn("sub_gaussian_noise").axes[1]
    assert panel.get_title() == "one sample a weight"
    heavy = to_hex(_LOOKS["student_t3"][1])
    found = {
        y
        for points in panel.collections
        if isinstance(points, PathCollection) and to_hex(points.get_facecolor()[0]) == heavy
        for _, y in points.get_offsets()
    }
    np.testing.assert_allclose(
        sorted(found), np.unique(expected.get_group("student_t3(1)").clip(lower=FLOOR))
    )


def test_a_problem_without_a_window_leaves_the_axis_of_its_size_as_it_is():
    def some_have_none(rows):
        none = (rows["depth"] == 2) & (rows["replicate"] == 0)
        return rows.assign(window_start=rows["window_start"].mask(none))

    whole, some = drawn("window_shape").axes[0], draw_claim("window_shape", some_have_none).axes[0]
    assert some.get_ylim()[0] > 0.0 and some.get_ylim()[1] == whole.get_ylim()[1]


def test_draws_that_fit_are_counted_by_step():
    """Of descent at steps 0.3, 1.5 and 1.8, of stochastic descent at 0.1 and 0.3."""
    left = drawn("stochastic_descent").axes[0]
    for colour, counts in ((style.ORANGE, [41, 41, 0]), (style.BLUE, [41, 41])):
        shown = [text for text in left.texts if text.get_color() == colour]
        assert [int(text.get_text()) for text in shown] == counts
    (joined, apart) = lines(left, style.ORANGE)
    assert joined.get_xdata().tolist() == [1, 2] and apart.get_markerfacecolor() == "white"
