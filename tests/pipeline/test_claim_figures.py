"""Figures of claims: that they show their thresholds, and that nothing overlaps."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from claims.case import REPLICATES
from claims.every import CASES, CLAIMS, case
from figure_parts import assert_legible, legend_words, lines, panels

from implicit_sparsity.pipeline.claims.selection import marked
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


@pytest.mark.parametrize("replicates", [REPLICATES, 1])
@pytest.mark.parametrize("name", CASES)
def test_every_claim_is_drawn(name, replicates):
    figure = draw_claim(name, lambda table: table[table["replicate"] < replicates])
    assert figure.get_size_inches()[0] == style.WIDTH
    assert all(axes.has_data() for axes in panels(figure))
    assert not any(axes.get_legend() for axes in figure.axes)
    assert len(set(legend_words(figure))) == len(legend_words(figure))
    assert_legible(figure)
    if replicates == REPLICATES:
        assert_thresholds(figure, name, CLAIMS[name])


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


@pytest.mark.parametrize(
    "name", [name for name in CASES if any(entry.panels for entry in case(name).METRICS.values())]
)
def test_thresholds_move_with_the_entry_of_the_claims(name):
    claim = CLAIMS[name]
    metrics = {
        metric: replace(entry, **{"most" if entry.least is None else "least": 0.8 * entry.limit})
        for metric, entry in claim.metrics.items()
    }
    moved = replace(claim, metrics=metrics)
    assert_thresholds(draw_claim(name, claim=moved), name, moved)


def test_thresholds_reach_no_further_than_the_claim():
    """Designs up to the limit of incoherence."""
    for axes in draw_claim("correlated_designs").axes:
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
    _, right = draw_claim("sparse_recovery").axes
    (found,) = middles(right, colour)
    np.testing.assert_allclose(found, kind.groupby("depth")["best_error"].median())


def test_draws_that_fit_are_counted_by_step():
    """Of descent at steps 0.3, 1.5 and 1.8, of stochastic descent at 0.1 and 0.3."""
    left = draw_claim("stochastic_descent").axes[0]
    for colour, counts in ((style.ORANGE, [41, 41, 0]), (style.BLUE, [41, 41])):
        shown = [text for text in left.texts if text.get_color() == colour]
        assert [int(text.get_text()) for text in shown] == counts
    (joined, apart) = lines(left, style.ORANGE)
    assert joined.get_xdata().tolist() == [1, 2] and apart.get_markerfacecolor() == "white"
