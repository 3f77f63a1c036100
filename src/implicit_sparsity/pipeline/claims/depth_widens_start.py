"""The greater the depth, the larger the start from which the truth is still recovered."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, permuted, share
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import PROBLEM, over_baseline
from implicit_sparsity.pipeline.claims.statistics import Array
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: Best error over the oracle's up to which a start works, and others for comparison.
WITHIN, CRITERIA = 2.0, (1.1, 1.5, 2.0, 5.0, 10.0)


def select(tables: Tables) -> Tables:
    """The largest start that works, ``start`` (log₁₀ α^N), by problem, depth and criterion.

    "main" has many depths, "sizes" other numbers of columns, too, both at `WITHIN`; "criteria" has
    the problems of "main" at all criteria. "easy" has orthogonal columns: a positive control.
    """
    main, others, easy = (
        largest_starts(over_baseline(tables[study], "oracle"))
        for study in ("phase_diagram", "start_and_size", "phase_diagram_easy")
    )
    sizes = pd.concat([main, others])
    return {
        "main": main[main["criterion"] == WITHIN],
        "sizes": sizes[sizes["criterion"] == WITHIN],
        "criteria": main,
        "easy": easy[easy["criterion"] == WITHIN],
    }


def largest_starts(rows: pd.DataFrame) -> pd.DataFrame:
    """The largest start that works on each problem inside the condition, by depth and criterion.

    Parameters
    ----------
    rows : DataFrame
        With the columns ``ratio``, best error over the oracle's, and ``inside``.

    Returns
    -------
    DataFrame
        Columns of the problem, depth, criterion and ``start``, log₁₀ α^N.
    """
    columns = [*PROBLEM, "depth"]
    rows = rows[rows["inside"]].sort_values("init")
    log_init, ratios = np.log10(rows["init"].to_numpy()), rows["ratio"].to_numpy()
    found = [
        dict(zip(columns, place, strict=True))
        | {"criterion": limit, "start": largest_start(log_init[at], ratios[at], limit)}
        for place, at in sorted(rows.groupby(columns).indices.items())
        for limit in CRITERIA
    ]
    if not found:
        raise ValueError("No problem is inside the condition; add some to the study.")
    return pd.DataFrame(found)


def largest_start(log_init: Array, ratios: Array, limit: float = WITHIN) -> float:
    """log₁₀ of the largest α^N up to which the ratio stays within a limit.

    Between two starts of the grid it is interpolated (in the logarithms); it is the grid's first
    where none works, and its last where all do.

    Parameters
    ----------
    log_init : array, shape (starts,)
        Increasing.
    ratios : array, shape (starts,)
        Best error over the oracle's.
    limit : float, optional
        Up to which a start works.
    """
    excess = np.log(ratios / limit)
    fails = excess > 0
    i = int(fails.argmax()) if fails.any() else len(log_init)
    if i in (0, len(log_init)):
        return float(log_init[max(i - 1, 0)])
    share = excess[i - 1] / (excess[i - 1] - excess[i])
    return float(log_init[i - 1] + share * (log_init[i] - log_init[i - 1]))


def by_depth(rows: pd.DataFrame) -> pd.DataFrame:
    """Largest starts with a row for each problem and a column for each depth."""
    return rows.pivot(index=PROBLEM, columns="depth", values="start")


def gains(rows: pd.DataFrame) -> pd.DataFrame:
    """Decades from the least to the greatest depth, and between problems at the greatest.

    ``gained`` is the first, ``placebo`` the second: the greatest depth's start less that of the
    next problem. ``early`` is the part of ``gained`` that is gained up to depth 3, ``late`` the
    part from there to the next depth.
    """
    starts = by_depth(rows)
    least, great = starts.iloc[:, 0], starts.iloc[:, -1]
    last = starts.shape[1] - 1
    i = min(int(np.searchsorted(starts.columns, 3.0)), last)
    three, after = starts.iloc[:, i], starts.iloc[:, min(i + 1, last)]
    found = {
        "gained": great - least,
        "placebo": great - np.roll(great, 1),
        "early": (three - least) / (great - least),
        "late": (after - three) / (great - least),
    }
    return pd.DataFrame(found).reset_index()


def in_order(starts: Array) -> NDArray[np.bool_]:
    """Whether a problem's start grows from each depth to the next."""
    return np.asarray((np.diff(starts, axis=1) > 0).all(axis=1))


def share_in_order(starts: Array) -> float:
    """Share of problems of which that is true."""
    return float(in_order(starts).mean())


def evidence(tables: Tables) -> dict[str, Evidence]:
    """decades_gained and order_with_depth; gained_by_three, gained_by_size, gained_by_criterion."""
    rows = select(tables)
    starts, easy_starts = (by_depth(rows[part]).to_numpy() for part in ("main", "easy"))
    main, easy = (
        gains(rows[part]).assign(depth=rows[part]["depth"].max()) for part in ("main", "easy")
    )
    return {
        "decades_gained": Evidence(
            by(main, "depth", "gained"), by(main, "depth", "placebo"), by(easy, "depth", "gained")
        ),
        "order_with_depth": Evidence(
            [share({}, in_order(starts))],
            [permuted({}, share_in_order, starts)],
            [share({}, in_order(easy_starts))],
        ),
        "gained_by_three": Evidence(*(_one(main, name) for name in ("early", "late"))),
        "gained_by_size": _gained(rows["sizes"], "p"),
        "gained_by_criterion": _gained(rows["criteria"], "criterion"),
    }


def _gained(rows: pd.DataFrame, column: str) -> Evidence:
    """The gain from the least to the greatest depth, at each value of a column."""
    few = rows[rows["depth"].isin([rows["depth"].min(), rows["depth"].max()])]
    parts = [gains(part).assign(**{column: float(at)}) for at, part in few.groupby(column)]
    every = pd.concat(parts)
    return Evidence(*(by(every, column, name) for name in ("gained", "placebo")))


def _one(rows: pd.DataFrame, column: str) -> list[Cell]:
    """One cell of all rows."""
    return by(rows.assign(depth=3), "depth", column)


def draw(tables: Tables, claim: Claim) -> Figure:
    """The largest start that works, by depth; by depth and number of columns; and its gain.

    Lines are medians, light points problems, in the middle set apart by number of columns. A start
    works if the error comes within twice the oracle's. Right, decades gained from the least to the
    greatest depth by how near to the oracle's the error must be, with 95 % intervals of the
    medians.
    """
    rows = select(tables)
    figure, ((left, middle, right),) = style.panels(1, 3, 2.6, sharey=False)
    columns = np.sort(rows["sizes"]["p"].unique())
    for panel, part in ((left, rows["main"]), (middle, rows["sizes"])):
        _starts(panel, part, columns)
    found = _gained(rows["criteria"], "criterion")
    for cells, colour, words in (
        (found.cells, style.PURPLE, "gain, median"),
        (found.control, style.CONTROL, "another problem (control)"),
    ):
        criteria = [float(cell.place["criterion"]) for cell in cells]  # type: ignore[arg-type]
        values = np.array([(cell.value, *cell.ends) for cell in cells])
        bars = np.abs(np.nan_to_num(values[:, 1:].T - values[:, 0]))
        look = {"ms": 4, "lw": 0.9, "elinewidth": 0.9, "mew": 0}
        right.errorbar(criteria, values[:, 0], bars, marker="o", color=colour, label=words, **look)
    parts.threshold_line(right, claim.metrics["gained_by_criterion"].limit)
    log_axis(right, "x", 1, 12)
    right.set_xticks(CRITERIA, [f"{limit:g}" if limit != 1.5 else "" for limit in CRITERIA])
    right.set(xlabel="error that works", ylabel="decades", title="gain, first to last")
    left.set(ylabel=r"largest start $\alpha^N$", title="by depth")
    middle.set(title="by columns")
    for panel in (left, middle):
        panel.yaxis.set_major_locator(MaxNLocator(6, integer=True))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"$10^{{{y:g}}}$"))
    starts = rows["sizes"]["start"]
    left.set_ylim(starts.min() - 0.2, starts.max() + 0.2)
    middle.sharey(left)
    style.legend(figure)
    return figure


def _starts(axes: Axes, rows: pd.DataFrame, columns: Array) -> None:
    """Largest starts of problems by depth, and their medians, for each number of columns."""
    colours = (style.GREEN, style.BLUE, style.VERMILION)
    for place, p in enumerate(columns):
        part = rows[rows["p"] == p]
        look = parts.nested(place) | {"color": colours[place % 3]}
        apart = part.assign(x=part["depth"] * parts.aside(place, columns.size, 1.06))
        parts.points(axes, apart, "x", "start", color=look["color"], marker=look["marker"])
        parts.line(axes, part, "depth", "start", label=f"$p={p}$", **look)
    depths = np.sort(rows["depth"].unique())
    log_axis(axes, "x", 1.8, 1.1 * depths.max())
    axes.set_xticks(depths, [f"{depth:g}" if depth != 2.5 else "" for depth in depths])
    axes.set_xlabel("depth $N$")
