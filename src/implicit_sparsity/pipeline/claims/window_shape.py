"""From the same α^N, the window first grows with depth and then shrinks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from implicit_sparsity.formatting import mathtext_number
from implicit_sparsity.pipeline.claims.depth_widens_window import in_iterations
from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, windows
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import log_axis

#: What tells one problem and start from another.
_FLOW = ["init", "replicate"]


def select(tables: Tables) -> Tables:
    """Windows by depth and start, and by start alone what changes from one depth to another.

    Of the first, ``over_predicted`` is the size over the predicted one and ``over_other`` over that
    predicted for another start; ``over_limit`` is end / start over its predicted limit. Of the
    second ("changes"), ``rise`` and ``fall`` are the sizes at the depth of the largest predicted
    window and at the greatest depth, over those at the least and at that depth; ``settling`` and
    ``unsettled`` are end / start over that at the depth before, at the greatest and at the second
    depth. Those of problems with orthogonal columns, a positive control, are "easy_windows" and
    "easy_changes".
    """
    found: Tables = {}
    for prefix, study in (("", "window_at_init"), ("easy_", "window_at_init_easy")):
        rows = _over_predictions(tables[study])
        changes = pd.concat([_changes(part) for _, part in rows.groupby("init")])
        found |= {f"{prefix}windows": rows, f"{prefix}changes": changes}
    return found


def _over_predictions(table: pd.DataFrame) -> pd.DataFrame:
    rows = in_iterations(windows(flows(table)))
    rows = rows[rows["inside"]].sort_values(["init", "depth", "replicate"])
    starts = np.sort(rows["init"].unique())
    other = dict(zip(starts, np.roll(starts, 1), strict=True))
    keys = [*_FLOW, "depth"]
    swapped = rows[keys].assign(init=rows["init"].map(other))
    predicted = swapped.merge(rows[[*keys, "predicted_size"]], "left", on=keys)["predicted_size"]
    return rows.assign(
        over_predicted=rows["window_size"] / rows["predicted_size"],
        over_other=rows["window_size"] / predicted.to_numpy(),
        over_limit=rows["window_ratio"] / rows["limit_ratio"],
    )


def _changes(rows: pd.DataFrame) -> pd.DataFrame:
    """What changes from depth to depth from one start, by problem."""
    size, ratio = (
        rows.pivot(index="replicate", columns="depth", values=f"window_{column}")
        for column in ("size", "ratio")
    )
    peak = rows.groupby("depth")["predicted_size"].median().idxmax()
    return pd.DataFrame(
        {
            "init": rows["init"].iloc[0],
            "rise": size[peak] / size.iloc[:, 0],
            "rise_of_another": size[peak] / np.roll(size[peak], 1),
            "fall": size.iloc[:, -1] / size[peak],
            "settling": ratio.iloc[:, -1] / ratio.iloc[:, -2],
            "unsettled": ratio.iloc[:, 1] / ratio.iloc[:, 0],
        }
    )


def evidence(tables: Tables) -> dict[str, Evidence]:
    """size_over_predicted, rise, fall, settling and over_limit."""
    rows = select(tables)
    found, easy = rows["windows"], rows["easy_windows"]
    depths = np.sort(found["depth"].unique())
    least, great = (found[found["depth"] == depth] for depth in (depths[0], depths[-1]))

    def at_starts(rows: pd.DataFrame, column: str) -> list[Cell]:
        return by(rows, "init", column)

    def sizes(rows: pd.DataFrame, other: str) -> list[Cell]:
        return by(rows[rows["depth"] > 2], ["depth", "init"], f"over_{other}")

    def change(name: str, control: str) -> Evidence:
        judged, easy = rows["changes"], rows["easy_changes"]
        return Evidence(*map(at_starts, (judged, judged, easy), (name, control, name)))

    return {
        "size_over_predicted": Evidence(
            sizes(found, "predicted"), sizes(found, "other"), sizes(easy, "predicted")
        ),
        "rise": change("rise", "rise_of_another"),
        "fall": change("fall", "rise"),
        "settling": change("settling", "unsettled"),
        "over_limit": Evidence(*(at_starts(part, "over_limit") for part in (great, least))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the size of the window by depth from two starts, and as predicted; right, end / start.

    Light points are problems, set apart by start, and lines their medians, a smaller one on top of
    a larger where they coincide. The dashed lines are medians of the prediction and, to the right,
    of its limit. Shaded, how far medians may be from them, at the depths that are judged. A problem
    without a window is left out.
    """
    rows = select(tables)["windows"]
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    for place, (init, part) in enumerate(rows.groupby("init")):
        label = rf"$\alpha^N={mathtext_number(float(init))}$"
        _over_depth(left, part, "window_size", "predicted_size", place, label)
        _over_depth(right, part, "window_ratio", "limit_ratio", place, label)
        deep, deepest = part["depth"] > 2, part["depth"] == part["depth"].max()
        _allowed(left, part[deep], "predicted_size", claim.metrics["size_over_predicted"].ends)
        _allowed(right, part[deepest], "limit_ratio", claim.metrics["over_limit"].ends)
    for axes, column in ((left, "window_size"), (right, "window_ratio")):
        shown = rows.loc[rows[column] > 0, column]
        log_axis(axes, "x", 1.8, 1.1 * rows["depth"].max())
        log_axis(axes, "y", shown.min() / 1.5, shown.max() * 1.5)
        depths = np.sort(rows["depth"].unique())
        axes.set_xticks(depths, [f"{depth:g}" if depth != 15 else "" for depth in depths])
        axes.set_xlabel("depth $N$")
    left.set(ylabel="end − start, iterations", title=r"window at the same $\alpha^N$")
    right.set(ylabel="end / start", title="its end over its start")
    style.legend(figure)
    return figure


def _over_depth(
    axes: Axes, rows: pd.DataFrame, column: str, predicted: str, place: int, label: str
) -> None:
    """Problems and medians of a column at one of the starts, and medians of its prediction."""
    colour = (style.BLUE, style.ORANGE)[place % 2]
    shown = rows[rows[column] > 0]
    apart = shown.assign(x=shown["depth"] * parts.aside(place, 2, 1.1))
    parts.points(axes, apart, "x", column, color=colour)
    parts.line(axes, shown, "depth", column, color=colour, label=label, **parts.nested(2 * place))
    look = {"lw": 0.8, "ls": style.DASHED, "label": "prediction"}
    parts.line(axes, rows, "depth", predicted, color="0.2", **look)


def _allowed(axes: Axes, rows: pd.DataFrame, predicted: str, ends: tuple[float, float]) -> None:
    """Shade what is between two multiples of the medians of a prediction, by depth."""
    medians = rows.groupby("depth")[predicted].median()
    if len(medians) == 1:
        (depth,) = medians.index
        medians = pd.Series(medians.iloc[0], index=[0.93 * depth, 1.07 * depth])
    low, high = (end * medians for end in ends)
    words = "allowed by the claim"
    axes.fill_between(medians.index, low, high, color=style.SHADE, lw=0, zorder=0, label=words)
