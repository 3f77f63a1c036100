"""Captions of the claims' figures: verdicts, with the numbers that they rest on, as HTML."""

from __future__ import annotations

from typing import Any

import pandas as pd

from implicit_sparsity.formatting import unicode_interval, unicode_number
from implicit_sparsity.pipeline.claims.verdicts import (
    CONTRADICTED,
    INCONCLUSIVE,
    MIXED,
    SUPPORTED,
    overall,
)
from implicit_sparsity.pipeline.report.html import html_table, markup, words

#: A link that opens a figure of the report beside its caption.
_SHOW = (
    "javascript:app.setView({{navbarMode:'resultinfo',content:'img',resultPath:'{0}',"
    "contentPath:results['{0}'].data_uri}})"
)


def caption(rows: pd.DataFrame) -> str:
    """Write one claim with its verdict, its metrics and its source.

    Parameters
    ----------
    rows : DataFrame
        The rows of the claim in the table that `pipeline.claims.ledger.ledger` returns.

    Returns
    -------
    str
        HTML.
    """
    lines = [
        [
            f"<b>{words(row['metric'])}</b>: {markup(row['meaning'])}<br>"
            f"<small>control: {markup(row['control'])}</small>",
            f"<b>{_found(row)}</b><br>threshold {markup(row['threshold'])}<br>"
            f"<small>control: {unicode_number(row['control_value'])}, "
            f"{row['control_verdict']}</small>",
            _badge(row["verdict"]),
        ]
        for row in rows.to_dict("records")
    ]
    statement, source = rows[["statement", "source"]].iloc[0]
    return (
        f"<p><b>Claim.</b> {markup(statement)}</p>\n"
        f"<p><b>Verdict.</b> {_badge(overall(rows['verdict']))}</p>\n"
        + html_table(["metric", "found", "verdict"], lines)
        + f"<p><small>Source: {markup(source)}</small></p>\n"
    )


def ledger(found: pd.DataFrame) -> str:
    """Write all claims with their verdicts and metrics; the name of each is a link to its figure.

    Parameters
    ----------
    found : DataFrame
        What `pipeline.claims.ledger.ledger` returns.

    Returns
    -------
    str
        HTML.
    """
    claims = found.groupby("id", sort=False)
    verdicts = [overall(rows["verdict"]) for _, rows in claims]
    lines = []
    for (name, rows), verdict in zip(claims, verdicts, strict=True):
        statement, figure = rows[["statement", "figure"]].iloc[0]
        metrics = "".join(
            f'<li class="{row["verdict"]}"><b>{words(row["metric"])}</b> {_found(row)}, '
            f"threshold {markup(row['threshold'])}</li>"
            for row in rows.to_dict("records")
        )
        link = f'<a href="{_SHOW.format(figure)}">{words(str(name))}</a>'
        lines.append([f"{link}<br>{markup(statement)}", f"<ul>{metrics}</ul>", _badge(verdict)])
    counts = " ".join(
        f"{_badge(verdict)} {verdicts.count(verdict)}"
        for verdict in (SUPPORTED, CONTRADICTED, MIXED, INCONCLUSIVE)
    )
    return f"<p>{counts}</p>\n" + html_table(["claim", "found", "verdict"], lines)


def _found(row: dict[str, Any]) -> str:
    """A value, with its interval if it has one."""
    return unicode_interval(row["value"], row["low"], row["high"])


def _badge(verdict: str) -> str:
    """A verdict in its colour."""
    return f'<span class="badge {verdict}">{verdict}</span>'
