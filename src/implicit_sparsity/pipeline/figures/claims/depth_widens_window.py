"""Size of the early-stopping window, and its end over its start, against depth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.evidence import flows, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.claims import parts
from implicit_sparsity.pipeline.figures.claims.parts import quartiles, whiskers

#: The paper's step size, by which flow time counts as iterations.
STEP = 1e-2


def draw(tables: dict[str, pd.DataFrame], claim: Claim) -> Figure:
    """Sizes at fixed α and fixed α^N above the share without a window; right, end over start."""
    figure, axes = style.panels(2, 3, 1.35, sharey=False)
    layout = axes[0, 0].get_gridspec()
    layout.set_height_ratios([4, 1])
    at_alpha, at_init = (_windows(tables[f"window_at_{kind}"]) for kind in ("alpha", "init"))
    alpha = rf"$\alpha={mathtext_number(at_alpha['alpha'].iloc[0])}$"
    init = rf"$\alpha^N={mathtext_number(at_init['init'].iloc[0])}$"
    shown = ((at_alpha, alpha), (at_init, init))
    for (upper, lower), (rows, title) in zip(axes[:, :2].T, shown, strict=True):
        _panel(upper, rows, "size")
        upper.set(title=f"size, {title}", xlabel="")
        upper.tick_params(labelbottom=False)
        _empty(lower, rows)
    axes[0, 0].set_ylabel("end − start, iterations")
    axes[1, 0].set_ylabel("empty")
    figure.align_ylabels(axes[:, 0])
    figure.delaxes(axes[1, 2])
    axes[0, 2].set_subplotspec(layout[:, 2])
    _panel(axes[0, 2], at_init, "stretch")
    axes[0, 2].set(title=f"stretch, {init}", ylabel="end / start (0: empty)")
    style.legend(figure)
    return figure


def _windows(table: pd.DataFrame) -> pd.DataFrame:
    """Windows with sizes in iterations, and their predictions."""
    rows = windows(flows(table))
    start, end = rows["predicted_start"], rows["predicted_end"]
    predicted = {"predicted_size": (end - start) / STEP, "predicted_stretch": end / start}
    return rows.assign(size=rows["size"] / STEP, **predicted)


def _panel(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """One column by depth: every problem, quartiles, and the median that was predicted."""
    rows = rows[rows["noise"] == rows["noise"].min()]
    spread = quartiles(rows, column, "depth")
    predicted = quartiles(rows, f"predicted_{column}", "depth")["median"]
    if column == "size":  # empty windows have no place on a logarithmic axis
        rows = rows[rows["size"] > 0]
        spread = spread.replace(0.0, np.nan)
        found = pd.concat([rows["size"], spread["median"], predicted])
        floor = found.min() / 2
        spread["low"] = spread["low"].fillna(floor)
        parts.log_axis(axes, "y", floor, found.max() * 2)
    points: dict[str, Any] = {"color": style.BLUE, "ms": 2.5, "mew": 0, "alpha": 0.35}
    axes.plot(rows["depth"] + 0.2, rows[column], "o", label="each problem", **points)
    whiskers(axes, spread.index, spread, style.BLUE, lw=1, label="median and quartiles")
    line: dict[str, Any] = {"color": style.VERMILION, "lw": 0.9, "ls": style.DASHED}
    axes.plot(predicted, label="predicted median", **line)
    parts.depth_axis(axes, spread.index)


def _empty(axes: Axes, rows: pd.DataFrame) -> None:
    """Share of problems without a window, by depth, and that at critical noise."""
    shares = (rows["size"] == 0).groupby([rows["noise"], rows["depth"]]).mean().unstack()
    main, critical = (share for _, share in shares.iterrows())
    axes.bar(main.index, main, 0.6, color=style.BLUE)
    label = "critical noise (control)"
    axes.bar(main.index, critical, 0.6, color="none", edgecolor=style.CONTROL, lw=0.6, label=label)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    parts.depth_axis(axes, rows["depth"])
