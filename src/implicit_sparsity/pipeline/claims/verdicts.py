"""Verdicts: whether a number, its interval and its control meet the threshold of a metric."""

from __future__ import annotations

import math

import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.config.claims import Metric

SUPPORTED, CONTRADICTED, INCONCLUSIVE = "supported", "contradicted", "inconclusive"
#: Of a claim, some of whose metrics are supported and some contradicted.
MIXED = "mixed"


def meets(metric: Metric, value: float) -> bool:
    """Whether a value lies within the threshold; NaN does not."""
    least = -math.inf if metric.least is None else metric.least
    most = math.inf if metric.most is None else metric.most
    return least <= value <= most


def control_verdict(metric: Metric, value: float) -> str:
    """Whether the metric fails on its control, as it must."""
    if math.isnan(value):
        return "unknown"
    return "holds" if meets(metric, value) else "fails"


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
    if meets(metric, low) and meets(metric, high):
        return SUPPORTED
    below = metric.least is not None and high < metric.least
    above = metric.most is not None and low > metric.most
    return CONTRADICTED if below or above else INCONCLUSIVE


def stated_threshold(metric: Metric) -> str:
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
