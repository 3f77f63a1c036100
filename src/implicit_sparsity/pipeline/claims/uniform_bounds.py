"""In the window, at all times, errors on the support are of the order of the noise."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence, by, quantile
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.claims.selection import flows, windows
from implicit_sparsity.pipeline.claims.sparse_recovery import LOOKS, parted
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import depth_axis, log_axis

#: Nine in ten problems stay below what is judged.
NINE_IN_TEN = partial(quantile, q=0.9)


def select(tables: Tables) -> Tables:
    """Flows with strong signals alone, and with weak ones beside strong ones ("weak").

    ``strong`` and ``weak`` are the largest errors in the window over the noise level, infinite
    without a window; ``opens_late`` and ``closes_late`` are the measured edges of windows over the
    predicted ones, and ``opens_later`` and ``closes_later`` over those that are predicted for the
    next depth of the study.
    """
    found = parted(_measured(tables["sparse_recovery"]))
    weak = _measured(tables["weak_signals"])
    return found | {"weak": weak[weak["inside"]]}


def _measured(table: pd.DataFrame) -> pd.DataFrame:
    rows = windows(flows(table))
    opens = rows["window_size"] > 0
    for column in ("strong", "weak"):
        rows[column] = rows[column].where(opens, np.inf)
    depths = np.sort(rows["depth"].unique())
    following = dict(zip(depths, [*depths[1:], depths[-2]], strict=True))
    keys = ["n", "p", "k", "signal", "replicate", "depth"]
    edges = rows[[*keys, "predicted_start", "predicted_end"]]
    after = rows[keys].assign(depth=rows["depth"].map(following)).merge(edges, "left", on=keys)
    for edge, name in (("start", "opens"), ("end", "closes")):
        measured = rows[f"window_{edge}"].where(opens)
        rows[f"{name}_late"] = measured / rows[f"predicted_{edge}"]
        rows[f"{name}_later"] = measured / after[f"predicted_{edge}"].to_numpy()
    return rows


def evidence(tables: Tables) -> dict[str, Evidence]:
    """strong_constant and weak_constant, opens_as_predicted and closes_as_predicted."""
    rows = select(tables)
    place = ["depth", "signal"]

    def constant(part: str, column: str) -> list[Cell]:
        return by(rows[part], place, column, NINE_IN_TEN) if len(rows[part]) else []

    strong, control, positive, outside = (
        constant(part, "strong") for part in ("judged", "control", "positive", "outside")
    )
    found = {
        "strong_constant": Evidence(strong, control, positive, outside),
        "weak_constant": Evidence(constant("weak", "weak"), control),
    }
    judged = rows["judged"][rows["judged"]["window_size"] > 0]
    for name in ("opens", "closes"):
        cells, shifted = (by(judged, place, f"{name}_{late}") for late in ("late", "later"))
        found[f"{name}_as_predicted"] = Evidence(cells, shifted)
    return found


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, the largest error of a signal at any time in the window over the noise level.

    Every problem is a light point, and the strong point is what nine in ten stay below; the title
    has the largest of all problems inside the condition with a window. Right, the measured edges of
    the windows over the predicted ones, medians and problems. The control has many non-zero
    weights, the positive control one.
    """
    rows = select(tables)
    figure, ((left, right),) = style.panels(1, 2, 2.6, sharey=False)
    shown = {part: (rows[part], "strong", *look) for part, look in LOOKS.items() if len(rows[part])}
    shown["weak"] = (rows["weak"], "weak", style.PURPLE, "v", "weak signals")
    limits = [claim.metrics[name].limit for name in ("strong_constant", "weak_constant")]
    top = 3 * max(limits)
    for place, (part, column, colour, marker, words) in enumerate(shown.values()):
        nine = partial(pd.Series.quantile, q=0.9, interpolation="lower")
        look = (colour, words, 0.16 * (place - 2), marker)
        parts.by_depth(left, part, column, *look, off_scale=top, middle=nine, joined=False)
    parts.threshold_line(left, limits[0])
    log_axis(left, "y", 0.1, 1.3 * top, {top: "no\nwindow"})
    judged = rows["judged"]
    largest = judged.loc[np.isfinite(judged["strong"]), "strong"].max()
    words = f"on the support; inside the\ncondition at most {largest:.3g}"
    left.set(ylabel=r"largest error / $\lambda$", title=words)
    for column, colour, marker, words, shift in (
        ("opens_late", style.SKY, "<", "start of window", -0.1),
        ("closes_late", style.VERMILION, ">", "end of window", 0.1),
    ):
        parts.by_depth(right, judged.dropna(subset=column), column, colour, words, shift, marker)
    for limit in claim.metrics["opens_as_predicted"].ends:
        parts.threshold_line(right, limit)
    log_axis(right, "y", 0.4, 2.5)
    right.set(ylabel="measured / predicted", title="edges of the window")
    for axes in (left, right):
        depth_axis(axes, judged["depth"])
    style.legend(figure)
    return figure
