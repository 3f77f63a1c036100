"""The largest start, by hand and of powers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.every import CLAIMS, case
from implicit_sparsity.pipeline.claims.depth_widens_start import (
    evidence,
    largest_start,
    share_in_order,
)
from implicit_sparsity.pipeline.claims.selection import marked


def largest(ratios, log_init=(-3.0, -2.0, -1.0, 0.0), limit=2.0):
    return largest_start(np.array(log_init), np.array(ratios), limit)


def test_the_largest_start_by_hand():
    assert largest([1.0, 1.0, 1.0, 4.0]) == pytest.approx(-0.5)  # halfway in the logarithm
    assert largest([1.0, 2.0, 16.0, 32.0]) == pytest.approx(-2.0)  # the limit itself still works
    assert largest([1.0, 1.0, 2 * 2**3, 9.0]) == pytest.approx(-2 + 1 / 4)
    assert largest([1.0, 1.9, 1.0, 1.5]) == 0.0  # the last, where all work
    assert largest([2.1, 1.0, 1.0, 1.0]) == -3.0  # the first, where the first fails
    assert largest([1.0, 3.0, 1.0, 1.0]) < -2.0  # up to which all work
    assert largest([1.0, np.inf, 1.0, 1.0]) == -3.0
    assert largest([1.0, 1.0, 10.0, 20.0], limit=10.0) == pytest.approx(-1.0)


@given(st.floats(-5, 5), st.floats(0.1, 3.0), st.floats(1.1, 10))
def test_the_largest_start_of_a_power_is_where_it_passes_the_limit(place, power, limit):
    log_init = np.linspace(-3, 3, 25)
    ratios = limit * 10 ** (power * (log_init - place))
    assert largest_start(log_init, ratios, limit) == pytest.approx(np.clip(place, -3, 3), abs=1e-9)


def test_starts_in_order_grow_at_each_depth():
    starts = np.array([[1.0, 2.0, 3.0], [1.0, 3.0, 2.0], [1.0, 1.0, 2.0], [0.0, 1.0, 9.0]])
    assert share_in_order(starts) == 0.5


def test_what_depth_gains_is_told_at_the_greatest_depth():
    tables = marked(CLAIMS["depth_widens_start"], case("depth_widens_start").TABLES)
    deepest = max(tables["phase_diagram"]["depth"])
    found = evidence(tables)["decades_gained"]
    cells = [*found.cells, *found.control, *found.positive]
    assert {cell.place["depth"] for cell in cells} == {deepest}
