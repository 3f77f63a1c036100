"""The ledger in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from implicit_sparsity.formatting import plain_interval
from implicit_sparsity.pipeline.claims.ledger_table import OUTSIDE, Ledger
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE, OPEN, SUPPORTED
from implicit_sparsity.pipeline.config.claim_keys import PARTS

HEAD = """# The ledger of claims

Made by the pipeline from `config/claims.yaml`, `results/studies/` and `results/related/`; as
tables, it is `results/claims.csv` and `results/claims_cells.csv`. A number is that of the least
favourable cell, with its 95 % interval; every cell stands below. *Same verdict* is the range of
thresholds for which the verdict would be the same. The verdict on a claim is that on its primary
metrics, in bold.
"""


def markdown(found: Ledger) -> str:
    """The whole ledger: its parts, and in each a section for each claim with all its metrics."""
    lines = [HEAD]
    for part, rows in found.metrics.groupby("part", sort=False):
        lines += [f"## {part}\n", f"{tally(rows)}.\n"]
        for name, metrics in rows.groupby("id", sort=False):
            lines += _claim(str(name), metrics, found.cells[found.cells["id"] == name])
    return "\n".join(lines)


def tally(rows: pd.DataFrame) -> str:
    """How many claims have which verdict: 5 supported, 1 contradicted, 2 inconclusive."""
    verdicts = rows.groupby("id")["verdict_on_claim"].first()
    return ", ".join(
        f"{(verdicts == verdict).sum()} {verdict}"
        for verdict in (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
    )


def summary(found: Ledger) -> str:
    """The claims of the paper's abstract, in our words, and what was found, for README.

    Below the table, the verdicts on all of the paper's claims, and which are contradicted.
    """
    rows = found.metrics[found.metrics["origin"] == "abstract"]
    lines = ["| claim, after the paper's abstract | found here |", "|---|---|"]
    for _, metrics in rows.groupby("id", sort=False):
        first = metrics.iloc[0]
        effects = ", ".join(map(effect, metrics[metrics["primary"]].to_dict("records")))
        scope = "; ".join(
            clause for clause in first["scope"].split("; ") if not clause.startswith(OUTSIDE)
        )
        verdict = f"[{first['verdict_on_claim']}]({first['figure']}): {effects}; {scope}"
        lines.append(f"| {_cell(first['statement'])} | {_cell(verdict)} |")
    paper = found.metrics[found.metrics["part"] == PARTS[0].title]
    false = paper.loc[paper["verdict_on_claim"] == CONTRADICTED, "id"].unique()
    named = f"; contradicted: {', '.join(false).replace('_', ' ')}" if len(false) else ""
    lines += ["", f"Of all the paper's claims {tally(paper)}{named}."]
    return "\n".join(lines) + "\n"


def effect(row: Mapping[str, Any]) -> str:
    """A metric with its number: share with window 1 [0.94, 1]."""
    number = plain_interval(row["value"], row["low"], row["high"])
    return f"{row['metric'].replace('_', ' ')} {number}"


def said(metrics: pd.DataFrame) -> str:
    """What a claim does, and why that gives no verdict: fails, but its positive control is
    undecided.

    Parameters
    ----------
    metrics : DataFrame
        Its rows of the ledger.
    """
    wanting = [
        "its positive control is undecided"
        if row["wanting"].startswith("the positive control") and row["positive_verdict"] == OPEN
        else row["wanting"]
        for row in metrics[metrics["primary"]].to_dict("records")
        if isinstance(row["wanting"], str) and row["wanting"]  # empty may be read as NaN
    ]
    reasons = " and ".join(dict.fromkeys(wanting))
    return f"{metrics['scope'].iloc[0]}, but {reasons}" if reasons else metrics["scope"].iloc[0]


def _claim(name: str, metrics: pd.DataFrame, cells: pd.DataFrame) -> Iterator[str]:
    first = metrics.iloc[0]
    figure = first["figure"].removeprefix("paper_figures/")
    yield f"### {name}: {first['verdict_on_claim']}\n"
    yield f"{first['statement']}\n"
    yield f"**{first['verdict_on_claim'].capitalize()}**: {said(metrics)}.\n"
    condition = f" *Condition:* {first['condition']}" if first["condition"] else ""
    shown = f" *Shown in the paper's:* {first['shown_in']}." if first["shown_in"] else ""
    yield f"*Source:* {first['source']}{shown}{condition} *Figure:* [{figure}]({figure})\n"
    yield _table(
        ["metric", "found", "threshold", "same verdict", "controls", "verdict"],
        map(_line, metrics.to_dict("records")),
    )
    yield _table(
        ["metric", "every cell"],
        (
            [f"{metric}, {role}", "; ".join(map(found_in, rows.to_dict("records")))]
            for (metric, role), rows in cells.groupby(["metric", "role"], sort=False)
        ),
    )


def _line(row: Mapping[str, Any]) -> list[str]:
    """A metric."""
    mark = "**" if row["primary"] else ""
    control = plain_interval(row["control_value"], row["control_low"], row["control_high"])
    controls = f"{row['control']}: {control}, {row['control_verdict']}"
    if row["positive_control"]:
        controls += f"; positive, {row['positive_control']}: {row['positive_verdict']}"
    found = plain_interval(row["value"], row["low"], row["high"])
    return [
        f"{mark}{row['metric']}{mark}: {row['meaning']}",
        f"{found} at {row['cell']}" if row["cell"] else found,
        f"{row['threshold']} ({row['why']})",
        row["same_verdict"],
        controls,
        row["verdict"] + (f" ({row['wanting']})" if row["wanting"] else ""),
    ]


def found_in(row: Mapping[str, Any]) -> str:
    """A cell: N = 2: 1 [0.94, 1] of 60, holds."""
    found = f"{plain_interval(row['value'], row['low'], row['high'])} of {row['count']:g}"
    place = f"{row['cell']}: " if row["cell"] else ""
    return f"{place}{found}, {row['state']}"


def _table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    rows = [heads, ["---"] * len(heads), *lines]
    return "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
