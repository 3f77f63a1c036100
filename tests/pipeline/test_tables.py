"""Tables: entries recomputed by hand from runs whose numbers are chosen."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity import Problem
from implicit_sparsity.metrics import peak_signal_to_noise_ratio, relative_error
from implicit_sparsity.pipeline.experiments import coordinates, error, images
from implicit_sparsity.pipeline.experiments.runs import Runs
from implicit_sparsity.pipeline.experiments.summary import COLUMNS, summarise
from implicit_sparsity.problems import mnist

NAN = float("nan")


def make(depth=2, alpha=(0.1,), error=((1.0, 0.5, 0.25),), w=None, trace_t=None, **events):
    """Runs with the given error curves: (r, T) for one start, (a, r, T) for several."""
    alpha, error = np.array(alpha), np.array(error, dtype=float)
    error = error.reshape(alpha.size, -1, error.shape[-1])
    grid = error.shape[:2]
    t = 10 * np.arange(error.shape[2]) if trace_t is None else np.array(trace_t)
    best = {"best_error": error.min(axis=2), "best_t": t[error.argmin(axis=2)]}
    never = dict.fromkeys(("support_reached", "off_support_exceeded"), NAN)
    kept = {
        name: np.broadcast_to(np.asarray(value, dtype=float), grid)
        for name, value in (never | best | events).items()
    }
    w = np.zeros((*grid, 2, 4)) if w is None else np.array(w, dtype=float)
    return Runs(
        depth=depth,
        step_size=0.01,
        alpha=alpha,
        init=alpha**depth,
        predicted_escape=30 * alpha,
        t=np.linspace(0, t[-1], w.shape[2]).astype(np.int64),
        w=w,
        trace_t=t.astype(np.int64),
        loss=error,
        error=error,
        off_support=error,
        **kept,
    )


def through_csv(table, **options):
    return pd.read_csv(io.StringIO(table.to_csv(index=False)), **options)


# --- log₂ error over replicates ---------------------------------------------------------------

FIVE = 2.0 ** np.array([[3, 1], [1, 5], [2, 2], [9, 3], [0, 4]])  # five replicates, two times


def test_error_curves_by_hand():
    table = error.curves([], [make(depth=3, alpha=[0.5], error=FIVE)])
    assert list(table.columns) == [
        *("method", "depth", "alpha", "init", "iteration"),
        *("median_log2_error", "lower_quartile_log2_error", "upper_quartile_log2_error"),
        "measure",
    ]
    first, last = table.itertuples(index=False, name=None)
    # log₂ errors 0 1 2 3 9 and 1 2 3 4 5.
    assert first == ("descent", 3, 0.5, 0.125, 0, 2, 1, 3, "weights")
    assert last == ("descent", 3, 0.5, 0.125, 10, 3, 2, 4, "weights")


def test_error_curves_of_an_even_number_of_replicates():
    table = error.curves([], [make(error=[[1.0, 1.0], [4.0, 2.0]])])
    assert table["median_log2_error"].tolist() == [1, 0.5]
    assert table["lower_quartile_log2_error"].tolist() == [0.5, 0.25]
    assert table["upper_quartile_log2_error"].tolist() == [1.5, 0.75]


def test_error_curves_of_several_depths_and_starts():
    runs = [
        make(depth=2, alpha=[0.1, 0.2], error=[[[1, 2]], [[4, 8]]]),
        make(depth=3, alpha=[0.3, 0.4], error=[[[16, 32]], [[64, 128]]]),
    ]
    table = error.curves([], runs)
    keys = [(2, 0.1), (2, 0.1), (2, 0.2), (2, 0.2), (3, 0.3), (3, 0.3), (3, 0.4), (3, 0.4)]
    assert list(zip(table["depth"], table["alpha"], strict=True)) == keys
    assert table["median_log2_error"].tolist() == list(range(8))
    assert table["iteration"].tolist() == [0, 10] * 4
    np.testing.assert_allclose(table["init"], table["alpha"] ** table["depth"])


@pytest.mark.parametrize(("points", "kept"), [(2, 2), (999, 999), (1000, 1000), (2500, 1000)])
def test_error_curves_keep_a_thousand_points(points, kept):
    log2_error = np.linspace(0, 5, points)
    table = error.curves([], [make(error=[2.0**log2_error])])
    assert len(table) == kept
    assert table["iteration"].is_monotonic_increasing and table["iteration"].is_unique
    assert table["iteration"].iloc[[0, -1]].tolist() == [0, 10 * (points - 1)]
    np.testing.assert_allclose(
        table["median_log2_error"], log2_error[table["iteration"] // 10], atol=1e-12
    )


def test_baselines_follow_the_curves():
    baselines = pd.DataFrame(
        {
            "method": ["ridge_cv"] * 3 + ["least_squares"] * 3,
            "replicate": [0, 1, 2] * 2,
            "error": [2.0, 8.0, 4.0, 64.0, 16.0, 32.0],
            "penalty": [1.0, 2.0, 3.0, NAN, NAN, NAN],
        }
    )
    table = error.curves([], [make()], baselines)
    rows = table[table["method"] != "descent"]
    assert rows["method"].tolist() == ["ridge_cv", "least_squares"]
    assert rows["median_log2_error"].tolist() == [2, 5]
    assert rows["lower_quartile_log2_error"].tolist() == [1.5, 4.5]
    assert rows["upper_quartile_log2_error"].tolist() == [2.5, 5.5]
    assert rows[["depth", "alpha", "init", "iteration"]].isna().all(axis=None)


@pytest.mark.parametrize("method", ["ridge_cv", None])
def test_integers_stay_integers_in_the_file(method):
    """Depth 2 and iteration 10, not 2.0 and 10.0, though a baseline has neither."""
    baselines = pd.DataFrame({"method": [method], "replicate": [0], "error": [2.0]})
    table = error.curves([], [make()], baselines if method else None)
    first, second = table.to_csv(index=False).splitlines()[1:3]
    assert first.split(",")[1] == second.split(",")[1] == "2"
    assert (first.split(",")[4], second.split(",")[4]) == ("0", "10")


def test_an_error_of_exactly_zero_has_a_logarithm_all_the_same():
    """−∞ or one that no other error has; NaN never."""
    table = error.curves([], [make(error=[[1.0, 0.0], [2.0, 0.0], [4.0, 0.0]])])
    for name, start in (
        ("median_log2_error", 1),
        ("lower_quartile_log2_error", 0.5),
        ("upper_quartile_log2_error", 1.5),
    ):
        first, last = through_csv(table)[name]
        assert first == start and last <= -1022


# --- coordinates ------------------------------------------------------------------------------


def test_coordinates_by_hand():
    problem = Problem(np.ones((1, 4)), [1], [0, 3, 0, -1])
    w = [[[[0, 0, 0, 0], [0.5, 2.5, -0.75, -1.5]]], [[[0, 0, 0, 0], [9, 8, 7, 6]]]]
    table = coordinates.curves([problem], [make(depth=3, alpha=[0.1, 0.2], w=w, error=[[1], [1]])])
    assert list(table.columns) == [
        *("depth", "alpha", "init", "curve", "truth", "iteration", "value"),
    ]
    first = table[table["alpha"] == 0.1]
    assert (first["depth"] == 3).all()
    # Counted from 1; the largest off the support in absolute value, −0.75.
    values = {curve: rows["value"].tolist() for curve, rows in first.groupby("curve")}
    assert values == {"w_2": [0, 2.5], "w_4": [0, -1.5], "off_support": [0, 0.75]}
    assert dict(zip(first["curve"], first["truth"], strict=True)) == {
        "w_2": 3,
        "w_4": -1,
        "off_support": 0,
    }
    second = table[table["alpha"] == 0.2]
    assert second["value"].tolist() == [0, 8, 0, 6, 0, 9]


def test_coordinates_have_every_recorded_iteration():
    runs = make(w=np.arange(12.0).reshape(1, 1, 3, 4), trace_t=[0, 7, 20])
    table = coordinates.curves([Problem(np.ones((1, 4)), [1], [1, 0, 0, 0])], [runs])
    assert table["iteration"].tolist() == [0, 10, 20] * 2
    assert table.loc[table["curve"] == "w_1", "value"].tolist() == [0, 4, 8]
    assert table.loc[table["curve"] == "off_support", "value"].tolist() == [3, 7, 11]


def test_a_support_of_all_leaves_nothing_off_it():
    runs = make(w=np.ones((1, 1, 2, 4)))
    table = coordinates.curves([Problem(np.ones((1, 4)), [1], [1, 1, 1, 1])], [runs])
    assert (table.loc[table["curve"] == "off_support", "value"] == 0).all()
    assert table["curve"].nunique() == 5


# --- images -----------------------------------------------------------------------------------


def test_images_by_hand():
    truths = [mnist.image(i) for i in range(2)]
    problems = [Problem(np.ones((1, 784)), [1], truth) for truth in truths]
    rng = np.random.default_rng(0)
    w = rng.random((2, 2, 3, 784))
    runs = make(depth=5, alpha=[0.1, 0.2], w=w, error=[[[1, 1]] * 2] * 2)
    table = images.curves(problems, [runs])
    assert list(table.columns) == [
        *("image", "digit", "row", "column", "value"),
        *("depth", "alpha", "init", "psnr", "relative_error"),
    ]
    assert len(table) == 784 * 2 * (1 + 2)
    assert table.groupby("image")["digit"].unique().map(list).tolist() == [[5], [0]]
    for image, truth in enumerate(truths):
        shown = table[table["image"] == image]
        original = shown[shown["depth"].isna()]
        np.testing.assert_array_equal(original["value"], truth)
        assert original[["alpha", "init", "psnr", "relative_error"]].isna().all(axis=None)
        for a, alpha in enumerate([0.1, 0.2]):
            recovered = shown[shown["alpha"] == alpha]
            last = w[a, image, -1]
            pixels = recovered.pivot(index="row", columns="column", values="value")
            np.testing.assert_array_equal(pixels, last.reshape(28, 28))
            (psnr,), (relative,) = recovered["psnr"].unique(), recovered["relative_error"].unique()
            assert psnr == peak_signal_to_noise_ratio(last, truth)
            assert relative == relative_error(last, truth)
            assert set(recovered["depth"]) == {5}


def test_the_pixels_of_an_image_run_along_its_rows():
    table = images.curves([Problem(np.ones((1, 4)), [1], [0.1, 0.2, 0.3, 0.4])], [make()])
    rows = table.loc[table["depth"].isna(), ["row", "column", "value"]].to_numpy().tolist()
    assert rows == [[0, 0, 0.1], [0, 1, 0.2], [1, 0, 0.3], [1, 1, 0.4]]


def test_depths_of_images_stay_integers_in_the_file():
    table = images.curves([Problem(np.ones((1, 4)), [1], [0.1, 0.2, 0.3, 0.4])], [make(depth=3)])
    assert set(through_csv(table, dtype=str)["depth"].dropna()) == {"3"}


@pytest.mark.parametrize("kind", ["error", "coordinates", "images"])
def test_tables_survive_their_file(kind):
    problems = [Problem(np.ones((1, 4)), [1], [0.5, 0, 0, 0.25])]
    table = {"error": error, "coordinates": coordinates, "images": images}[kind].curves(
        problems, [make(depth=2, alpha=[1 / 3]), make(depth=3, alpha=[np.sqrt(0.1)])]
    )
    again = through_csv(table)
    assert list(again.columns) == list(table.columns)
    for name in table:
        if pd.api.types.is_numeric_dtype(table[name]):
            kept, given = (t[name].to_numpy(float, na_value=NAN) for t in (again, table))
            np.testing.assert_allclose(kept, given, rtol=1e-14, err_msg=name)
        else:
            assert again[name].tolist() == table[name].tolist()


# --- summary ----------------------------------------------------------------------------------


def test_summary_of_one_replicate_is_exact():
    """The best error and its iteration are those of the events, off the grid of the trace."""
    runs = make(
        depth=3,
        alpha=[0.5],
        error=[[3.0, 0.3, 0.7]],
        best_error=[[0.1]],
        best_t=[[13]],
        support_reached=[[7]],
        off_support_exceeded=[[17]],
    )
    (row,) = summarise("name", "coordinate", [runs]).itertuples(index=False)
    assert row == ("name", 3, 0.5, 0.125, 0.01, 20, 1, 15, 0.1, 13, 0.7, 7, 17, 10)


@given(st.lists(st.floats(1e-12, 1e12), min_size=1, max_size=9))
def test_errors_of_one_replicate_are_kept_to_the_last_bit(curve):
    (row,) = summarise("name", None, [make(error=[curve])]).itertuples()
    assert row.final_error == curve[-1]
    assert row.best_error == min(curve) <= row.final_error


def test_summary_of_several_replicates_is_that_of_the_median_curve():
    """Events of single replicates have no say in it."""
    logs = [[2, -3, 4], [2, 1, -5], [1, 0, 1]]  # median 2 0 1
    runs = make(error=2.0 ** np.array(logs), best_error=[[1e-9] * 3], best_t=[[5] * 3])
    (row,) = summarise("name", None, [runs]).itertuples()
    assert (row.replicates, row.best_error, row.best_iteration, row.final_error) == (3, 1, 10, 2)
    # The median of two is the middle of their logarithms, so the root of their product.
    (row,) = summarise("name", None, [make(error=[[4.0, 1.0], [9.0, 16.0]])]).itertuples()
    assert (row.best_error, row.final_error) == (pytest.approx(4), pytest.approx(4))


def test_summary_has_a_row_for_each_depth_and_start():
    runs = [
        make(depth=2, alpha=[0.1, 0.2], error=[[[1, 2]], [[4, 3]]]),
        make(depth=5, alpha=[0.3, 0.4], error=[[[1, 5]], [[4, 6]]]),
    ]
    table = summarise("name", None, runs)
    assert list(table.columns) == COLUMNS
    assert table["depth"].tolist() == [2, 2, 5, 5]
    assert table["alpha"].tolist() == [0.1, 0.2, 0.3, 0.4]
    np.testing.assert_allclose(table["init"], table["alpha"] ** table["depth"])
    assert table["final_error"].tolist() == pytest.approx([2, 3, 5, 6])
    assert table["best_iteration"].tolist() == [0, 10, 0, 0]
    assert (table["experiment"] == "name").all() and (table["step_size"] == 0.01).all()
    assert table[["window_start", "window_end", "window_size"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("reached", "exceeded", "edges"),
    [
        ([194], [577], (194, 577, 383)),
        ([577], [194], (577, 194, 0)),
        ([NAN], [577], (None, 577, None)),
        ([194], [NAN], (194, None, None)),
        ([NAN], [NAN], (None, None, None)),
        ([0], [1], (0, 1, 1)),
        # Medians over replicates, where more than half get there.
        ([3, 1, 2], [30, 10, 20], (2, 20, 18)),
        ([3, NAN, 2], [30, NAN, NAN], (3, None, None)),
        ([3, NAN], [30, 31], (None, 30.5, None)),
    ],
)
def test_windows_of_coordinates(reached, exceeded, edges):
    runs = make(
        error=[[1.0]] * len(reached), support_reached=[reached], off_support_exceeded=[exceeded]
    )
    (row,) = summarise("name", "coordinate", [runs]).itertuples()
    found = (row.window_start, row.window_end, row.window_size)
    assert tuple(None if pd.isna(edge) else edge for edge in found) == edges
    (row,) = summarise("name", None, [runs]).itertuples()
    assert pd.isna(row.window_start) and pd.isna(row.window_end) and pd.isna(row.window_size)


def test_windows_of_the_median_error():
    logs = np.array([[5, 0.4, 0, 0.4, 5], [5, 0.4, 0, 0.4, 5], [9, 9, 9, 9, 9]])
    (row,) = summarise("name", "error", [make(error=2.0**logs)]).itertuples()
    assert (row.window_start, row.window_end, row.window_size) == (10, 30, 20)
    (row,) = summarise("name", "error", [make(error=2.0 ** logs[:, :4])]).itertuples()
    assert row.window_start == 10 and pd.isna(row.window_end) and pd.isna(row.window_size)


@pytest.mark.parametrize("window", [None, "error"])
def test_an_error_of_exactly_zero_in_the_summary(window):
    (row,) = summarise("name", window, [make(error=[[1.0, 0.0, 2.0]])]).itertuples()
    assert (row.best_error, row.best_iteration, row.final_error) == (0, 10, 2)
    if window:
        assert (row.window_start, row.window_end, row.window_size) == (10, 10, 0)


def test_integers_of_the_summary_stay_integers_in_the_file():
    """Also beside empty edges, and after the experiments are put together as the workflow does."""
    open_ended = {"support_reached": [[194]], "off_support_exceeded": [[NAN]]}
    closed = {"support_reached": [[4100]], "off_support_exceeded": [[18846]]}
    parts = [
        summarise("bare", None, [make()]),
        summarise("mixed", "coordinate", [make(**open_ended), make(depth=3, **closed)]),
        summarise("open", "coordinate", [make(**open_ended)]),
    ]
    read = [through_csv(part, dtype_backend="numpy_nullable") for part in parts]
    text = pd.concat(read, ignore_index=True).to_csv(index=False)
    table = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    whole = ["depth", "iterations", "replicates", "best_iteration"]
    assert table[whole].to_numpy().tolist() == [[depth, "20", "1", "20"] for depth in "2232"]
    assert table[["window_start", "window_end", "window_size"]].to_numpy().tolist() == [
        ["", "", ""],
        ["194", "", ""],
        ["4100", "18846", "14746"],
        ["194", "", ""],
    ]
    assert table["alpha"].tolist() == ["0.1"] * 4


def test_a_summary_does_not_change_its_runs():
    runs = make(error=[[1.0, 0.5], [2.0, 0.25]])
    before = {name: np.copy(value) for name, value in vars(replace(runs)).items()}
    summarise("name", "error", [runs])
    for name, value in before.items():
        np.testing.assert_array_equal(getattr(runs, name), value)
