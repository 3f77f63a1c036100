"""The ledger of claims: what was found, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import pandas as pd

from implicit_sparsity.formatting import plain_interval, plain_number
from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.config.claims import Claim, Metric

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
#: Of a claim, some of whose metrics are supported and some contradicted.
MIXED = "mixed"

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


def ledger(claims: Mapping[str, Claim], tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Judge every metric of every claim.

    Parameters
    ----------
    claims : by id; each has a module of that name in ``claims/``.
    tables : the tables of their studies, by name.

    Returns
    -------
    DataFrame
        Columns ``COLUMNS``, one row for each metric.

    Raises
    ------
    ValueError
        If a claim's module gives other metrics than its entry names.
    """
    rows = []
    for claim in claims.values():
        module = import_module(f"implicit_sparsity.pipeline.claims.{claim.id}")
        found = module.evidence({study: tables[study] for study in claim.studies})
        if set(found) != set(claim.metrics):
            odd = min(set(found) ^ set(claim.metrics))
            raise ValueError(
                f"Claim {claim.id} has the metric {odd!r} either in claims.yaml or in its module "
                "but not in both; make them agree."
            )
        rows += [_row(claim, name, metric, found[name]) for name, metric in claim.metrics.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


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
        "threshold": threshold(metric),
        "verdict": verdict(metric, evidence),
        "control": metric.control,
        "control_value": evidence.control,
        "control_verdict": control_verdict(metric, evidence.control),
    }


def holds(metric: Metric, value: float) -> bool:
    """Whether a value lies within the threshold; NaN does not."""
    least = -math.inf if metric.least is None else metric.least
    most = math.inf if metric.most is None else metric.most
    return least <= value <= most


def control_verdict(metric: Metric, value: float) -> str:
    """Whether the metric fails on its control, as it must."""
    if math.isnan(value):
        return "unknown"
    return "holds" if holds(metric, value) else "fails"


def verdict(metric: Metric, evidence: Evidence) -> str:
    """Supported if the whole interval holds, contradicted if it lies off the threshold.

    Inconclusive if it straddles an end of the threshold, if a value is NaN, or if the control, on
    which the claim must fail, does not fail. Without an interval the value alone decides.
    """
    low, high = evidence.low, evidence.high
    if math.isnan(low):
        low = high = evidence.value
    if math.isnan(evidence.value) or control_verdict(metric, evidence.control) != "fails":
        return INCONCLUSIVE
    if holds(metric, low) and holds(metric, high):
        return SUPPORTED
    below = metric.least is not None and high < metric.least
    above = metric.most is not None and low > metric.most
    return CONTRADICTED if below or above else INCONCLUSIVE


def threshold(metric: Metric) -> str:
    """In words: ≥ 0.9, ≤ 2, or 0.8 to 1.2."""
    if metric.least is None:
        return f"≤ {metric.most:g}"
    if metric.most is None:
        return f"≥ {metric.least:g}"
    return f"{metric.least:g} to {metric.most:g}"


def overall(verdicts: pd.Series) -> str:
    """The verdict on a claim, from those on its metrics.

    Supported if all are; contradicted if one is and none is supported; mixed if some are supported
    and some contradicted; otherwise inconclusive.
    """
    if (verdicts == CONTRADICTED).any():
        return MIXED if (verdicts == SUPPORTED).any() else CONTRADICTED
    return SUPPORTED if (verdicts == SUPPORTED).all() else INCONCLUSIVE


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
