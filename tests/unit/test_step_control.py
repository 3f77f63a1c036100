"""The flow's step sizes and clock, and that a flow does not see the units of its data."""

from __future__ import annotations

import numpy as np
import pytest

from implicit_sparsity import Problem, gradient_flow
from implicit_sparsity.flow.rodas5p import ORDER
from implicit_sparsity.flow.step_control import MAX_REJECTIONS, Control, add, controlled


class Steps:
    """Steps by the controller, from a start whose fastest coordinate has the rate 4."""

    def __init__(self, longest=np.inf):
        self.control = Control.first(4.0, longest)

    @property
    def h(self):
        return self.control.h

    def accepts(self, h, error):
        self.control = controlled(self.control, h, error)
        return self.control.rejections == 0


def test_the_first_step_is_a_part_of_the_fastest_time_and_of_the_longest_step():
    assert Steps().h == pytest.approx(0.1 / 4)
    assert Steps(0.01).h == pytest.approx(0.005)


def test_a_step_without_error_grows_by_no_more_than_a_cap():
    """At first by 1e8; after a rejection by 1e2, then 1e4, 1e8, and no more."""
    steps = Steps()
    assert steps.accepts(1.0, 0.0) and steps.h == pytest.approx(1e8)
    assert steps.accepts(1.0, 0.0) and steps.h == pytest.approx(1e8)
    assert not steps.accepts(1.0, 2.0)
    assert steps.accepts(1.0, 0.0) and steps.h == pytest.approx(1.0), "not just after a rejection"
    growths = []
    for _ in range(4):
        assert steps.accepts(1.0, 0.0)
        growths.append(steps.h)
    assert growths == pytest.approx([1e4, 1e8, 1e8, 1e8])


def test_a_step_with_an_error_follows_the_order_of_the_method():
    steps = Steps()
    assert steps.accepts(2.0, 0.5) and steps.h == pytest.approx(2 * 0.9 * 0.5 ** (-1 / ORDER))
    # The trend of the last two steps: the error doubled at twice the step.
    assert steps.accepts(4.0, 1.0)
    assert steps.h == pytest.approx(4 * 0.9 * min(2.0, 2 * 0.5 ** (1 / ORDER)))
    # A trend to smaller errors is followed by a factor of two at most.
    assert steps.accepts(40.0, 1e-3)
    assert steps.h == pytest.approx(40 * 0.9 * 1e-3 ** (-1 / ORDER) * 2)
    # An error of next to nothing counts as 1e-4 in the trend.
    steps = Steps()
    assert steps.accepts(1.0, 1e-6) and steps.accepts(1.0, 1e-3)
    assert steps.h == pytest.approx(0.9 * 1e-3 ** (-1 / ORDER) * 0.1 ** (1 / ORDER))


def test_a_rejected_step_shrinks_within_bounds():
    steps = Steps()
    assert not steps.accepts(1.0, 1.0 + 1e-9) and steps.h == pytest.approx(0.8)
    assert not steps.accepts(1.0, 1e30) and steps.h == pytest.approx(0.05)
    assert not steps.accepts(1.0, np.inf) and steps.h == pytest.approx(0.05)
    assert not steps.accepts(1.0, 1e2) and steps.h == pytest.approx(0.9 * 1e2 ** (-1 / ORDER))
    # Order 5: an error 2⁵ times too large halves the step, but for the safety factor.
    assert not steps.accepts(1.0, 32.0) and steps.h == pytest.approx(0.9 / 2)
    assert steps.accepts(1.0, 1e-3) and steps.h == 1.0, "just after a rejection"
    assert steps.accepts(1.0, 1e-3) and steps.h > 1.0


def test_rejections_are_counted_anew_after_a_step():
    steps = Steps()
    for _ in range(MAX_REJECTIONS):
        assert not steps.accepts(1.0, 2.0)
    assert steps.h < 1.0 and steps.control.rejections == MAX_REJECTIONS
    assert not steps.accepts(1.0, 2.0)
    assert steps.h == 1.0, "a flow that gives up tells the step that could not be taken"
    assert steps.accepts(1.0, 0.5)
    assert not steps.accepts(1.0, 2.0) and steps.control.rejections == 1


def test_the_clock_keeps_steps_that_are_too_short_for_it():
    """A sum of double precision would stay at 1; of what the clock cannot hold nothing is lost."""
    clock, carry = 1.0, 0.0
    for _ in range(1000):
        clock, carry = add(clock, carry, 1e-17)
    assert clock + carry == pytest.approx(1.0 + 1e-14, rel=1e-15)
    assert (clock - 1.0) + carry == pytest.approx(1e-14, rel=1e-9)
    clock, carry = add(1e-17, 0.0, 1.0)
    assert clock == 1.0 and carry == pytest.approx(1e-17)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_flow_does_not_see_the_units_of_its_data(depth):
    """Columns of norms from 1 to 50; in other units of X and y only the clock runs otherwise."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((12, 20)) * np.geomspace(1, 50, 20)
    y = X[:, 4] - 0.2 * X[:, 11] + rng.standard_normal(12)
    plain = gradient_flow(Problem(X, y), depth, 0.05)
    for unit in (2.0**-6, 2.0**6):  # powers of two round nothing
        other = gradient_flow(Problem(unit * X, unit * y), depth, 0.05)
        np.testing.assert_allclose(other.t * unit**2, plain.t, rtol=1e-9)
        np.testing.assert_allclose(other.w, plain.w, atol=1e-9)


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_flow_does_not_see_copies_of_its_samples(depth):
    """Its loss is a mean; nor do its steps see them."""
    rng = np.random.default_rng(3)
    X = rng.standard_normal((8, 20))
    y = X[:, 4] - 0.2 * X[:, 11] + rng.standard_normal(8)
    once, twice = (
        gradient_flow(Problem(np.tile(X, (m, 1)), np.tile(y, m)), depth, 0.05) for m in (1, 2)
    )
    np.testing.assert_allclose(twice.t, once.t, rtol=1e-6)
    np.testing.assert_allclose(twice.w, once.w, atol=1e-6)
