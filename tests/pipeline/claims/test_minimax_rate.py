"""Slopes by depth, and the rows of a sweep."""

import pytest

from claims.minimax_rate import CENTRE, SMALL_AND_DEEP, STUDY, SWEEPS, TABLES, bend
from implicit_sparsity.pipeline.claims.minimax_rate import evidence, sweep


def test_slopes_of_depths_on_either_side_are_told_apart():
    """Bent against each other, whose mean stays what it was."""
    shallow = bend("n", 0.4, "init < 1 and depth == 2").apply(TABLES)
    found = evidence(bend("n", -0.4, SMALL_AND_DEEP).apply(shallow))["slope_n"]
    assert found.value == pytest.approx(0.5) and found.low > 0.25


@pytest.mark.parametrize("size", ["n", "k", "noise"])
def test_a_sweep_is_told_from_the_others(size):
    found = sweep(TABLES[STUDY], size)
    assert sorted(found[size].unique()) == sorted({*SWEEPS[size], CENTRE[size]})
    for other, value in CENTRE.items():
        assert other == size or (found[other] == value).all()
