"""Edges of the window that flow or descent does not reach."""

import numpy as np
import pytest

from claims.case import NAN, Change
from claims.flow_and_descent import STUDY, TABLES
from implicit_sparsity.pipeline.claims.flow_and_descent import evidence


def edge(which, replicates, flow, descent):
    """Edges of the window at the paper's step in some replicates at depth 2."""
    where = f"step_size == 0.01 and depth == 2 and replicate < {replicates}"
    return Change(STUDY, where, {f"flow_{which}": flow, f"descent_{which}": descent})


@pytest.mark.parametrize("which", ["start", "end"])
@pytest.mark.parametrize(("flow", "descent"), [(2.0, NAN), (NAN, 2.0)])
@pytest.mark.parametrize(("replicates", "expected"), [(5, 0.01), (6, np.inf)])  # of 11
def test_an_edge_that_one_alone_reaches_is_infinitely_far_off(
    which, flow, descent, replicates, expected
):
    found = evidence(edge(which, replicates, flow, descent).apply(TABLES))["edge_shift"]
    assert found.value == pytest.approx(expected, rel=0.05) and found.high == np.inf


@pytest.mark.parametrize("replicates", [4, 11])
def test_edges_that_neither_reaches_do_not_count(replicates):
    found = evidence(edge("end", replicates, NAN, NAN).apply(TABLES))["edge_shift"]
    assert found.value == pytest.approx(0.01) and found.high < 0.02
