"""Captions of the claims' figures: verdicts, with the numbers that they rest on, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from implicit_sparsity.formatting import unicode_interval
from implicit_sparsity.pipeline.claims.ledger_table import Ledger
from implicit_sparsity.pipeline.claims.ledger_text import found_in, said
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from implicit_sparsity.pipeline.report.html import (
    figure_legend,
    html_table,
    markup,
    setting_table,
    words,
)

#: A link that opens a figure of the report beside its caption.
_SHOW = (
    "javascript:app.setView({{navbarMode:'resultinfo',content:'img',resultPath:'{0}',"
    "contentPath:results['{0}'].data_uri}})"
)


def caption(found: Ledger, legend: str, settings: Mapping[str, Mapping[str, str]]) -> str:
    """Write one claim with what was found, its verdict and scope, its source and its setting.

    Parameters
    ----------
    found : Ledger
        The ledger of the claim alone.
    legend : str
        What its figure shows.
    settings : mapping of str to mapping
        What each of its studies was run with, in words, by name.

    Returns
    -------
    str
        HTML.
    """
    rows, cells = found
    first = rows.iloc[0]
    lines = [_metric(row, cells[cells["metric"] == row["metric"]]) for row in _records(rows)]
    tables = (setting_table(f"Setting of {words(name)}", at) for name, at in settings.items())
    condition = f"<p><small>Condition: {markup(first['condition'])}</small></p>\n"
    return (
        f"<p><b>Claim.</b> {markup(first['statement'])}</p>\n"
        + html_table(["metric", "found", "verdict"], lines)
        + f"<p><b>Verdict.</b> {_badge(first['verdict_on_claim'])} {markup(said(rows))}.</p>\n"
        + (condition if first["condition"] else "")
        + f"<p><small>Source: {markup(first['source'])}</small></p>\n"
        + figure_legend(legend)
        + "".join(tables)
    )


def _metric(row: dict[str, Any], cells: pd.DataFrame) -> list[str]:
    """A metric: what it is and its controls; what was found in every cell; the verdict."""
    listed = {
        role: "<br>".join(markup(found_in(cell)) for cell in _records(part))
        for role, part in cells.groupby("role", sort=False)
    }
    more = "".join(
        f"<details><summary>{role}</summary><small>{text}</small></details>"
        for role, text in listed.items()
    )
    positive = row["positive_control"]
    return [
        f"<b>{words(row['metric'])}</b>: {markup(row['meaning'])}<br>"
        f"<small>control: {markup(row['control'])}"
        + (f"<br>positive control: {markup(positive)}" if positive else "")
        + "</small>",
        f"<b>{_found(row)}</b> {markup(row['cell'])}<br>threshold {markup(row['threshold'])}; same "
        f"verdict {markup(row['same_verdict'])}<br><small>control: {_control(row)}</small>{more}",
        _badge(row["verdict"]) + (f"<br><small>{row['wanting']}</small>" if row["wanting"] else ""),
    ]


def ledger(found: pd.DataFrame) -> str:
    """Write all claims by part, with their metrics and verdicts; each name links to its figure.

    Parameters
    ----------
    found : DataFrame
        The metrics of what `pipeline.claims.ledger.ledger` returns.

    Returns
    -------
    str
        HTML.
    """
    parts = []
    for part, claims in found.groupby("part", sort=False):
        verdicts = claims.groupby("id", sort=False)["verdict_on_claim"].first().tolist()
        counts = " ".join(
            f"{_badge(verdict)} {verdicts.count(verdict)}"
            for verdict in (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
        )
        lines = [_claim(str(name), rows) for name, rows in claims.groupby("id", sort=False)]
        table = html_table(["claim", "found", "verdict"], lines)
        parts.append(f"<h3>{markup(str(part))}</h3>\n<p>{counts}</p>\n{table}")
    return "\n".join(parts)


def _claim(name: str, rows: pd.DataFrame) -> list[str]:
    """A claim: its name and statement, its metrics, its verdict and what it does."""
    first = rows.iloc[0]
    metrics = "".join(
        f'<li class="{row["verdict"]}"><b>{words(row["metric"])}</b> {_found(row)}, '
        f"threshold {markup(row['threshold'])}</li>"
        for row in _records(rows)
    )
    link = f'<a href="{_SHOW.format(first["figure"])}">{words(name)}</a>'
    verdict = f"{_badge(first['verdict_on_claim'])}<br><small>{markup(said(rows))}</small>"
    return [f"{link}<br>{markup(first['statement'])}", f"<ul>{metrics}</ul>", verdict]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _found(row: dict[str, Any]) -> str:
    """A value, with its interval if it has one."""
    return unicode_interval(row["value"], row["low"], row["high"])


def _control(row: dict[str, Any]) -> str:
    value = unicode_interval(row["control_value"], row["control_low"], row["control_high"])
    positive = f"; positive control {row['positive_verdict']}" if row["positive_verdict"] else ""
    return f"{value}, {row['control_verdict']}{positive}"


def _badge(verdict: str) -> str:
    """A verdict in its colour."""
    return f'<span class="badge {verdict}">{verdict}</span>'
