"""Which designs are evidence."""

from claims.case import Change
from claims.correlated_designs import BETWEEN, STUDY, TABLES
from implicit_sparsity.pipeline.claims.correlated_designs import evidence


def test_designs_between_the_limits_are_no_evidence():
    change = Change(STUDY, f"design == {BETWEEN!r}", {"best_error": 1e-3, "window_start": 1e-3})
    assert evidence(change.apply(TABLES)) == evidence(TABLES)
