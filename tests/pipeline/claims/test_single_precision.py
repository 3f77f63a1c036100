"""Windows that do not open or close, in one precision or in all."""

import numpy as np

from claims.case import NAN, Change
from claims.every import CLAIMS
from claims.single_precision import STUDY, TABLES
from implicit_sparsity.pipeline.claims.selection import marked
from implicit_sparsity.pipeline.claims.single_precision import evidence


def change_after(where, **edges):
    change = Change(STUDY, f"depth == 4 and {where}", edges)
    tables = marked(CLAIMS["single_precision"], change.apply(TABLES))
    return evidence(tables)["change"].cells[0]


def test_a_window_that_closes_in_one_precision_alone_is_infinitely_changed():
    assert change_after("precision == 'float32'", window_end=NAN).value == np.inf


def test_a_window_that_is_gone_has_changed_by_all_of_it():
    assert change_after("precision == 'float32'", window_start=NAN).value == 1.0


def test_problems_whose_flow_has_no_window_do_not_count():
    found = change_after("replicate < 11", window_start=NAN, window_end=NAN)
    assert found.count == 30
