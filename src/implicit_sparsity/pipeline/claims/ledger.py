"""The ledger of claims: what was found, and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence
from implicit_sparsity.pipeline.claims.ledger_table import OUTSIDE, Ledger
from implicit_sparsity.pipeline.claims.protocol import ClaimModule, claim_module
from implicit_sparsity.pipeline.claims.robustness import same_verdict, stated_range
from implicit_sparsity.pipeline.claims.scope import label, scope
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.claims.statistics import LEVEL
from implicit_sparsity.pipeline.claims.verdicts import (
    Judged,
    judge,
    least_favourable,
    most_favourable,
    overall,
    stated_threshold,
    states,
)
from implicit_sparsity.pipeline.config.claims import Claim, Metric


def ledger(
    claims: Mapping[str, Claim],
    tables: Mapping[str, pd.DataFrame],
    modules: Mapping[str, ClaimModule],
) -> Ledger:
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
    Ledger

    Raises
    ------
    ValueError
        If a claim has no module, or one that gives other metrics than its entry names, or if a
        metric is judged at depths at which it has no control.
    """
    metrics: list[dict[str, Any]] = []
    cells: list[dict[str, Any]] = []
    for claim in claims.values():
        found = claim_module(claim.id, modules).evidence(marked(claim, tables))
        agree(claim, found)
        judged = {name: judge(metric, found[name]) for name, metric in claim.metrics.items()}
        shared = _claim(claim, found, judged)
        for name, metric in claim.metrics.items():
            metrics.append(shared | _metric(name, metric, found[name], judged[name]))
            cells += _cells(claim.id, name, metric, found[name], judged[name])
    return Ledger(pd.DataFrame(metrics), pd.DataFrame(cells))


def agree(claim: Claim, found: Mapping[str, Evidence]) -> None:
    """Check that a claim's module has the metrics of its entry, each with the controls it needs.

    Raises
    ------
    ValueError
        If it has others, or too few controls.
    """
    if odd := set(found) ^ set(claim.metrics):
        raise ValueError(
            f"Claim {claim.id} has the metric {min(odd)!r} either in claims.yaml or in its module "
            "but not in both; make them agree."
        )
    for name, evidence in found.items():
        place = f"{claim.id}.{name}"
        wanted = claim.metrics[name].positive_control
        for cells, words in (
            (evidence.cells, "anything that is judged"),
            (evidence.control, "its control"),
            (evidence.positive or not wanted, "its positive control"),
        ):
            if not cells:
                raise ValueError(
                    f"The metric {place} has no rows of {words} in {', '.join(claim.studies)}; add "
                    "them to the grid in config.yaml."
                )
        if evidence.positive and not wanted:
            raise ValueError(
                f"The metric {place} has a positive control in its module but not in claims.yaml; "
                "make them agree."
            )
        controlled = _depths(evidence.control)
        if controlled and (without := _depths(evidence.cells) - controlled):
            raise ValueError(
                f"The metric {place} is judged at depth {min(without):g}, where it has no control; "
                "add that depth to the study of its control."
            )


def _depths(cells: Iterable[Cell]) -> set[Any]:
    return {cell.place["depth"] for cell in cells if "depth" in cell.place}


def _claim(
    claim: Claim, found: Mapping[str, Evidence], judged: Mapping[str, Judged]
) -> dict[str, Any]:
    """What the rows of all metrics of a claim share."""
    primary = list(claim.primary)
    return {
        "id": claim.id,
        "part": claim.part.title,
        "origin": claim.origin,
        "statement": claim.statement,
        "source": claim.source,
        "shown_in": ", ".join(claim.shown_in),
        "condition": claim.condition.words if claim.condition else "",
        "figure": f"paper_figures/{claim.id}.png",
        "verdict_on_claim": overall(judged[name].verdict for name in primary),
        "scope": "; ".join(_scopes({name: (found[name], judged[name]) for name in primary})),
    }


def _scopes(primary: Mapping[str, tuple[Evidence, Judged]]) -> list[str]:
    """Where the primary metrics hold and where they fail: in a clause where all do alike."""
    inside = {name: scope(each.cells, verdict.cells) for name, (each, verdict) in primary.items()}
    clauses = _merged(inside)
    outside = {
        name: scope(each.outside, verdict.outside)
        for name, (each, verdict) in primary.items()
        if each.outside
    }
    return clauses + [f"{OUTSIDE}, {clause}" for clause in _merged(outside)]


def _merged(clauses: Mapping[str, str]) -> list[str]:
    """Clauses by metric; one alone if they are all the same."""
    if len(set(clauses.values())) <= 1:
        return list(clauses.values())[:1]
    return [f"{name.replace('_', ' ')} {clause}" for name, clause in clauses.items()]


def _metric(name: str, metric: Metric, evidence: Evidence, judged: Judged) -> dict[str, Any]:
    worst = least_favourable(metric, evidence.cells)
    control = most_favourable(metric, evidence.control)
    low, high = worst.ends
    control_low, control_high = control.ends
    return {
        "metric": name,
        "primary": metric.primary,
        "meaning": metric.meaning,
        "value": worst.value,
        "low": low,
        "high": high,
        "cell": label(worst.place),
        "count": worst.count,
        "threshold": stated_threshold(metric),
        "why": metric.why,
        "verdict": judged.verdict,
        "wanting": judged.why,
        "same_verdict": stated_range(metric, *same_verdict(metric, evidence)),
        "control": metric.control,
        "control_value": control.value,
        "control_low": control_low,
        "control_high": control_high,
        "control_verdict": judged.control,
        "positive_control": metric.positive_control or "",
        "positive_verdict": judged.positive if evidence.positive else "",
    }


def _cells(
    claim: str, name: str, metric: Metric, evidence: Evidence, judged: Judged
) -> list[dict[str, Any]]:
    roles: dict[str, tuple[Sequence[Cell], Sequence[str]]] = {
        "judged": (evidence.cells, judged.cells),
        "outside": (evidence.outside, judged.outside),
        "control": (evidence.control, states(metric, evidence.control, corrected=False)),
        "positive control": (evidence.positive, states(metric, evidence.positive, corrected=False)),
    }
    return [
        {
            "id": claim,
            "metric": name,
            "role": role,
            "cell": label(cell.place),
            "statistic": cell.statistic,
            "value": cell.value,
            "low": cell.ends[0],
            "high": cell.ends[1],
            "level": LEVEL,
            "count": cell.count,
            "state": state,
        }
        for role, (cells, done) in roles.items()
        for cell, state in zip(cells, done, strict=True)
    ]
