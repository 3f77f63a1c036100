"""Errors over the oracle's and run times, of stopping rules at each depth and of other methods."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import PROBLEM
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style

_PEERS = {
    "lasso_cv": "LassoCV",
    "elastic_net_cv": "ElasticNetCV",
    "ridge_cv": "ridge, 5 folds",
    "omp_cv": "matching pursuit CV",
}


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """A row for each method and a column for each kind of problem; the best without truth bold."""
    table = tables["stopping_in_practice"]
    oracle = table[table["method"] == "oracle"].set_index(PROBLEM)["best_error"]
    rows = table[table["method"] != "oracle"].join(oracle.rename("least"), on=PROBLEM)
    rows = rows.assign(ratio=rows["best_error"] / rows["least"], name=_names(rows))
    rows["problem"] = rows["design"].map(_short) + "\n$k=" + rows["k"].astype(str) + "$"
    order = [pd.unique(rows[column]) for column in ("name", "problem")]
    ratio = rows.pivot_table(values="ratio", index="name", columns="problem", aggfunc="median")
    seconds = rows.groupby("name")["seconds"].median().loc[order[0]]
    figure, axes = style.panels(1, 1, 0.9 + 0.17 * len(order[0]))
    _cells(axes[0, 0], ratio.loc[order[0], order[1]], seconds)
    return figure


def _names(rows: pd.DataFrame) -> pd.Series:
    """What a row's method is called."""
    flow = "$N=" + rows["depth"].map("{:g}".format) + "$, " + rows["stop"].astype(str)
    return flow.where(rows["method"] == "flow", rows["method"].map(_PEERS))


def _short(design: str) -> str:
    """A design's name and its correlation, on lines of their own."""
    name, _, options = design.rstrip(")").partition("(")
    lines = name.replace("equicorrelated", "equi-_correlated").split("_")
    return "\n".join(lines + ([rf"$\rho={options.split('=')[-1]}$"] if options else []))


def _cells(axes: Axes, ratio: pd.DataFrame, seconds: pd.Series) -> None:
    """The ratios as coloured cells, and the run times beside them."""
    axes.imshow(ratio, cmap="cividis_r", norm=LogNorm(0.8, 100), aspect="auto")
    useful = ~ratio.index.str.contains("best|end")
    for i, (name, values) in enumerate(ratio.iterrows()):
        for j, value in enumerate(values):
            best = useful[i] and value == ratio.loc[useful].iloc[:, j].min()
            axes.text(
                j,
                i,
                f"{value:.3g}",
                ha="center",
                va="center",
                size=6,
                weight="bold" if best else "normal",
                color="white" if value > 8 else "black",
            )
        spent = "" if "best" in str(name) or "end" in str(name) else f"{seconds.iloc[i]:.2g} s"
        axes.text(ratio.shape[1] - 0.4, i, spent, ha="left", va="center", size=6)
    axes.set_yticks(np.arange(len(ratio)), ratio.index)
    axes.set_xticks(np.arange(ratio.shape[1]), list(ratio.columns), size=6)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_xlim(-0.5, ratio.shape[1] + 0.3)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("median squared error / oracle least squares; right: median run time")
