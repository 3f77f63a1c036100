"""The ledger of claims as a picture: a block for each claim, a line for each metric."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from implicit_sparsity.formatting import mathtext_interval, mathtext_label, plain_number
from implicit_sparsity.pipeline.claims.verdicts import (
    CONTRADICTED,
    INCONCLUSIVE,
    MIXED,
    SUPPORTED,
    overall,
)
from implicit_sparsity.pipeline.figures import style

#: Colour and symbol of each verdict.
VERDICTS = {
    SUPPORTED: (style.BLUE, "✓"),
    CONTRADICTED: (style.VERMILION, "✗"),
    MIXED: ("#8A6500", "±"),
    INCONCLUSIVE: ("0.35", "?"),
}

# Inches: the columns and the right margin; lines of each kind, and the gap between blocks.
_BAR, _METRIC, _FOUND, _THRESHOLD, _CONTROL, _VERDICT, _END = 0.05, 0.16, 1.55, 3.0, 3.8, 4.55, 5.46
_HEAD, _PROSE, _LINE, _GAP = 0.14, 0.104, 0.113, 0.085
# Points, and greys of what is said in words and in passing.
_LARGE, _MEDIUM, _SMALL, _DARK, _LIGHT = 7.5, 6.5, 6.2, "0.3", "0.45"


def draw(found: pd.DataFrame) -> Figure:
    """Every claim with its verdict, and every metric with what it was judged on.

    As tall as it needs to be. ``found`` is what `ledger.ledger` makes.
    """
    figure, ((page,),) = style.panels(1, 1, 1)
    figure.set_layout_engine("none")
    page.set_axis_off()
    page.set_position((0, 0, 1, 1))
    y = _titles(page, found)
    for name, rows in found.groupby("id", sort=False):
        y = _block(page, y, str(name), rows)
    figure.set_size_inches(style.WIDTH, y)
    page.set(xlim=(0, style.WIDTH), ylim=(y, 0))
    return figure


def _write(page: Axes, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Words whose line begins at (x, y), smaller where they would run into the next column."""
    stops = (_FOUND, _THRESHOLD, _CONTROL, _VERDICT, _END)
    width = min(stop for stop in stops if stop > x) - x - 0.05
    words = page.text(x, y + _LINE - 0.025, text, fontsize=size, **look)
    if (share := _width(page, words) / width) > 1:
        words.set_fontsize(size / share)


def _width(page: Axes, words: Text) -> float:
    """In inches."""
    return words.get_window_extent().width / page.get_window_extent().width * style.WIDTH


def _titles(page: Axes, found: pd.DataFrame) -> float:
    """How many claims have which verdict, and names of the columns; the place below in inches."""
    verdicts = found.groupby("id")["verdict"].agg(overall)
    for x, verdict in zip((_METRIC, _FOUND, _THRESHOLD, _CONTROL), VERDICTS, strict=True):
        colour, symbol = VERDICTS[verdict]
        count = f"{symbol} {(verdicts == verdict).sum()} {verdict}"
        page.text(x, _LINE + 0.02, count, fontsize=_LARGE, weight="bold", color=colour)
    y = 0.05 + _HEAD
    titles = {
        _METRIC: "metric",
        _FOUND: "found [95 % interval]",
        _THRESHOLD: "threshold",
        _CONTROL: "control",
        _VERDICT: "verdict",
    }
    for x, title in titles.items():
        _write(page, x, y, title, _SMALL, color=_LIGHT, style="italic")
    return y + _LINE + _GAP


def _block(page: Axes, top: float, name: str, rows: pd.DataFrame) -> float:
    """A claim: name and verdict, the statement, a line for each metric; the place below."""
    verdict = overall(rows["verdict"])
    colour, symbol = VERDICTS[verdict]
    page.plot((_BAR, _END), (top - _GAP / 2,) * 2, color="0.85", lw=0.5)
    _write(page, _METRIC, top, name.replace("_", " "), _LARGE, weight="bold")
    _write(page, _VERDICT, top, f"{symbol} {verdict}", _LARGE, weight="bold", color=colour)
    y = top + _HEAD
    for line in _wrapped(page, rows["statement"].iloc[0], _END - _METRIC):
        page.text(_METRIC, y + _LINE - 0.025, line, fontsize=_SMALL, color=_DARK)
        y += _PROSE
    y += 0.012
    for row in rows.to_dict("records"):
        colour_here, symbol = VERDICTS[row["verdict"]]
        value = mathtext_interval(row["value"], row["low"], row["high"])
        control = f"{mathtext_label(plain_number(row['control_value']))} {row['control_verdict']}"
        _write(page, _METRIC, y, row["metric"].replace("_", " "), _MEDIUM)
        _write(page, _FOUND, y, value, _MEDIUM)
        _write(page, _THRESHOLD, y, mathtext_label(row["threshold"]), _MEDIUM)
        weight = "bold" if row["control_verdict"] == "holds" else "normal"
        _write(page, _CONTROL, y, control, _MEDIUM, color=_LIGHT, weight=weight)
        _write(page, _VERDICT, y, f"{symbol} {row['verdict']}", _MEDIUM, color=colour_here)
        y += _LINE
    page.add_patch(Rectangle((_BAR, top), 0.04, y - top, color=colour, lw=0))
    return y + _GAP


def _wrapped(page: Axes, statement: str, width: float) -> list[str]:
    """The statement in lines of at most ``width`` inches, its exponents set as such."""
    statement = re.sub(r"(\w)\^({[^}]*}|\w)", r"$\1^\2$", statement)
    ruler = page.text(0, 0, "", fontsize=_SMALL)
    lines = [""]
    for word in statement.split():
        ruler.set_text(f"{lines[-1]} {word}".strip())
        if _width(page, ruler) <= width:
            lines[-1] = ruler.get_text()
        else:
            lines.append(word)
    ruler.remove()
    return lines
