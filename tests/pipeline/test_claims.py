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

from implicit_sparsity.pipeline.claims import statistics
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.scope import label
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE, SUPPORTED
from implicit_sparsity.pipeline.related.modules import MODULES

METRICS = [(name, metric) for name in CASES for metric in case(name).METRICS]


@pytest.fixture
def few_resamples(monkeypatch):
    """Resamples enough to tell a verdict."""
    monkeypatch.setattr(statistics, "RESAMPLES", 200)


def judge(name, tables):
    return ledger({name: CLAIMS[name]}, tables, MODULES).metrics.set_index("metric")


def evidence_of(name, tables):
    return MODULES[name].evidence(marked(CLAIMS[name], tables))


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_has_a_module_and_made_up_results(name):
    made_up = case(name)
    folder = CLAIMS[name].module.split(".")[0]
    assert name in MODULES, f"add the line of {name} to pipeline/{folder}/registry.py"
    assert set(made_up.TABLES) == set(CLAIMS[name].studies)
    assert set(made_up.METRICS) == set(CLAIMS[name].metrics)


def test_every_module_has_an_entry():
    assert set(MODULES) == set(CLAIMS)
    for name, module in MODULES.items():
        assert module.__name__ == f"implicit_sparsity.pipeline.{CLAIMS[name].module}"


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
    fails = found.loc[metric, "control_verdict"] == "fails"
    assert fails == (kind == "contradicted")


POSITIVE = [(name, metric) for name, metric in METRICS if case(name).METRICS[metric].positive_fails]


def test_every_positive_control_is_tried():
    given = [(n, m) for n in CASES for m, e in CLAIMS[n].metrics.items() if e.positive_control]
    assert given == POSITIVE


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize(("name", "metric"), POSITIVE)
def test_a_claim_is_not_contradicted_where_its_positive_control_fails(name, metric):
    expected = case(name).METRICS[metric]
    tables = expected.positive_fails.apply(expected.contradicted.apply(case(name).TABLES))
    row = judge(name, tables).loc[metric]
    assert row["verdict"] == INCONCLUSIVE and row["positive_verdict"] != "holds"
    assert row["wanting"] == "the positive control does not hold"
    tables = expected.positive_fails.apply(case(name).TABLES)  # what holds, holds
    assert judge(name, tables).loc[metric, "verdict"] == SUPPORTED


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
        for role in ("cells", "control", "positive", "outside"):
            ours, theirs = (
                [(label(c.place), c.value, c.count, *c.ends) for c in getattr(one[metric], role)]
                for one in (expected, found)
            )
            assert [cell[0] for cell in theirs] == [cell[0] for cell in ours]
            numbers = ([cell[1:] for cell in each] for each in (theirs, ours))
            np.testing.assert_allclose(*numbers, rtol=1e-9, atol=1e-12)


@pytest.mark.usefixtures("few_resamples")
@pytest.mark.parametrize("name", CASES)
def test_a_single_problem_gives_no_verdict(name):
    tables, single = case(name).TABLES, getattr(case(name), "SINGLE", "replicate == 0")
    one = {
        study: rows.query(f"replicate == 0 and {single}", engine="python")
        for study, rows in tables.items()
    }
    found = judge(name, one)
    assert set(found["verdict"]) == {INCONCLUSIVE}
    assert set(found["wanting"]) == {"a single problem gives no verdict"}
    assert found["low"].isna().all() and found["high"].isna().all()
    assert np.isfinite(found["value"]).all()
