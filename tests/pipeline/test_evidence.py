"""What evidence is made of: windows, grids, baselines, conditions and cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from claims.case import NAN, study

from implicit_sparsity.pipeline.claims.evidence import (
    bootstrapped,
    by,
    median,
    permuted,
    quantile,
    share,
)
from implicit_sparsity.pipeline.claims.selection import (
    flows,
    grid,
    least_and_most,
    marked,
    over_baseline,
    windows,
)
from implicit_sparsity.pipeline.config.claims import Claim, Condition, Metric, Range

# --- windows ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "size", "ratio"),
    [
        (2.0, 6.0, 4.0, 3.0),
        (6.0, 2.0, 0.0, 0.0),  # opens when it has closed
        (3.0, 3.0, 0.0, 0.0),
        (NAN, 6.0, 0.0, 0.0),  # never opens
        (NAN, NAN, 0.0, 0.0),
        (2.0, NAN, 8.0, 5.0),  # does not close before the flow ends, at 10
        (0.0, 5.0, 5.0, np.inf),
    ],
)
def test_sizes_of_windows(start, end, size, ratio):
    rows = pd.DataFrame({"window_start": [start], "window_end": [end], "final_time": [10.0]})
    found = windows(rows)
    assert (found["window_size"].item(), found["window_ratio"].item()) == (size, ratio)


# --- grids and baselines --------------------------------------------------------------------


def test_a_grid_by_replicate_and_levels():
    rows = pd.DataFrame(
        [
            ("b", 3, 0, 1.0),
            ("a", 3, 0, 2.0),
            ("b", 2.5, 1, 3.0),
            ("a", 2.5, 0, 4.0),
        ],
        columns=["design", "depth", "replicate", "value"],
    )
    expected = [[[4.0, 2.0], [NAN, 1.0]], [[NAN, NAN], [3.0, NAN]]]
    np.testing.assert_array_equal(grid(rows, "value", "design", "depth"), expected)
    np.testing.assert_array_equal(
        grid(rows, "value", "depth", "design"), np.swapaxes(expected, 1, 2)
    )


def test_flows_are_not_baselines():
    rows = pd.DataFrame({"method": ["flow", "omp", "flow"], "n": [1, 1, 2]})
    assert flows(rows).index.tolist() == [0, 2]
    assert flows(rows, n=2).index.tolist() == [2]
    with pytest.raises(
        ValueError, match=r"The study has no flow with n = 3; add it to config.yaml"
    ):
        flows(rows, n=3)


def test_the_rows_with_the_least_and_with_the_greatest_value():
    rows = pd.DataFrame({"noise": [0.5, 2.0, 1.0, 0.5], "n": [1, 2, 3, 4]})
    least, most = least_and_most(rows, "noise")
    assert least["n"].tolist() == [1, 4] and most["n"].tolist() == [2]


def test_errors_are_divided_by_the_baseline_on_the_same_problem():
    rows = study({"n": [10, 20], "depth": [2, 3]}, lambda keys, jitter: {"best_error": jitter})
    baselines = rows[rows["depth"] == 2].drop(columns="depth").assign(method="oracle")
    baselines["best_error"] = baselines["n"] + baselines["replicate"] / 100
    both = pd.concat(
        [rows, baselines.sample(frac=1, random_state=0), baselines.assign(method="omp")]
    )
    found = over_baseline(both, "oracle")
    assert len(found) == len(rows)
    expected = found["best_error"] / (found["n"] + found["replicate"] / 100)
    np.testing.assert_allclose(found["ratio"], expected)
    with pytest.raises(pd.errors.MergeError):
        over_baseline(pd.concat([both, baselines.iloc[:1]]), "oracle")


# --- conditions -------------------------------------------------------------------------------


def claim(**rows):
    ranges = {column: Range(*ends) for column, ends in rows.items()}
    metrics = {"m": Metric(0, None, "m", "w", "c")}
    condition = Condition("words", ranges) if rows else None
    return Claim("mine", "s", "own", "me", condition, ["one", "two"], metrics)


def test_rows_are_marked_that_meet_all_ranges():
    one = pd.DataFrame({"mu": [0.5, 1.0, 1.5, NAN], "n": [10, 10, 10, 5]})
    tables = {"one": one, "two": pd.DataFrame({"mu": [2.0]}), "three": one}
    found = marked(claim(mu=(None, 1), n=(6, 20)), tables)
    assert found["one"]["inside"].tolist() == [True, True, False, False]
    assert found["two"]["inside"].tolist() == [False]
    assert list(found) == ["one", "two"] and "inside" not in one
    assert marked(claim(), tables)["one"]["inside"].all()


def test_a_condition_on_no_column_is_told():
    tables = {"one": pd.DataFrame({"n": [1]}), "two": pd.DataFrame({"n": [1]})}
    with pytest.raises(ValueError, match="No study of mine has the column 'mu' of its condition"):
        marked(claim(mu=(None, 1)), tables)


# --- cells ------------------------------------------------------------------------------------


def test_cells_of_each_combination():
    rows = pd.DataFrame({"depth": [3, 2, 3, 2], "p": [1, 1, 1, 9], "x": [1.0, 2.0, 3.0, 4.0]})
    found = by(rows, ["depth", "p"], "x")
    assert [(cell.place, cell.value, cell.count) for cell in found] == [
        ({"depth": 2, "p": 1}, 2.0, 1),
        ({"depth": 2, "p": 9}, 4.0, 1),
        ({"depth": 3, "p": 1}, 2.0, 2),
    ]
    assert [cell.place for cell in by(rows, "depth", "x")] == [{"depth": 2}, {"depth": 3}]
    with pytest.raises(ValueError, match="The study has no rows to read x from"):
        by(rows[:0], "depth", "x")


def test_kinds_of_cells():
    found = share({}, [True, False, True, True])
    assert (found.value, found.count, found.statistic) == (0.75, 4, "share")
    samples = np.arange(1.0, 12.0)
    assert (median({}, samples).value, median({}, samples).statistic) == (6.0, "median")
    assert median({}, [1.0, 2.0]).value == 1.5 and median({}, [1.0, NAN]).value == 1.0
    assert np.isnan(median({}, [NAN]).value)
    nine = quantile({}, samples)
    assert (nine.value, nine.statistic) == (10.0, "0.9 quantile")
    assert median({}, [*[1.0] * 5, np.inf]).ends == (1.0, np.inf)
    spread = bootstrapped({}, lambda a: float(a.mean()), samples)
    assert spread.value == 6.0 and spread.ends[0] < 6 < spread.ends[1]
    chance = permuted({}, lambda a: float(np.diff(a).mean()), np.array([[0.0, 1.0]] * 20))
    assert abs(chance.value) <= 0.2 and chance.ends[1] < 1


def test_a_single_problem_has_no_interval():
    for cell in (share({}, [True]), median({}, [1.0]), bootstrapped({}, np.mean, np.ones(1))):
        assert cell.count == 1 and np.isnan(cell.ends).all()
