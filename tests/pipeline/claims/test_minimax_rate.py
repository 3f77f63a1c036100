"""Slopes by depth, the rows of a sweep, and what is beyond the condition."""

import numpy as np
import pytest

from claims.every import CLAIMS
from claims.minimax_rate import CENTRE, DEEP, STUDY, SWEEPS, TABLES, bend
from implicit_sparsity.pipeline.claims.minimax_rate import evidence, medians, select, slope, sweep
from implicit_sparsity.pipeline.claims.selection import marked


def found(tables):
    return evidence(marked(CLAIMS["minimax_rate"], tables))


def test_slopes_of_depths_on_either_side_are_told_apart():
    """Bent against each other, whose mean stays what it was."""
    shallow = bend("n", 0.4, "design == 'rademacher' and depth == 2").apply(TABLES)
    cells = found(bend("n", -0.4, DEEP).apply(shallow))["slope_n"].cells
    values = {cell.place["depth"]: cell.value for cell in cells}
    assert values == pytest.approx({2: 0.42, 3: 0.0, 5: -0.45})


@pytest.mark.parametrize("size", ["n", "k", "noise"])
def test_a_sweep_is_told_from_the_others(size):
    rows = select(marked(CLAIMS["minimax_rate"], TABLES))["within"]
    swept = sweep(rows, size)
    assert sorted(swept[size].unique()) == sorted({*SWEEPS[size], CENTRE[size]})
    for other, value in CENTRE.items():
        assert other == size or (swept[other] == value).all()


def test_controls_are_told_from_what_is_judged():
    parts = select(marked(CLAIMS["minimax_rate"], TABLES))
    for name in ("within", "beyond", "fixed", "large"):
        assert set(parts[name]["design"]) == {"rademacher"}
        assert set(parts[name]["init"] < 1) == {name != "large"}
        assert set(parts[name]["inside"]) == {name != "beyond"}
    assert set(parts["orthogonal"]["design"]) == {"sequence"}


def test_many_weights_are_beyond_the_condition():
    outside = found(TABLES)["slope_k"].outside
    assert {cell.place["depth"] for cell in outside} == {2, 3, 5}
    change = bend("k", 2, "k >= 20").apply(TABLES)
    after = found(change)["slope_k"]
    assert [c.value for c in after.cells] == [c.value for c in found(TABLES)["slope_k"].cells]
    for now, then in zip(after.outside, outside, strict=True):
        assert now.value == pytest.approx(then.value + 2)


def test_one_size_alone_has_no_slope():
    rows = TABLES[STUDY]
    assert sweep(rows[rows["n"] == CENTRE["n"]], "n").empty


def test_a_size_without_a_problem_has_no_median_and_no_slope():
    """Without a warning, which would be an error here."""
    ratios = np.array([[1.0, np.nan, 3.0], [5.0, np.nan, np.nan], [2.0, np.nan, 7.0]])
    np.testing.assert_array_equal(medians(ratios), [2.0, np.nan, 5.0])
    both = np.stack([ratios, np.where(np.isnan(ratios), 2.0, ratios)])
    found = slope(np.array([1.0, 2.0, 4.0]))(both)
    assert np.isnan(found[0]) and found[1] == pytest.approx(np.log2(3 / 2) / 2)
