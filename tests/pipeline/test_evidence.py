"""What evidence is made of: windows, slopes, grids, baselines and intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from claims.case import JITTER, NAN, study
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from implicit_sparsity.pipeline.claims.evidence import Evidence, with_interval
from implicit_sparsity.pipeline.claims.selection import (
    flows,
    grid,
    least_and_most,
    over_baseline,
    windows,
)
from implicit_sparsity.pipeline.claims.statistics import departure, farthest_slope

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


# --- slopes, grids and baselines ------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.lists(st.floats(0.1, 100), min_size=2, max_size=9, unique=True),
    st.lists(st.floats(-3, 3), min_size=9, max_size=9),
    st.floats(-2, 2),
)
def test_the_slope_is_that_of_least_squares(x, logs, exponent):
    x = np.array(x)
    assume(np.ptp(np.log(x)) > 1e-2)
    y = np.exp(np.array(logs[: x.size]))
    a, b = np.log(x) - np.log(x).mean(), np.log(y) - np.log(y).mean()
    slope = (a @ b) / (a @ a)
    samples = y[None, :, None]  # one replicate at one depth
    assert farthest_slope(x, samples, exponent) == pytest.approx(slope, rel=1e-6, abs=1e-6)
    found = departure(x, exponent)(samples)
    assert found == pytest.approx(abs(slope - exponent), rel=1e-6, abs=1e-5)


def powers(*exponents):
    """Samples (replicates, x, depths), a power of x at each depth, and x."""
    x = np.array([1.0, 2.0, 5.0])
    rows = 7 * x[:, None] ** np.array(exponents)
    return JITTER[:, None, None] * rows, x


def test_the_slope_of_a_power():
    samples, x = powers(-1.5)
    assert farthest_slope(x, samples, 0.0) == pytest.approx(-1.5)
    assert departure(x, -1.0)(samples) == pytest.approx(0.5)
    assert departure(x, -2.0)(samples) == pytest.approx(0.5)


def test_depths_on_either_side_of_the_exponent_do_not_cancel():
    samples, x = powers(0.6, 1.0, 1.4)
    assert departure(x, 1.0)(samples) == pytest.approx(0.4)
    assert farthest_slope(x, samples, 1.1) == pytest.approx(0.6)
    assert farthest_slope(x, samples, 0.9) == pytest.approx(1.4)


def test_the_slope_is_that_of_the_medians():
    samples, x = powers(1.0)
    samples[0] *= np.array([1.0, 10.0, 1e6])[:, None]  # a single replicate far off
    assert departure(x, 1.0)(samples) == pytest.approx(0.0, abs=0.02)


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


# --- the bootstrap ----------------------------------------------------------------------------


def mean(samples):
    return float(samples.mean())


def test_the_interval_is_deterministic_and_of_the_right_width():
    samples = np.random.default_rng(5).standard_normal(400)
    first = with_interval(mean, samples, 0.0)
    assert first == with_interval(mean, samples, 0.0)
    assert first.value == samples.mean()
    # 95 % of a mean of 400: 1.96 · s / 20 to either side.
    half = 1.96 * samples.std() / 20
    assert (first.high - first.low) / 2 == pytest.approx(half, rel=0.08)
    assert (first.high + first.low) / 2 == pytest.approx(samples.mean(), abs=0.1 * half)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.floats(0.01, 9), min_size=2, max_size=12), st.floats(-50, 50))
def test_the_interval_of_symmetric_data_holds_the_value(halves, centre):
    samples = centre + np.array([sign * x for x in halves for sign in (1, -1)])
    for statistic in (mean, lambda a: float(np.median(a))):
        found = with_interval(statistic, samples, 0.0)
        assert found.low <= found.value + 1e-9 and found.value <= found.high + 1e-9
        assert samples.min() <= found.low <= found.high <= samples.max()


def test_replicates_are_drawn_whole():
    """Two measurements that share what varies keep their difference."""
    shared = np.random.default_rng(1).standard_normal(30)
    pairs = np.stack([shared, shared + 0.25], axis=1)
    found = with_interval(lambda a: mean(a[:, 1]) - mean(a[:, 0]), pairs, 0.0)
    assert found.low == pytest.approx(0.25) and found.high == pytest.approx(0.25)
    apart = np.stack([shared, shared[::-1] + 0.25], axis=1)
    found = with_interval(lambda a: mean(a[:, 1]) - mean(a[:, 0]), apart, 0.0)
    assert found.high - found.low > 0.3


def test_every_resample_is_as_large_as_the_sample():
    sizes = []
    with_interval(lambda a: sizes.append(len(a)) or 0.0, np.zeros((7, 2)), 0.0)
    assert set(sizes) == {7} and len(sizes) == 1001


def test_an_interval_over_infinities():
    """They are ordered, not averaged."""
    samples = np.array([1.0] * 9 + [np.inf])
    found = with_interval(lambda a: float(np.median(a)), samples, 0.0)
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)
    found = with_interval(lambda a: float(a.max()), samples, 0.0)
    assert (found.value, found.low, found.high) == (np.inf, 1.0, np.inf)


def test_a_single_replicate_has_no_interval():
    found = with_interval(mean, np.array([[3.0, 5.0]]), -1.0)
    assert (found.value, found.control) == (4.0, -1.0)
    assert np.isnan(found.low) and np.isnan(found.high)
    assert isinstance(found, Evidence)


def test_an_interval_is_anything_if_a_resample_has_no_value():
    """Where the statistic is NaN for want of data, as of resamples of NaN alone."""
    samples = np.array([1.0, 2.0, NAN, NAN])

    def statistic(a):
        return float(np.nanmean(a)) if np.isfinite(a).any() else NAN

    found = with_interval(statistic, samples, 0.0)
    assert (found.value, found.low, found.high) == (1.5, -np.inf, np.inf)
    found = with_interval(statistic, samples[:2], 0.0)
    assert (found.low, found.high) == (1.0, 2.0)
