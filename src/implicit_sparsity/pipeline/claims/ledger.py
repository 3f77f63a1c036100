"""The ledger of claims: what was found, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from implicit_sparsity.formatting import plain_interval, plain_number
from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.claims.protocol import ClaimModule
from implicit_sparsity.pipeline.claims.registry import CLAIMS, claim_module
from implicit_sparsity.pipeline.claims.verdicts import (
    control_verdict,
    overall,
    stated_threshold,
    verdict,
)
from implicit_sparsity.pipeline.config.claims import Claim, Metric

COLUMNS = [
    "id",
    "statement",
    "source",
    "figure",
    "metric",
    "meaning",
    "value",
    "low",
    "high",
    "threshold",
    "verdict",
    "control",
    "control_value",
    "control_verdict",
]


def ledger(
    claims: Mapping[str, Claim],
    tables: Mapping[str, pd.DataFrame],
    modules: Mapping[str, ClaimModule] = CLAIMS,
) -> pd.DataFrame:
    """Judge every metric of every claim.

    Parameters
    ----------
    claims : mapping of str to Claim
        The entries of claims.yaml, by id.
    tables : mapping of str to DataFrame
        The tables of their studies, by name.
    modules : mapping of str to ClaimModule
        The modules of the claims, by id.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``, one row for each metric.

    Raises
    ------
    ValueError
        If a claim has no module, or one that gives other metrics than its entry names.
    """
    rows = []
    for claim in claims.values():
        module = claim_module(claim.id, modules)
        found = module.evidence({study: tables[study] for study in claim.studies})
        agree(claim, found)
        rows += [_row(claim, name, metric, found[name]) for name, metric in claim.metrics.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def agree(claim: Claim, metrics: Iterable[str]) -> None:
    """Check that a claim's module has the metrics of its entry.

    Raises
    ------
    ValueError
        If it has others.
    """
    if odd := set(metrics) ^ set(claim.metrics):
        raise ValueError(
            f"Claim {claim.id} has the metric {min(odd)!r} either in claims.yaml or in its module "
            "but not in both; make them agree."
        )


def _row(claim: Claim, name: str, metric: Metric, evidence: Evidence) -> dict[str, object]:
    return {
        "id": claim.id,
        "statement": claim.statement,
        "source": claim.source,
        "figure": f"paper_figures/{claim.id}.png",
        "metric": name,
        "meaning": metric.meaning,
        "value": evidence.value,
        "low": evidence.low,
        "high": evidence.high,
        "threshold": stated_threshold(metric),
        "verdict": verdict(metric, evidence),
        "control": metric.control,
        "control_value": evidence.control,
        "control_verdict": control_verdict(metric, evidence.control),
    }


def summary(found: pd.DataFrame) -> str:
    """The ledger in Markdown, one line for each claim."""
    lines = ["| claim | verdict |", "|---|---|"]
    for name, rows in found.groupby("id", sort=False):
        statement, figure = rows[["statement", "figure"]].iloc[0]
        lines.append(f"| [{name}]({figure}) {statement} | {overall(rows['verdict'])} |")
    return "\n".join(lines) + "\n"


def markdown(found: pd.DataFrame) -> str:
    """The whole ledger in Markdown: one line for each claim, then its metrics."""
    parts = [
        "# The ledger of claims\n",
        "Made by the pipeline from `config/claims.yaml` and `results/studies/`; as a table, it is "
        "`results/claims.csv`. A claim is supported if all its metrics are, contradicted if one is "
        "and none is supported, and mixed if some are supported and some contradicted. Brackets "
        "hold 95 % bootstrap intervals over replicates.\n",
    ]
    for name, rows in found.groupby("id", sort=False):
        first = rows.iloc[0]
        figure = first["figure"].removeprefix("paper_figures/")
        parts += [
            f"## {name}: {overall(rows['verdict'])}\n",
            f"{first['statement']}\n",
            f"*Source:* {first['source']} *Figure:* [{figure}]({figure})\n",
            "| metric | found | threshold | control | verdict |\n|---|---|---|---|---|\n"
            + "".join(map(_line, rows.to_dict("records"))),
        ]
    return "\n".join(parts)


def _line(row: Mapping[str, Any]) -> str:
    control = f"{plain_number(row['control_value'])} {row['control_verdict']} ({row['control']})"
    found = plain_interval(row["value"], row["low"], row["high"])
    metric = f"{row['metric']}: {row['meaning']}"
    cells = [metric, found, row["threshold"], control, row["verdict"]]
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"
