"""A part of the ledger as a picture: a block for each claim, a line for each metric."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from implicit_sparsity.formatting import mathtext_interval, mathtext_label, plain_number
from implicit_sparsity.pipeline.claims.ledger_text import said
from implicit_sparsity.pipeline.claims.verdicts import (
    CONTRADICTED,
    FAILS,
    INCONCLUSIVE,
    SUPPORTED,
)
from implicit_sparsity.pipeline.figures import style

#: Colour and symbol of each verdict.
VERDICTS = {
    SUPPORTED: (style.BLUE, "✓"),
    CONTRADICTED: (style.VERMILION, "✗"),
    INCONCLUSIVE: ("0.35", "?"),
}

# Inches: the columns and the right margin; lines of each kind, and the gap between blocks.
_BAR, _METRIC, _FOUND, _THRESHOLD, _SAME, _CONTROL = 0.05, 0.16, 1.33, 2.48, 3.08, 3.95
_VERDICT, _END = 4.69, 5.46
_PART, _HEAD, _PROSE, _LINE, _GAP = 0.17, 0.14, 0.104, 0.113, 0.085
# Points, and greys of what is said in words and in passing.
_LARGE, _MEDIUM, _SMALL, _DARK, _LIGHT = 7.5, 6.5, 6.2, "0.3", "0.45"

#: A letter with an index, an exponent, or both, such as u_l² and |w_j|^{2/N}; raised digits.
_SCRIPTS = re.compile(r"(?<!\w)[^\W\d_]_[^\W_²³](?:\^(?:{[^}]*}|\w)|[²³])?|[\w|]\^(?:{[^}]*}|\w)")
_RAISED = str.maketrans({"²": "^2", "³": "^3"})


def draw(found: pd.DataFrame) -> Figure:
    """Every claim of a part with its verdict, and every metric with what it was judged on.

    As tall as it needs to be. ``found`` has the part's rows of the table of metrics that
    `ledger.ledger` makes.
    """
    figure, page = style.page()
    y = _titles(page, 0.02, found)
    for name, rows in found.groupby("id", sort=False):
        y = _block(page, y, str(name), rows)
    figure.set_size_inches(style.WIDTH, y)
    page.set(xlim=(0, style.WIDTH), ylim=(y, 0))
    return figure


def _write(
    page: Axes, x: float, y: float, text: str, size: float, end: float = _END, **look: Any
) -> None:
    """Words whose line begins at (x, y), smaller where they would run into the next column.

    ``end`` is where a line ends that has no such column before.
    """
    columns = (_FOUND, _THRESHOLD, _SAME, _CONTROL, _VERDICT)
    stops = [stop for stop in columns if stop > x] if end == _END else []
    width = min([*stops, end]) - x - 0.05
    words = page.text(x, y + _LINE - 0.025, text, fontsize=size, **look)
    if (share := _width(page, words) / width) > 1:
        words.set_fontsize(size / share)


def _width(page: Axes, words: Text) -> float:
    """In inches."""
    return words.get_window_extent().width / page.get_window_extent().width * style.WIDTH


def _titles(page: Axes, top: float, found: pd.DataFrame) -> float:
    """The part with its tally beside it, and names of the columns; the place below."""
    verdicts = found.groupby("id")["verdict_on_claim"].first()
    part = found["part"].iloc[0]
    heading = page.text(_BAR, top + _LINE, part, fontsize=_LARGE + 1.5, weight="bold")
    x = _BAR + _width(page, heading) + 0.15
    claims = f"{len(verdicts)} claim{'s' * (len(verdicts) > 1)}:"
    tally = [(f"{(verdicts == name).sum()} {name}", look[0]) for name, look in VERDICTS.items()]
    for text, colour in ((claims, _DARK), *tally):
        ending = "" if text in (claims, tally[-1][0]) else ","
        words = page.text(x, top + _LINE, text + ending, fontsize=_LARGE, color=colour)
        x += _width(page, words) + 0.1
    y = top + _PART
    titles = {
        _METRIC: "metric (• primary)",
        _FOUND: "least favourable [95 %]",
        _THRESHOLD: "threshold",
        _SAME: "same verdict",
        _CONTROL: "control",
        _VERDICT: "verdict",
    }
    for x, title in titles.items():
        _write(page, x, y, title, _SMALL, color=_LIGHT, style="italic")
    return y + _LINE + _GAP


def _block(page: Axes, top: float, name: str, rows: pd.DataFrame) -> float:
    """A claim: name and verdict, statement and scope, a line for each metric; the place below."""
    first = rows.iloc[0]
    colour, symbol = VERDICTS[first["verdict_on_claim"]]
    page.plot((_BAR, _END), (top - _GAP / 2,) * 2, color="0.85", lw=0.5)
    _write(page, _METRIC, top, name.replace("_", " "), _LARGE, end=_VERDICT, weight="bold")
    words = f"{symbol} {first['verdict_on_claim']}"
    _write(page, _VERDICT, top, words, _LARGE, weight="bold", color=colour)
    y = top + _HEAD
    for text, shade in ((first["statement"], _DARK), (f"{said(rows)}.", colour)):
        for line in _wrapped(page, text, _END - _METRIC):
            page.text(_METRIC, y + _LINE - 0.025, line, fontsize=_SMALL, color=shade)
            y += _PROSE
    y += 0.012
    for row in rows.to_dict("records"):
        _metric(page, y, row)
        y += _LINE
    page.add_patch(Rectangle((_BAR, top), 0.04, y - top, color=colour, lw=0))
    return y + _GAP


def _metric(page: Axes, y: float, row: Mapping[str, Any]) -> None:
    """The line of a metric."""
    colour, symbol = VERDICTS[row["verdict"]]
    value = mathtext_interval(row["value"], row["low"], row["high"])
    control = f"{mathtext_label(plain_number(row['control_value']))} {row['control_verdict']}"
    mark = "• " if row["primary"] else ""
    _write(page, _METRIC, y, mark + row["metric"].replace("_", " "), _MEDIUM)
    _write(page, _FOUND, y, value, _MEDIUM)
    _write(page, _THRESHOLD, y, mathtext_label(row["threshold"]), _MEDIUM)
    _write(page, _SAME, y, mathtext_label(row["same_verdict"]), _MEDIUM, color=_LIGHT)
    weight = "normal" if row["control_verdict"] == FAILS else "bold"
    _write(page, _CONTROL, y, control, _MEDIUM, color=_LIGHT, weight=weight)
    _write(page, _VERDICT, y, f"{symbol} {row['verdict']}", _MEDIUM, color=colour)


def _wrapped(page: Axes, statement: str, width: float) -> list[str]:
    """The statement in lines of at most ``width`` inches, its indices and exponents set as such."""
    statement = _SCRIPTS.sub(lambda found: f"${found[0].translate(_RAISED)}$", statement)
    ruler = page.text(0, 0, "", fontsize=_SMALL)
    words = statement.split()

    def reaches(end: int) -> float:
        ruler.set_text(" ".join(words[start:end]))
        return _width(page, ruler)

    lines, start = [], 0
    while start < len(words):
        # A line is the wider, the more words it has: no need to measure it with each in turn.
        end = bisect_right(range(len(words) + 1), width, lo=start + 2, key=reaches) - 1
        lines.append(" ".join(words[start:end]))
        start = end
    ruler.remove()
    return lines
