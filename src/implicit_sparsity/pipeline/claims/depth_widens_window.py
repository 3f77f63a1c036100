"""The greater the depth, the longer the early-stopping window; its end over its start saturates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.evidence import Array, Evidence, with_interval
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, grid, least_and_most, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, labels_kept, log_axis

#: The paper's step size, by which flow time counts as iterations.
STEP = 1e-2


def select(tables: Tables) -> Tables:
    """Windows at fixed α and at fixed α^N, each with little noise and with critical noise."""
    found = {}
    for kind in ("alpha", "init"):
        rows = windows(flows(tables[f"window_at_{kind}"]))
        found[kind], found[f"{kind}_critical"] = least_and_most(rows, "noise")
    return found


def least_growth(samples: Array) -> float:
    """Least ratio of the median at one depth to that at the depth before; 0 of empty windows."""
    median = np.median(samples, axis=0)
    if not median.all():
        return 0.0
    return float((median[1:] / median[:-1]).min())


def first_gain(ratios: Array) -> float:
    """Median end / start at the second depth over that at the first; 0 of empty windows."""
    return least_growth(ratios[:, :2])


def last_gain(ratios: Array) -> float:
    """The same of the last two depths."""
    return least_growth(ratios[:, -2:])


def evidence(tables: Tables) -> dict[str, Evidence]:
    """growth_at_alpha, growth_at_init, first_gain_of_ratio and last_gain_of_ratio."""
    rows = select(tables)
    size = {part: grid(rows[part], "window_size", "depth") for part in rows}
    found = {
        f"growth_at_{kind}": with_interval(
            least_growth, size[kind], least_growth(size[f"{kind}_critical"])
        )
        for kind in ("alpha", "init")
    }
    ratio, critical = (
        grid(rows[part], "window_ratio", "depth") for part in ("init", "init_critical")
    )
    return found | {
        "first_gain_of_ratio": with_interval(first_gain, ratio, first_gain(critical)),
        # Between the first two depths it has not saturated.
        "last_gain_of_ratio": with_interval(last_gain, ratio, first_gain(ratio)),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Sizes at fixed α and fixed α^N above the share without a window; right, end over start."""
    rows = {part: _in_iterations(found) for part, found in select(tables).items()}
    figure, axes = style.panels(2, 3, 1.35, sharey=False)
    layout = axes[0, 0].get_gridspec()
    layout.set_height_ratios([4, 1])
    alpha = rf"$\alpha={mathtext_number(rows['alpha']['alpha'].iloc[0])}$"
    init = rf"$\alpha^N={mathtext_number(rows['init']['init'].iloc[0])}$"
    shown = (("alpha", alpha), ("init", init))
    for (upper, lower), (kind, start) in zip(axes[:, :2].T, shown, strict=True):
        _sizes(upper, rows[kind])
        upper.set(title=f"size, {start}", xlabel="")
        upper.tick_params(labelbottom=False)
        _empty(lower, rows[kind], rows[f"{kind}_critical"])
    axes[0, 0].set_ylabel("end − start, iterations")
    axes[1, 0].set_ylabel("empty")
    figure.align_ylabels(axes[:, 0])
    figure.delaxes(axes[1, 2])
    axes[0, 2].set_subplotspec(layout[:, 2])
    _column(axes[0, 2], rows["init"], "window_ratio")
    axes[0, 2].set(title=f"end / start, {init}", ylabel="end / start (0: empty)")
    style.legend(figure)
    return figure


def _in_iterations(rows: pd.DataFrame) -> pd.DataFrame:
    """Windows with sizes in iterations, and their predictions."""
    start, end = rows["predicted_start"], rows["predicted_end"]
    return rows.assign(
        window_size=rows["window_size"] / STEP,
        predicted_window_size=(end - start) / STEP,
        predicted_window_ratio=end / start,
    )


def _sizes(axes: Axes, rows: pd.DataFrame) -> None:
    """Sizes on a logarithmic axis, which empty windows lie below."""
    open_ones = rows.loc[rows["window_size"] > 0, "window_size"]
    predicted = rows.groupby("depth")["predicted_window_size"].median()
    sizes = pd.concat([open_ones, predicted])
    low, high = sizes.min() / 2, sizes.max() * 2
    below = rows["window_size"].where(rows["window_size"] > 0, low / 10)
    _column(axes, rows.assign(window_size=below), "window_size")
    log_axis(axes, "y", low, high)


def _column(axes: Axes, rows: pd.DataFrame, column: str) -> None:
    """One column by depth: every problem, quartiles, and the median that was predicted."""
    beside = rows.assign(x=rows["depth"] + 0.2)
    parts.points(axes, beside, "x", column, color=style.BLUE, label="each problem")
    look: dict[str, Any] = {"color": style.BLUE, "lw": 1, "label": "median and quartiles"}
    parts.whiskers(axes, rows, "depth", column, **look)
    look = {"color": style.VERMILION, "lw": 0.9, "ls": style.DASHED, "label": "predicted median"}
    parts.line(axes, rows, "depth", f"predicted_{column}", **look)
    depth_axis(axes, rows["depth"])


def _empty(axes: Axes, rows: pd.DataFrame, critical: pd.DataFrame) -> None:
    """Share of problems without a window, by depth, and that at critical noise."""
    control = {"fill": False, "edgecolor": style.CONTROL, "linewidth": 0.6}
    control["label"] = "critical noise (control)"
    for part, look in ((rows, {"color": style.BLUE, "linewidth": 0}), (critical, control)):
        empty = part.assign(empty=(part["window_size"] == 0).astype(float))
        options: dict[str, Any] = {
            "native_scale": True,
            "errorbar": None,
            "saturation": 1,
            "legend": False,
        }
        with labels_kept(axes):
            sns.barplot(empty, x="depth", y="empty", width=0.6, ax=axes, **options, **look)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    depth_axis(axes, rows["depth"])
