"""The explorer: its numbers against the flows and the table, its page in a real browser."""

import io
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from browser import CHROMIUM, Browser
from plotly.offline import get_plotlyjs

from implicit_sparsity import gradient_flow
from implicit_sparsity.pipeline.report.explorer import page, paths
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies import recovery
from implicit_sparsity.pipeline.studies.baselines import table as baselines
from implicit_sparsity.pipeline.studies.table import table as measured
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.problems.spec import ProblemSpec

CELL = ProblemSpec(
    experiment="explorer",
    instances="fresh",
    seed=5,
    design="rademacher",
    options={},
    n=40,
    p=60,
    k=2,
    signal=[2.0, -1.0],
    noise=0.5,
    replicates=2,
)
DEPTHS, INITS = (2, 2.5, 4), (1e-4, 1e-2, 30.0)
SPECS = {
    depth: StudySpec(
        measure="recovery",
        cells=[CELL, replace(CELL, noise=1.0)],
        depth=depth,
        alpha=[init ** (1 / depth) for init in INITS],
        init=list(INITS),
        options={"until": "window"},
    )
    for depth in DEPTHS
}
EVENTS = {"support_reached": "window_start", "off_support_exceeded": "window_end"}


@pytest.fixture(scope="module")
def curves() -> pd.DataFrame:
    return pd.concat(map(paths, SPECS.values()), ignore_index=True)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """The study's table as it is read from its file."""
    parts = [*map(measured, SPECS.values()), baselines(SPECS[2].cells, ["oracle"])]
    return pd.read_csv(io.StringIO(pd.concat(parts).to_csv(index=False)))


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
    np.testing.assert_allclose(np.diff(np.log(t)), np.log(t[-1] / t[0]) / (t.size - 1))


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
            np.testing.assert_allclose(flow["t"], [t.iloc[0], t.iloc[-1]], rtol=5e-4)
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
    """Beyond Plotly's own text, which the browser test watches."""
    ours = html.replace(get_plotlyjs(), "")
    assert len(ours) < len(html) - 1_000_000
    assert not re.search(r"https?:|//\w|@import|url\(|<script[^>]+src|fetch\(", ours)
    assert "default-src 'none'" in ours


def test_paths_of_another_study_are_refused(curves, table):
    with pytest.raises(ValueError, match="make both from the same study"):
        page(curves[curves["depth"] != 4], table)


# --- in a browser -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(html, tmp_path_factory):
    """A browser that has opened the page."""
    if CHROMIUM is None:
        pytest.skip("No Chromium is installed; install it (on Debian: apt install chromium).")
    folder = tmp_path_factory.mktemp("browser")
    (folder / "explorer.html").write_text(html, encoding="utf-8")
    browser = Browser(folder / "profile")
    browser.open(folder / "explorer.html")
    yield browser
    browser.close()


@pytest.fixture
def opened(browser) -> Browser:
    """The browser with the page as it is when opened."""
    browser.value(f"choose({len(DEPTHS) - 1}, 0)")
    return browser


def sliders(browser: Browser) -> list[int]:
    return browser.value("['depth', 'init'].map(id => document.getElementById(id).valueAsNumber)")


def drawn(browser: Browser) -> list[str]:
    """The curves as they are painted."""
    lines = "document.querySelectorAll('#paths .js-line')"
    return browser.value(f"[...{lines}].map(line => line.getAttribute('d'))")


def check_shown(browser: Browser, data: dict, i: int, j: int) -> None:
    """Everything on the page shows depth i and start j."""
    flow = data["flows"][i][j]
    assert sliders(browser) == [i, j]
    assert browser.value("document.querySelector('output[for=depth]').textContent") == str(
        DEPTHS[i]
    )
    shown = browser.value("document.getElementById('paths').data.map(trace => trace.y)")
    for values in flow["curves"].values():
        assert values in shown
    assert [flow["points"]["oracle"][1]] * 2 in shown
    marked = browser.value("document.getElementById('map').layout.shapes.map(s => [s.x0, s.y0])")
    assert marked == [[i - 0.5, j - 0.5]] * 2
    shades = browser.value(
        "document.getElementById('paths').layout.shapes"
        ".filter(shape => shape.type === 'rect').map(shape => [shape.x0, shape.x1])"
    )
    opens = flow["points"].get("support_reached", [np.inf])[0]
    closes = flow["points"].get("off_support_exceeded", flow["t"][1:])[0]
    assert shades == ([[opens, closes]] if opens < closes else [])
    text = browser.value("document.getElementById('reading').textContent")
    assert ("No window" in text) == (not shades)


def test_the_page_opens_near_depth_4_and_a_start_of_1e_6(browser, data):
    check_shown(browser, data, 2, 0)


@pytest.mark.parametrize(
    ("slider", "key", "step"), [("depth", "ArrowLeft", (-1, 0)), ("init", "ArrowRight", (0, 1))]
)
def test_a_key_on_a_slider_moves_the_curves(opened, data, slider, key, step):
    i, j = sliders(opened)
    check_shown(opened, data, i, j)
    before = drawn(opened)
    opened.value(f"document.getElementById('{slider}').focus()")
    opened.press(key)
    check_shown(opened, data, i + step[0], j + step[1])
    assert drawn(opened) != before


@pytest.mark.parametrize(("i", "j"), [(0, 2), (1, 0), (2, 1)])
def test_a_click_on_the_map_sets_both_sliders(opened, data, i, j):
    left, top, width, height = opened.value(
        "(box => [box.left, box.top, box.width, box.height])"
        "(document.querySelector('#map .nsewdrag').getBoundingClientRect())"
    )
    across, up = (i + 0.5) / len(DEPTHS), (j + 0.5) / len(INITS)
    place = left + across * width, top + (1 - up) * height
    opened.move(*place)
    label = (
        f"document.querySelector('#map .hovertext')?.textContent.startsWith('depth {DEPTHS[i]},')"
    )
    opened.wait(label)
    opened.click(*place)
    check_shown(opened, data, i, j)


def test_arrow_keys_on_the_map_move_the_cell_and_stop_at_its_edge(opened, data):
    opened.value("document.getElementById('map').focus()")
    for key in ["ArrowUp"] * len(INITS) + ["ArrowRight"] * len(DEPTHS) + ["ArrowLeft"]:
        opened.press(key)
    check_shown(opened, data, len(DEPTHS) - 2, len(INITS) - 1)


def test_the_page_fits_a_phone(opened):
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    opened.send("Emulation.setDeviceMetricsOverride", **phone)
    for plot in ("map", "paths"):  # they follow the window a moment later
        opened.wait(f"document.querySelector('#{plot} .main-svg').clientWidth <= 360")
    assert opened.value("document.documentElement.scrollWidth") == 360
    opened.send("Emulation.clearDeviceMetricsOverride")


def test_the_page_has_asked_for_nothing_and_complained_of_nothing(opened):
    """The last test, so that it sees what all the others have done."""
    assert all(re.match("(file|data|blob):", address) for address in opened.addresses)
    assert [address for address in opened.addresses if address.startswith("file:")] == [
        opened.value("location.href")
    ]
    assert opened.complaints == []
