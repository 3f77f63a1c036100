"""The controller of the flow's step sizes, and that a flow does not see the units of its data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from implicit_sparsity import Problem, StepError, gradient_flow
from implicit_sparsity.flow.rodas5p import ORDER
from implicit_sparsity.flow.step_control import PredictiveController


def controller(max_step=np.inf):
    """At a start whose fastest coordinate, of two, has mobility × curvature 4."""
    return PredictiveController(
        SimpleNamespace(
            state=SimpleNamespace(mobility=np.array([2.0, 1.0])),
            loss=SimpleNamespace(curvature=np.array([2.0, 3.0])),
            bounds=SimpleNamespace(max_step=max_step),
        )
    )


def test_the_first_step_is_a_part_of_the_fastest_time_and_of_the_longest_step():
    assert controller().h == pytest.approx(0.1 / 4)
    assert controller(0.01).h == pytest.approx(0.005)


def test_a_step_without_error_grows_by_no_more_than_a_cap():
    """At first by 1e8; after a rejection by 1e2, then 1e4, 1e8, and no more."""
    steps = controller()
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
    steps = controller()
    assert steps.accepts(2.0, 0.5) and steps.h == pytest.approx(2 * 0.9 * 0.5 ** (-1 / ORDER))
    # The trend of the last two steps: the error doubled at twice the step.
    assert steps.accepts(4.0, 1.0)
    assert steps.h == pytest.approx(4 * 0.9 * min(2.0, 2 * 0.5 ** (1 / ORDER)))
    # A trend to smaller errors is followed by a factor of two at most.
    assert steps.accepts(40.0, 1e-3)
    assert steps.h == pytest.approx(40 * 0.9 * 1e-3 ** (-1 / ORDER) * 2)


def test_a_rejected_step_shrinks_within_bounds():
    steps = controller()
    assert not steps.accepts(1.0, 1.0 + 1e-9) and steps.h == pytest.approx(0.8)
    assert not steps.accepts(1.0, 1e30) and steps.h == pytest.approx(0.05)
    assert not steps.accepts(1.0, 1e2) and steps.h == pytest.approx(0.9 * 1e2 ** (-1 / ORDER))
    assert steps.accepts(1.0, 1.0) and steps.h <= 1.0


def test_sixty_rejections_in_a_row_are_allowed():
    steps = controller()
    for _ in range(60):
        assert not steps.accepts(1.0, 2.0)
    with pytest.raises(StepError, match="not even of length 1; raise rtol"):
        steps.accepts(1.0, 2.0)
    assert steps.accepts(1.0, 0.5)
    assert not steps.accepts(1.0, 2.0), "they are counted anew after a step"


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
