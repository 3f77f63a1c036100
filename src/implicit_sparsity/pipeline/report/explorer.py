"""One page that shows, offline, how the paths of a study move with depth and initialisation."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm, to_hex
from plotly.offline import get_plotlyjs

from implicit_sparsity.baselines import oracle
from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.pipeline.claims.depth_widens_start import WITHIN
from implicit_sparsity.pipeline.claims.selection import PROBLEM, grid, over_baseline
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.specs import StudySpec
from implicit_sparsity.pipeline.studies.recovery import BEYOND, tolerance
from implicit_sparsity.problems.generate import generate
from implicit_sparsity.theory.windows import early_stopping_window

#: Times of a curve, and the last over the first of them.
TIMES, SPAN = 150, 300.0
#: Curves that are single points: an event, or a level at the end of the path.
POINTS = ("support_reached", "off_support_exceeded", "best", "oracle")
#: Colours of the curves: a true weight after the other, and the rest by name.
COLOURS = {
    "levels": [style.BLUE, style.GREEN, style.PURPLE, style.SKY],
    "off": style.VERMILION,
    "oracle": style.GREEN,
    "shade": style.SHADE,
    "edge": style.EDGE,
}


def paths(spec: StudySpec) -> pd.DataFrame:
    """The flows of the first replicate of a study's first cell, one from each start.

    They are the flows that `studies.recovery` measures, at log-spaced times; where those end with
    their window, these run on beyond it.

    Returns
    -------
    DataFrame
        Columns depth, init, curve, truth, t, value. Curves are "w_1", ... (coordinates on the
        support, counted from 1), "off_support" (max |w| off it) and "error" (‖w − w*‖²); single
        points are the events "support_reached", "off_support_exceeded" and "best", absent where
        they never happen, and the "oracle", whose error stands at the last time. ``truth`` is the
        true weight, NaN where there is none.
    """
    cell = spec.cells[0]
    problem = generate(cell)[0]
    level = tolerance(cell, problem)
    off = np.setdiff1d(np.arange(problem.p), problem.support)
    least = float(np.sum((oracle.fit(problem).w - problem.truth) ** 2))
    frames = []
    for alpha, init in zip(spec.alpha, spec.init, strict=True):
        window = early_stopping_window(problem, spec.depth, alpha, level)
        fitted = spec.options.get("until", "fitted") == "fitted"
        t_max = None if fitted else BEYOND * window.end
        path = gradient_flow(problem, spec.depth, alpha, t_max, tolerance=level)
        last, happened = float(path.t[-1]), path.events
        t = np.geomspace(last / SPAN, last, TIMES)
        w = path.at(t)
        curves: dict[str, tuple[float, Any, Any]] = {
            f"w_{i + 1}": (problem.truth[i], t, w[:, i]) for i in problem.support
        } | {
            "off_support": (0.0, t, np.abs(w[:, off]).max(axis=1, initial=0.0)),
            "error": (np.nan, t, np.sum((w - problem.truth) ** 2, axis=1)),
            "support_reached": (np.nan, happened.support_reached, happened.tolerance),
            "off_support_exceeded": (np.nan, happened.off_support_exceeded, happened.bound),
            "best": (np.nan, happened.best_t, happened.best_error),
            "oracle": (np.nan, last, least),
        }
        for curve, (truth, when, value) in curves.items():
            if when is not None:
                keys = {"depth": spec.depth, "init": init, "curve": curve, "truth": truth}
                rows = {"t": np.atleast_1d(when), "value": np.atleast_1d(value)}
                frames.append(pd.DataFrame(keys | rows))
    return pd.concat(frames, ignore_index=True)


def page(paths: pd.DataFrame, table: pd.DataFrame) -> str:
    """The page as HTML that loads nothing from elsewhere.

    Parameters
    ----------
    paths : as :func:`paths` makes it, of all depths of the study.
    table : the study's table, with the oracle as a peer, of which the first cell is shown.

    Raises
    ------
    ValueError
        If the two have different depths or starts.
    """
    template = resources.files("implicit_sparsity.pipeline.report").joinpath("explorer.html")
    found = json.dumps(_data(paths, table), ensure_ascii=False, separators=(",", ":"))
    return (
        template.read_text(encoding="utf-8")
        .replace("/* data */", found.replace("</", r"<\/"))
        .replace("/* plotly.js */", get_plotlyjs())
    )


def _data(paths: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    """What the page shows: numbers to 4 significant digits, weights to 4 decimals."""
    problem = PROBLEM[:-1]
    rows = over_baseline(table, "oracle").reset_index(drop=True)
    rows = rows[(rows[problem] == rows.loc[0, problem]).all(axis=1)]
    depths, inits = (_levels(paths[name], rows[name]) for name in ("depth", "init"))
    flows = {key: _flow(flow) for key, flow in paths.groupby(["depth", "init"])}
    truths = paths[paths["curve"].str.startswith("w_")].groupby("curve", sort=False)["truth"]
    ratio = np.median(grid(rows, "ratio", "init", "depth"), axis=0)
    return {
        "depths": depths.tolist(),
        "inits": inits.tolist(),
        "truths": truths.first().to_dict(),
        "flows": [[flows[depth, init] for init in inits] for depth in depths],
        "ratio": [_digits(row) for row in ratio],
        "within": WITHIN,
        "scale": _scale(np.log2(ratio)),
        "problem": {
            "replicates": int(rows["replicate"].nunique()),
            **{name: rows[name].iloc[0].item() for name in ("n", "p", "k", "noise")},
        },
        "colours": COLOURS,
    }


def _levels(ours: Any, theirs: Any) -> Any:
    """The levels of a column, increasing, which are to be the same in both."""
    ours, theirs = np.unique(ours), np.unique(theirs)
    # A number may have changed its last digit where it was written as text and read again.
    if ours.size != theirs.size or not np.allclose(ours, theirs, rtol=1e-9, atol=0):
        raise ValueError(
            "paths and table have different depths or starts; make both from the same study."
        )
    return ours


def _flow(flow: pd.DataFrame) -> dict[str, Any]:
    """The first and last time of one flow, its curves and its points [t, value]."""
    found: dict[str, Any] = {"curves": {}, "points": {}}
    for curve, rows in flow.groupby("curve", sort=False):
        if curve in POINTS:
            found["points"][curve] = _digits(rows[["t", "value"]].to_numpy()[0])
        else:
            found["t"] = _digits(rows["t"].iloc[[0, -1]])
            found["curves"][curve] = (
                _digits(rows["value"]) if curve == "error" else rows["value"].round(4).tolist()
            )
    return found


def _digits(values: Any) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def _scale(log_ratio: Any) -> dict[str, Any]:
    """The colours of the map as Plotly takes them: white at the limit, as in the claim's figure."""
    limit = float(np.log2(WITHIN))
    low, high = min(limit - 1, log_ratio.min()), max(limit + 1, log_ratio.max())
    norm, colours = TwoSlopeNorm(limit, low, high), matplotlib.colormaps["RdBu_r"]
    shares = np.linspace(0, 1, 21)
    places = (np.asarray(norm.inverse(shares)) - low) / (high - low)
    stops = [[round(float(p), 4), to_hex(colours(s))] for p, s in zip(places, shares, strict=True)]
    return {"low": float(low), "high": float(high), "stops": stops}
