"""Stopping by cross-validation, beside the cross-validated Lasso and stopping with the truth."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import PROBLEM, over_baseline
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.axis import labels_kept

#: The depth that is judged, and the designs that count as sparse problems of everyday use.
DEPTH, DESIGNS = 3, ("gaussian", "ar1(rho=0.5)")

#: Baselines as they are named in the figure.
_BASELINES = {
    "lasso_cv": "LassoCV",
    "elastic_net_cv": "ElasticNetCV",
    "ridge_cv": "ridge, 5 folds",
    "omp_cv": "matching pursuit CV",
}


def select(tables: Tables) -> Tables:
    """Everything but the oracle over it; flows over LassoCV's error, of sparse and dense truths."""
    table = tables["stopping_in_practice"]
    oracle = table[table["method"] == "oracle"].set_index(PROBLEM)["best_error"]
    others = table[table["method"] != "oracle"].join(oracle.rename("oracle"), on=PROBLEM)
    judged = table[table["depth"].isna() | (table["depth"] == DEPTH)]
    rows = over_baseline(judged, "lasso_cv")
    dense = rows["k"] == rows["k"].max()
    return {
        "all": others.assign(ratio=others["best_error"] / others["oracle"]),
        "sparse": rows[~dense & rows["design"].isin(DESIGNS)],
        "dense": rows[dense],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """error_over_lasso and price_of_not_knowing."""
    rows = select(tables)
    sparse, dense = (
        rows[part][rows[part]["stop"] == "5-fold"].sort_values(PROBLEM)
        for part in ("sparse", "dense")
    )
    best, end = (
        rows["sparse"][rows["sparse"]["stop"] == stop].sort_values(PROBLEM)["best_error"].to_numpy()
        for stop in ("best", "end")
    )
    price = sparse.assign(price=sparse["best_error"] / best, of_end=end / best)
    return {
        "error_over_lasso": Evidence(*(by(part, "design", "ratio") for part in (sparse, dense))),
        "price_of_not_knowing": Evidence(*(by(price, "design", of) for of in ("price", "of_end"))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A row for each method and a column for each kind of problem; the best without truth bold."""
    rows = select(tables)["all"]
    rows = rows.assign(
        name=_names(rows),
        problem=rows["design"].map(_short) + "\n$k=" + rows["k"].astype(str) + "$",
    )
    names, problems = (pd.unique(rows[column]) for column in ("name", "problem"))
    ratio = rows.pivot_table(values="ratio", index="name", columns="problem", aggfunc="median")
    seconds = rows.groupby("name")["seconds"].median().loc[names]
    figure, axes = style.panels(1, 1, 0.9 + 0.17 * len(names))
    _cells(axes[0, 0], ratio.loc[names, problems], seconds)
    return figure


def _names(rows: pd.DataFrame) -> pd.Series:
    """What a row's method is called."""
    flow = "$N=" + rows["depth"].map("{:g}".format) + "$, " + rows["stop"].astype(str)
    return flow.where(rows["method"] == "flow", rows["method"].map(_BASELINES))


def _short(design: str) -> str:
    """A design's name and its correlation, on lines of their own."""
    name, _, options = design.rstrip(")").partition("(")
    lines = name.replace("equicorrelated", "equi-_correlated").split("_")
    return "\n".join(lines + ([rf"$\rho={options.split('=')[-1]}$"] if options else []))


def _cells(axes: Axes, ratio: pd.DataFrame, seconds: pd.Series) -> None:
    """The ratios as coloured cells, and the run times beside them."""
    look = {"cmap": "cividis_r", "norm": LogNorm(0.8, 100), "cbar": False}
    with labels_kept(axes):
        sns.heatmap(ratio, ax=axes, annot=True, fmt=".3g", annot_kws={"size": 6}, **look)
    without_truth = ~ratio.index.str.contains("best|end")
    best = (ratio == ratio[without_truth].min()) & without_truth[:, None]
    cells = zip(axes.texts, ratio.to_numpy().ravel(), best.to_numpy().ravel(), strict=True)
    for text, value, is_best in cells:
        text.set(color="white" if value > 8 else "black", weight="bold" if is_best else "normal")
    rows, columns = ratio.shape
    for row in range(rows):
        if without_truth[row]:
            time = f"{seconds.iloc[row]:.2g} s"
            axes.text(columns + 0.1, row + 0.5, time, ha="left", va="center", size=6)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelrotation=0)
    axes.tick_params(axis="x", labelsize=6)
    axes.set_xlim(0, columns + 0.8)
    axes.set_xlabel("median squared error / oracle least squares; right: median run time")
