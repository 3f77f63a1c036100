"""Evidence for every claim on results made up for it, which are then tampered with.

On its own tables every metric is supported. One change of the tables contradicts one metric,
another makes its control hold, and the verdict follows.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from claims.every import CASES, CLAIMS, case

from implicit_sparsity.pipeline.claims import evidence, registry
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED

METRICS = [(name, metric) for name in CASES for metric in case(name).METRICS]


@pytest.fixture
def few_resamples(monkeypatch):
    """Resamples enough to tell a verdict."""
    monkeypatch.setattr(evidence, "RESAMPLES", 100)


def judge(name, tables):
    return ledger({name: CLAIMS[name]}, tables).set_index("metric")


def evidence_of(name, tables):
    return registry.claim_module(name).evidence(tables)


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_has_a_module_and_made_up_results(name):
    made_up = case(name)
    assert name in registry.CLAIMS, f"add the line of {name} to pipeline/claims/registry.py"
    assert set(made_up.TABLES) == set(CLAIMS[name].studies)
    assert set(made_up.METRICS) == set(CLAIMS[name].metrics)


def test_every_module_has_an_entry():
    assert set(registry.CLAIMS) == set(CLAIMS)
    for name, module in registry.CLAIMS.items():
        assert module.__name__ == f"implicit_sparsity.pipeline.claims.{name}"


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize("name", CASES)
def test_results_of_which_the_claim_is_true_support_it(name):
    found = judge(name, case(name).TABLES)
    for metric, expected in case(name).METRICS.items():
        row = found.loc[metric]
        assert row["verdict"] == SUPPORTED and row["control_verdict"] == "fails"
        assert row["value"] == pytest.approx(expected.value, rel=1e-9, abs=1e-9)
        assert row["low"] <= row["value"] + 1e-12 and row["value"] <= row["high"] + 1e-12


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize(("name", "metric"), METRICS)
@pytest.mark.parametrize("kind", ["contradicted", "control_holds"])
def test_tampering_with_the_results_changes_the_verdict(name, metric, kind):
    change = getattr(case(name).METRICS[metric], kind)
    found = judge(name, change.apply(case(name).TABLES))
    expected = dict.fromkeys(CLAIMS[name].metrics, SUPPORTED) | dict(change.also)
    expected[metric] = CONTRADICTED if kind == "contradicted" else INCONCLUSIVE
    assert found["verdict"].to_dict() == expected
    held = found.loc[metric, "control_verdict"] == "holds"
    assert held == (kind == "control_holds")


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize("name", CASES)
def test_neither_the_order_of_rows_nor_a_file_matters(name):
    tables = case(name).TABLES
    expected = evidence_of(name, tables)
    shuffled = {
        study: pd.read_csv(io.StringIO(rows.sample(frac=1, random_state=3).to_csv(index=False)))
        for study, rows in tables.items()
    }
    found = evidence_of(name, shuffled)
    assert list(found) == list(expected)
    for metric in expected:
        ours, theirs = (list(vars(one[metric]).values()) for one in (expected, found))
        np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", CASES)
def test_one_replicate_has_no_interval(name):
    tables = case(name).TABLES
    one = {study: rows[rows["replicate"] == 0] for study, rows in tables.items()}
    for found in evidence_of(name, one).values():
        assert np.isnan(found.low) and np.isnan(found.high)
        assert np.isfinite(found.value)
