"""The numbers of the explorer, against the flows and the study's table."""

import json
import re

import explorer_study
import numpy as np
import pandas as pd
import pytest
from explorer_study import CELL, DEPTHS, INITS
from plotly.offline import get_plotlyjs

from implicit_sparsity import gradient_flow
from implicit_sparsity.pipeline.report.explorer import paths
from implicit_sparsity.pipeline.report.explorer.page import page
from implicit_sparsity.pipeline.studies import recovery
from implicit_sparsity.problems.generate import generate

EVENTS = {"support_reached": "window_start", "off_support_exceeded": "window_end"}


@pytest.fixture(scope="module")
def curves() -> pd.DataFrame:
    return explorer_study.curves()


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return explorer_study.table()


@pytest.fixture(scope="module")
def html(curves, table) -> str:
    return page(curves, table)


@pytest.fixture(scope="module")
def data(html) -> dict:
    """What is embedded in the page."""
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.DOTALL)[1])


def curve(curves, depth, init, name) -> pd.DataFrame:
    chosen = (curves["depth"] == depth) & (curves["init"] == init) & (curves["curve"] == name)
    return curves[chosen]


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("init", INITS)
def test_curves_are_those_of_the_flow(curves, depth, init):
    problem = generate(CELL)[0]
    error = curve(curves, depth, init, "error")
    t = error["t"].to_numpy()
    flow = gradient_flow(problem, depth, init ** (1 / depth), t[-1])
    w = flow.at(t)
    close = {"rtol": 1e-3, "atol": 1e-3}  # the flow's own tolerance, at another end
    np.testing.assert_allclose(error["value"], ((w - problem.w_star) ** 2).sum(axis=1), **close)
    for i, truth in enumerate(CELL.signal):
        rows = curve(curves, depth, init, f"w_{i + 1}")
        assert (rows["truth"] == truth).all()
        np.testing.assert_allclose(rows["value"], w[:, i], **close)
    off = curve(curves, depth, init, "off_support")
    np.testing.assert_allclose(off["value"], np.abs(w[:, 2:]).max(axis=1), **close)
    # Log-spaced, and halved where a weight moves by more than a twenty-fifth of their range.
    halvings = np.log2(np.log(t[-1] / t[0]) / (paths.TIMES - 1) / np.diff(np.log(t)))
    np.testing.assert_allclose(halvings, np.round(halvings), atol=1e-6)
    moves = np.abs(np.diff(w, axis=0)).max(axis=1) / np.ptp(w)
    assert (moves < 0.0401)[halvings < paths.HALVINGS - 0.5].all()
    assert t.size < 2 * paths.TIMES


def test_jumps_are_drawn_as_steep_as_they_are(curves):
    """Straight lines between the times keep to the flow, which those of even times would not."""
    depth, init = max(DEPTHS), min(INITS)
    t = curve(curves, depth, init, "error")["t"].to_numpy()
    flow = gradient_flow(generate(CELL)[0], depth, init ** (1 / depth), t[-1])
    even, fine = (np.geomspace(t[0], t[-1], count) for count in (paths.TIMES, 20 * paths.TIMES))
    w = flow.at(fine)[:, 0]

    def off(times, values):
        return np.abs(np.interp(np.log(fine), np.log(times), values) - w).max() / np.ptp(w)

    assert off(t, curve(curves, depth, init, "w_1")["value"]) < 0.01
    assert off(even, flow.at(even)[:, 0]) > 0.1


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("init", INITS)
def test_points_are_those_of_the_study(curves, table, depth, init):
    alpha = init ** (1 / depth)
    row = recovery.measure(CELL, generate(CELL)[0], depth, alpha, until="beyond")
    assert curve(curves, depth, init, "error")["t"].iloc[-1] == pytest.approx(row["final_time"])
    best = curve(curves, depth, init, "best")
    assert best[["t", "value"]].to_numpy().tolist() == [[row["best_time"], row["best_error"]]]
    for event, edge in EVENTS.items():
        times = [] if row[edge] is None else [row[edge]]
        assert curve(curves, depth, init, event)["t"].tolist() == times
    oracle = table[(table["method"] == "oracle") & (table["noise"] == CELL.noise)]
    assert curve(curves, depth, init, "oracle")["value"].item() == pytest.approx(
        oracle["best_error"].iloc[0]
    )


def test_some_flows_have_a_window_and_some_have_none(curves):
    """Or the tests above would not have told present events from absent ones."""
    reached = curves[curves["curve"] == "support_reached"]
    assert 0 < len(reached) < len(DEPTHS) * len(INITS)


def test_the_page_holds_the_paths_to_four_digits(data, curves):
    assert (data["depths"], data["inits"]) == (list(DEPTHS), list(INITS))
    assert data["truths"] == {"w_1": 2.0, "w_2": -1.0}
    for i, depth in enumerate(DEPTHS):
        for j, init in enumerate(INITS):
            flow = data["flows"][i][j]
            t = curve(curves, depth, init, "error")["t"]
            np.testing.assert_allclose(flow["t"], t, rtol=5e-4)
            assert list(flow["curves"]) == ["w_1", "w_2", "off_support", "error"]
            for name, values in flow["curves"].items():
                close = {"rtol": 5e-4} if name == "error" else {"rtol": 0, "atol": 5.1e-5}
                rows = curve(curves, depth, init, name)
                np.testing.assert_allclose(values, rows["value"], **close)
            for name in ("best", "oracle", *EVENTS):
                rows = curve(curves, depth, init, name)[["t", "value"]]
                points = [flow["points"][name]] if name in flow["points"] else np.empty((0, 2))
                np.testing.assert_allclose(points, rows, rtol=5e-4)


def test_the_map_is_the_median_of_the_first_cell(data, table):
    rows = table[table["noise"] == CELL.noise]
    oracle = rows[rows["method"] == "oracle"].set_index("replicate")["best_error"]
    flows = rows[rows["method"] == "flow"]
    flows = flows.assign(ratio=flows["best_error"] / flows["replicate"].map(oracle))
    expected = flows.pivot_table("ratio", "init", "depth", aggfunc="median")
    np.testing.assert_allclose(data["ratio"], expected.loc[list(INITS), list(DEPTHS)], rtol=5e-4)
    assert data["problem"] == {"n": 40, "p": 60, "k": 2, "noise": 0.5, "replicates": 2}


def test_the_map_is_white_at_the_limit(data):
    scale = data["scale"]
    limit = (np.log2(data["within"]) - scale["low"]) / (scale["high"] - scale["low"])
    (white,) = [place for place, colour in scale["stops"] if colour == "#f7f6f6"]
    assert white == pytest.approx(limit, abs=1e-3)


def test_the_page_names_no_address(html):
    """Beyond Plotly's own text, which the tests in a browser watch."""
    ours = html.replace(get_plotlyjs(), "")
    assert len(ours) < len(html) - 1_000_000
    assert not re.search(r"https?:|//\w|@import|url\(|<script[^>]+src|fetch\(", ours)
    assert "default-src 'none'" in ours


def test_paths_of_another_study_are_refused(curves, table):
    with pytest.raises(ValueError, match="make both from the same study"):
        page(curves[curves["depth"] != 4], table)
