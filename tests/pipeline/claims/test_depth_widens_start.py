"""The largest start, by hand and of powers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implicit_sparsity.pipeline.claims.depth_widens_start import gain, largest_start, order


def largest(ratios, log_init=(-3.0, -2.0, -1.0, 0.0)):
    """Of one replicate at one depth."""
    return float(largest_start(np.array(log_init), np.array([[ratios]]))[0])


def test_the_largest_start_by_hand():
    assert largest([1.0, 1.0, 1.0, 4.0]) == pytest.approx(-0.5)  # halfway in the logarithm
    assert largest([1.0, 2.0, 16.0, 32.0]) == pytest.approx(-2.0)  # the limit itself still works
    assert largest([1.0, 1.0, 2 * 2**3, 9.0]) == pytest.approx(-2 + 1 / 4)
    assert largest([1.0, 1.9, 1.0, 1.5]) == 0.0  # the last, where all work
    assert largest([2.1, 1.0, 1.0, 1.0]) == -3.0  # the first, where the first fails
    assert largest([1.0, 3.0, 1.0, 1.0]) < -2.0  # up to which all work
    assert largest([1.0, np.inf, 1.0, 1.0]) == -3.0


def test_the_largest_start_is_that_of_the_median():
    ratios = np.array([[[1.0, r, 9.0]] for r in (1.0, 4.0, 100.0)])
    found = largest_start(np.array([0.0, 1.0, 2.0]), ratios)
    assert found == pytest.approx([0.5])


@settings(deadline=None)
@given(
    st.lists(st.floats(-5, 5), min_size=2, max_size=8),
    st.floats(0.1, 3.0),
)
def test_the_largest_start_of_a_power_is_where_it_passes_the_limit(limits, power):
    log_init = np.linspace(-3, 3, 25)
    ratios = 2 * 10 ** (power * (log_init - np.array(limits)[:, None]))
    found = largest_start(log_init, ratios[None])
    np.testing.assert_allclose(found, np.clip(limits, -3, 3), atol=1e-9)
    assert gain(log_init)(ratios[None]) == pytest.approx(
        np.clip(limits[-1], -3, 3) - np.clip(limits[0], -3, 3), abs=1e-9
    )


def test_the_order_of_starts_that_are_all_equal_is_none():
    log_init = np.array([-1.0, 0.0])
    assert order(log_init)(np.full((3, 4, 2), 9.0)) == 0.0
    rising = np.array([[[3.0, 3.0], [1.0, 8.0], [1.0, 4.0], [1.0, 1.0]]])
    assert order(log_init)(rising) == pytest.approx(1.0)
    assert order(log_init)(rising[:, ::-1]) == pytest.approx(-1.0)
