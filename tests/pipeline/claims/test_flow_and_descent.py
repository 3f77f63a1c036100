"""Edges of the window that flow or descent does not reach."""

import numpy as np
import pytest

from claims.case import NAN, Change
from claims.every import CLAIMS
from claims.flow_and_descent import STUDY, TABLES
from implicit_sparsity.pipeline.claims.flow_and_descent import evidence
from implicit_sparsity.pipeline.claims.selection import marked


def shift(which, replicates, flow, descent):
    """The shift at the largest of the paper's steps, with other edges in some replicates."""
    where = f"scaled == 0.2 and depth == 2 and replicate < {replicates}"
    change = Change(STUDY, where, {f"flow_{which}": flow, f"descent_{which}": descent})
    tables = marked(CLAIMS["flow_and_descent"], change.apply(TABLES))
    (found,) = [
        cell
        for cell in evidence(tables)["edge_shift"].cells
        if cell.place == {"depth": 2, "step_size": 0.05}
    ]
    return found


@pytest.mark.parametrize("which", ["start", "end"])
@pytest.mark.parametrize(("flow", "descent"), [(2.0, NAN), (NAN, 2.0)])
@pytest.mark.parametrize(("replicates", "expected"), [(20, 0.01), (21, np.inf)])  # of 41
def test_an_edge_that_one_alone_reaches_is_infinitely_far_off(
    which, flow, descent, replicates, expected
):
    found = shift(which, replicates, flow, descent)
    assert found.value == pytest.approx(expected, rel=0.05) and found.ends[1] == np.inf


def test_edges_that_neither_reaches_do_not_count():
    found = shift("end", 41, NAN, NAN)
    assert found.value == pytest.approx(0.01) and found.ends[1] < 0.02
