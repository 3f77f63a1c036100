"""The explorer's page: it works without a network and shows how depth and start shape the paths."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.colors import TwoSlopeNorm, to_hex
from plotly.offline import get_plotlyjs

from implicit_sparsity.pipeline.claims.depth_widens_start import WITHIN
from implicit_sparsity.pipeline.claims.selection import PROBLEM, grid, over_baseline
from implicit_sparsity.pipeline.figures import style

#: Curves that are single points: an event, or a level at the end of the path.
POINTS = ("support_reached", "off_support_exceeded", "best", "oracle")
#: Colours of the curves, as in the figures; those of the true weights are taken in turn.
COLOURS = {
    "levels": style.LEVELS,
    "off": style.OFF,
    "error": style.ERROR,
    "oracle": style.ORACLE,
    "shade": style.SHADE,
    "edge": style.EDGE,
}


def page(paths: pd.DataFrame, table: pd.DataFrame) -> str:
    """Write the page as HTML that loads nothing from elsewhere.

    Parameters
    ----------
    paths : DataFrame
        What :func:`.paths.paths` returns, for all depths of the study.
    table : DataFrame
        The study's table, with the oracle among its methods. The page shows its first cell.

    Returns
    -------
    str
        The page.

    Raises
    ------
    ValueError
        If the two have different depths or starts.
    """
    template = resources.files("implicit_sparsity.pipeline.report.explorer").joinpath("page.html")
    shown = json.dumps(_data(paths, table), ensure_ascii=False, separators=(",", ":"))
    return (
        template.read_text(encoding="utf-8")
        .replace("/* data */", shown.replace("</", r"<\/"))
        .replace("/* plotly.js */", get_plotlyjs())
    )


def _data(paths: pd.DataFrame, table: pd.DataFrame) -> dict[str, Any]:
    """What the page shows: numbers to 4 significant digits, weights to 4 decimals."""
    problem = PROBLEM[:-1]
    rows = over_baseline(table, "oracle").reset_index(drop=True)
    rows = rows[(rows[problem] == rows.loc[0, problem]).all(axis=1)]
    depths, inits = (_common_values(paths[name], rows[name]) for name in ("depth", "init"))
    flows = {key: _flow(flow) for key, flow in paths.groupby(["depth", "init"])}
    truths = paths[paths["curve"].str.startswith("w_")].groupby("curve", sort=False)["truth"]
    ratio = np.median(grid(rows, "ratio", "init", "depth"), axis=0)
    return {
        "depths": depths.tolist(),
        "inits": inits.tolist(),
        "truths": truths.first().to_dict(),
        "flows": [[flows[depth, init] for init in inits] for depth in depths],
        "ratio": [_rounded(row) for row in ratio],
        "within": WITHIN,
        "scale": _colour_scale(np.log2(ratio)),
        "problem": {
            "replicates": int(rows["replicate"].nunique()),
            **{name: rows[name].iloc[0].item() for name in ("n", "p", "k", "noise")},
        },
        "colours": COLOURS,
    }


def _common_values(of_paths: Any, of_table: Any) -> Any:
    """The values of a column in increasing order, which must be the same in both."""
    of_paths, of_table = np.unique(of_paths), np.unique(of_table)
    # The last digit of a number may change where it is written as text and read again.
    if of_paths.size != of_table.size or not np.allclose(of_paths, of_table, rtol=1e-9, atol=0):
        raise ValueError(
            "paths and table have different depths or starts; make both from the same study."
        )
    return of_paths


def _flow(flow: pd.DataFrame) -> dict[str, Any]:
    """The times of one flow, its curves and its points [t, value]."""
    shown: dict[str, Any] = {"curves": {}, "points": {}}
    for curve, rows in flow.groupby("curve", sort=False):
        if curve in POINTS:
            shown["points"][curve] = _rounded(rows[["t", "value"]].to_numpy()[0])
        else:
            shown["t"] = _rounded(rows["t"])
            shown["curves"][curve] = (
                _rounded(rows["value"]) if curve == "error" else rows["value"].round(4).tolist()
            )
    return shown


def _rounded(values: Any) -> list[float]:
    """Values to 4 significant digits."""
    return [float(f"{value:.4g}") for value in values]


def _colour_scale(log_ratio: Any) -> dict[str, Any]:
    """The colours of the map as Plotly takes them: white where a start just works."""
    limit = float(np.log2(WITHIN))
    low, high = min(limit - 1, log_ratio.min()), max(limit + 1, log_ratio.max())
    norm, colours = TwoSlopeNorm(limit, low, high), matplotlib.colormaps["RdBu_r"]
    shares = np.linspace(0, 1, 21)
    places = (np.asarray(norm.inverse(shares)) - low) / (high - low)
    stops = [[round(float(p), 4), to_hex(colours(s))] for p, s in zip(places, shares, strict=True)]
    return {"low": float(low), "high": float(high), "stops": stops}
