"""The risk at a stop that uses neither w* nor k, for signals near the level of the noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, bootstrapped
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis
from implicit_sparsity.theory.levels import minimax_rate

#: Smaller risks are drawn as this.
FLOOR = 0.03

#: Methods beside the flow, each with its colour, its line and its words.
_BESIDE: dict[str, tuple[str, str, str]] = {
    "lasso_oracle": (style.GREEN, "--", "Lasso, best penalty"),
    "oracle": (style.ORACLE, ":", "oracle least squares"),
}


def select(tables: Tables) -> Tables:
    """Flows from a small start, from a large one at the greatest signal, the control, and on an
    orthogonal design, the positive control; other methods.

    ``c`` is the signal over λ and ``risk`` the squared error at the prescribed stop, ``best`` and
    ``selected`` those at the best and at the least risk inflation, all over k σ² log p / n.
    """
    rows = pd.concat(tables.values(), ignore_index=True)
    sizes = rows[["n", "p", "k", "noise"]].itertuples(index=False)
    rates = np.array([minimax_rate(*size) for size in sizes])
    level = np.sqrt(2 * rates / rows["k"])
    size = rows["signal"].str.extract(r"\(([\d.]+)", expand=False).astype(float)
    errors = {"best": "best", "risk": "prescribed", "selected": "selected"}
    ratios = {name: rows[f"{error}_error"] / rates for name, error in errors.items()}
    rows = rows.assign(c=(size / level).round(6), **ratios)
    flow, orthogonal = rows["method"] == "flow", rows["design"] == "sequence"
    small = rows["init"] == rows.loc[flow, "init"].min()
    greatest = rows["c"] == rows.loc[flow & ~orthogonal, "c"].max()
    return {
        "small": rows[flow & small & ~orthogonal],
        "large": rows[flow & ~small & greatest & ~orthogonal],
        "orthogonal": rows[flow & small & orthogonal],
        "beside": rows[~flow & ~orthogonal],
    }


def mean(samples: Array) -> float:
    """The risk: the mean over problems."""
    return float(samples.mean())


def ratio_of_means(samples: Array) -> float:
    """Of samples (problems, 2): the mean of the second over that of the first."""
    first, second = samples.mean(axis=0)
    return float(second / first)


def _risks(rows: pd.DataFrame) -> list[Cell]:
    groups = rows.sort_values("replicate").groupby(["depth", "p", "c"])
    names = ("depth", "p", "c")
    return [
        bootstrapped(dict(zip(names, place, strict=True)), mean, part["risk"].to_numpy())
        for place, part in groups
    ]


def _growth(rows: pd.DataFrame) -> list[Cell]:
    """The risk of the largest problems over that of the smallest at c = 1, by depth."""
    found = []
    at_level = rows[rows["c"] == 1]
    for depth, part in at_level.groupby("depth"):
        both = part.pivot(index="replicate", columns="p", values="risk")
        ends = both[[both.columns.min(), both.columns.max()]].to_numpy()
        found.append(bootstrapped({"depth": depth}, ratio_of_means, ends))
    return found


def evidence(tables: Tables) -> dict[str, Evidence]:
    """risk, by depth, p and c, and growth_with_p, by depth."""
    rows = select(tables)
    small, large, orthogonal = (rows[part] for part in ("small", "large", "orthogonal"))
    at_greatest = large.assign(c=1)
    return {
        "risk": Evidence(_risks(small), _risks(large), _risks(orthogonal)),
        "growth_with_p": Evidence(_growth(small), _growth(at_greatest), _growth(orthogonal)),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """A row for each p and a column for each depth: problems as points, means with intervals."""
    rows = select(tables)
    small = rows["small"]
    sizes, depths = (np.sort(small[column].unique()) for column in ("p", "depth"))
    figure, axes = style.panels(sizes.size, depths.size, 1.5)
    for line, p in zip(axes, sizes, strict=True):
        for panel, depth in zip(line, depths, strict=True):
            here = {
                name: part[(part["p"] == p) & (part["depth"].isna() | (part["depth"] == depth))]
                for name, part in rows.items()
            }
            _panel(panel, here)
            parts.threshold_line(panel, claim.metrics["risk"].limit)
        line[0].set_ylabel(f"$p={p:g}$\nerror / $k\\sigma^2\\log p/n$")
    for panel, depth in zip(axes[0], depths, strict=True):
        panel.set_title(f"$N={depth:g}$")
    for panel in axes[-1]:
        panel.set_xlabel(r"signal over $\lambda$, $c$")
    top = max(40, 1.2 * max(panel.dataLim.y1 for panel in axes.flat))
    for panel in axes.flat:
        panel.set_xlim(0.35, small["c"].max() + 0.3)
        log_axis(panel, "y", 0.7 * FLOOR, top, {FLOOR: f"≤ {FLOOR:g}"})
    style.legend(figure)
    return figure


def _panel(axes: Axes, rows: Tables) -> None:
    """One p and depth: where each rule stops, the control, and other methods."""
    small = rows["small"].assign(risk=rows["small"]["risk"].clip(lower=FLOOR))
    parts.points(axes, small, "c", "risk", color=style.BLUE)
    _means(axes, rows["small"], "risk", style.BLUE, "o-", "prescribed stop")
    _means(axes, rows["small"], "selected", style.ORANGE, "s-", "least risk inflation")
    _means(axes, rows["small"], "best", style.PURPLE, "-.", "best of the path")
    for method, (colour, line, words) in _BESIDE.items():
        part = rows["beside"][rows["beside"]["method"] == method]
        _means(axes, part, "best", colour, line, words)
    _means(axes, rows["large"], "risk", style.CONTROL, "D", r"start $\alpha^N=1$ (control)")


def _means(axes: Axes, rows: pd.DataFrame, values: str, colour: str, line: str, label: str) -> None:
    """Means by c, with the intervals of those that a verdict rests on."""
    if rows.empty:
        return
    if values == "risk":
        cells = _risks(rows)
        draw_cells(axes, cells, colour, label, line[0], column="c", ls=line[1:] or "none", lw=0.9)
    else:
        middles = rows.groupby("c")[values].mean()
        axes.plot(middles.index, middles, line, color=colour, ms=3, lw=0.9, mew=0, label=label)
