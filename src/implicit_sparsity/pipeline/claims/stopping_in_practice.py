"""Stopping by cross-validation, beside other sparse methods and stopping with the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, median
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import PROBLEM
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: The depth and the rule that are judged, and the designs that count as problems of everyday use.
DEPTH, RULE, DESIGNS = 3, "5-fold", ("gaussian", "ar1(rho=0.5)")

#: Methods that the claim is against, and one that must lose, as they are named in the figure.
RIVALS = {
    "relaxed_lasso_cv": "relaxed Lasso, 5 folds",
    "mcp_cv": "MCP, 5 folds",
    "omp_cv": "matching pursuit, 5 folds",
    "abess": "best subset (abess)",
}
WEAK = {"lasso_cv": "Lasso, 5 folds"}
_OTHERS = {"elastic_net_cv": "elastic net, 5 folds", "ridge_cv": "ridge, 5 folds"}


def select(tables: Tables) -> Tables:
    """Sparse problems: the flow where it is judged, where it is best and where it ends, each over
    every other method (``ratio``, ``rival``); all methods over the oracle, of every problem; and
    ``price_of_many``, the price where there are many samples."""
    table = tables["stopping_in_practice"]
    oracle = table[table["method"] == "oracle"].set_index(PROBLEM)["best_error"]
    every = table[table["method"] != "oracle"].join(oracle.rename("oracle"), on=PROBLEM)
    every = every.assign(ratio=every["best_error"] / every["oracle"])
    sparse = every["design"].isin(DESIGNS) & (every["k"] == every["k"].min())
    flows = every[sparse & (every["depth"] == DEPTH)].drop(columns="ratio")
    named = every["method"].isin([*RIVALS, *WEAK])
    methods = every.loc[sparse & named, [*PROBLEM, "method", "best_error"]]
    best = flows.loc[flows["stop"] == "best", [*PROBLEM, "best_error"]].assign(method="best")
    rivals = pd.concat([methods, best]).rename(
        columns={"method": "rival", "best_error": "error_of_rival"}
    )
    rows = flows.merge(rivals, on=PROBLEM, validate="m:m")
    rows = rows.assign(ratio=rows["best_error"] / rows["error_of_rival"])
    easy = tables["stopping_in_practice_easy"]
    many = easy[easy["stop"] == RULE].merge(
        easy[easy["stop"] == "best"], on=PROBLEM, suffixes=("", "_of_best")
    )
    many = many.assign(rival="best", ratio=many["best_error"] / many["best_error_of_best"])
    stopped, end = rows["stop"] == RULE, rows["stop"] == "end"
    rival, weak = rows["rival"].isin(RIVALS), rows["rival"].isin(WEAK)
    return {
        "all": every,
        "rivals": rows[stopped & rival],
        "weak": rows[stopped & weak],
        "end": rows[end & rival],
        "price": rows[stopped & (rows["rival"] == "best")],
        "price_of_many": many,
        "price_of_end": rows[end & (rows["rival"] == "best")],
    }


def evidence(tables: Tables) -> dict[str, Evidence]:
    """error_over_rivals, by depth, design and rival, and price_of_not_knowing, by the first two."""
    rows = select(tables)

    def cells(part: str) -> list[Cell]:
        return by(rows[part], ["depth", "design", "rival"], "ratio")

    return {
        "error_over_rivals": Evidence(cells("rivals"), cells("end"), cells("weak")),
        "price_of_not_knowing": Evidence(
            cells("price"), cells("price_of_end"), cells("price_of_many")
        ),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Above, for the two designs that are judged, the flow's error over each other method's on the
    same problem, each problem and the median with its 95 % interval; below, medians over the
    oracle's of every method on every kind of problem. Positive controls are the Lasso, which is to
    lose, and the price where samples are many."""
    rows = select(tables)
    designs = [design for design in DESIGNS if design in set(rows["rivals"]["design"])]
    every = rows["all"].assign(name=_names(rows["all"]))
    names = list(pd.unique(every["name"]))
    figure, axes = style.panels(2, len(designs), 1.0 + 0.11 * len(names), sharey=False)
    for panel, design in zip(axes[0], designs, strict=True):
        here = {name: part[part["design"] == design] for name, part in rows.items()}
        _against(panel, here, claim)
        panel.set_title(design.replace("(rho=", r", $\rho=$").rstrip(")"))
    grid = axes[1, 0].get_gridspec()
    for panel in axes[1]:
        figure.delaxes(panel)
    _table(figure, figure.add_subplot(grid[1, :]), every, names)
    style.legend(figure)
    return figure


def _against(axes: Axes, rows: Tables, claim: Claim) -> None:
    """Ratios to each rival, to the best of the path, and the control."""
    many = rows["price_of_many"].assign(rival="many")
    easy = pd.concat([rows["weak"], many])
    judged = pd.concat([rows["rivals"], rows["price"]])
    words = RIVALS | WEAK | {"best": "best of its path", "many": f"the same, $n={many['n'].max()}$"}
    present = [rival for rival in words if rival in {*judged["rival"], *easy["rival"]}]
    looks = (
        (judged, style.BLUE, "o", f"flow, $N={DEPTH}$, {RULE}"),
        (easy, style.GREEN, "^", "positive control"),
        (
            pd.concat([rows["end"], rows["price_of_end"]]),
            style.CONTROL,
            "D",
            "not stopped (control)",
        ),
    )
    for part, *look in looks:
        _medians(axes, part.assign(y=part["rival"].map(present.index)), *look)
    limits = {"error_over_rivals": [*RIVALS, *WEAK], "price_of_not_knowing": ["best", "many"]}
    for metric, rivals in limits.items():
        at = [present.index(rival) for rival in rivals if rival in present]
        limit = claim.metrics[metric].limit
        if at:
            dashes: dict[str, Any] = {"color": "0.2", "lw": 0.8, "ls": style.DASHED, "zorder": 3}
            axes.vlines(limit, min(at) - 0.4, max(at) + 0.4, label="limit of the claim", **dashes)
    axes.set_yticks(range(len(present)), [words[rival] for rival in present])
    axes.set_ylim(len(present) - 0.5, -0.5)
    ratios = pd.concat([part for part, *_ in looks])["ratio"].replace(np.inf, np.nan).dropna()
    log_axis(axes, "x", min(0.5, 0.8 * ratios.min()), max(100.0, 1.3 * ratios.max()))
    axes.set_xlabel("error / the other method's")


def _medians(axes: Axes, rows: pd.DataFrame, colour: str, marker: str, label: str) -> None:
    """Each problem's ratio, and the median with its interval, at each height y."""
    parts.points(axes, rows, "ratio", "y", color=colour, marker=marker, s=4)
    found = by(rows, "y", "ratio", median) if len(rows) else []
    values = np.array([cell.value for cell in found])
    ends = np.array([cell.ends for cell in found]).T
    bars = np.abs(np.nan_to_num(ends - values))
    places = [float(cell.place["y"]) for cell in found]  # type: ignore[arg-type]
    look: dict[str, Any] = {"color": colour, "fmt": marker, "ms": 4, "elinewidth": 1}
    axes.errorbar(values, places, xerr=bars if found else None, label=label, **look)


def _names(rows: pd.DataFrame) -> pd.Series:
    """What a row's method is called."""
    flow = "flow, $N=" + rows["depth"].map("{:g}".format) + "$, " + rows["stop"].astype(str)
    words = RIVALS | WEAK | _OTHERS
    return flow.where(rows["method"] == "flow", rows["method"].replace(words))


def _table(figure: Figure, axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    """Median errors over the oracle's, as numbers, and run times."""
    problem = rows["design"].map(_short) + "\n$k=" + rows["k"].astype(str) + "$"
    rows = rows.assign(problem=problem)
    columns = list(pd.unique(rows["problem"]))
    table = rows.pivot_table(values="ratio", index="name", columns="problem", aggfunc="median")
    seconds = rows.groupby("name")["seconds"].median()
    shades = np.log10(table.loc[names, columns].to_numpy())
    most = max(1.0, float(np.ceil(2 * np.nanmax(shades)) / 2))
    look: dict[str, Any] = {"cmap": "cividis_r", "vmin": 0, "vmax": most, "alpha": 0.4}
    _colour_bar(figure, axes, axes.imshow(shades, aspect="auto", **look), most)
    axes.set(xlim=(-0.5, len(columns) + 0.5), ylim=(len(names) - 0.5, -0.5))
    known = np.array([not name.endswith(" best") for name in names])
    chosen = known & np.array([not name.endswith(" end") for name in names])
    for column, name in enumerate(columns):
        values = table.loc[names, name]
        shown = values.map("{:.3g}".format)
        least = shown[values[known].idxmin()]  # and what looks the same
        for row, method in enumerate(names):
            bold = "bold" if known[row] and shown[method] == least else "normal"
            axes.text(column, row, shown[method], ha="center", va="center", size=6, weight=bold)
    for row, method in enumerate(names):
        time = f"{seconds[method]:.2g} s" if chosen[row] else "–"
        axes.text(len(columns), row, time, ha="center", va="center", size=6)
    axes.set_yticks(range(len(names)), names, size=6)
    axes.set_xticks(range(len(columns) + 1), [*columns, "median\nrun time"], size=6)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    note = "bold: the least of a column but for the best, which needs the truth; equal digits tie"
    axes.set_xlabel(note, size=6)


def _colour_bar(figure: Figure, axes: Axes, image: AxesImage, most: float) -> None:
    """What the shades of the table say, up to so many powers of ten."""
    ticks = np.arange(0, most + 0.01)
    look: dict[str, Any] = {"location": "bottom", "aspect": 40, "shrink": 0.6, "pad": 0.02}
    bar = figure.colorbar(image, ax=axes, ticks=ticks, **look)
    bar.ax.set_xticklabels([f"{10**tick:g}" for tick in ticks], size=6)
    bar.set_label("shade: median squared error / oracle's", size=6)
    bar.outline.set_visible(False)


def _short(design: str) -> str:
    """A design's name and its correlation, on lines of their own."""
    name, _, options = design.rstrip(")").partition("(")
    lines = name.replace("equicorrelated", "equi-_correlated").split("_")
    return "\n".join(lines + ([rf"$\rho={options.split('=')[-1]}$"] if options else []))
