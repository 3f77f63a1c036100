"""Early-stopping windows, on curves whose windows are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity.theory.windows import Window, error_window

NEVER = np.inf


@pytest.mark.parametrize(
    ("start", "end", "size"),
    [
        (194, 577, 383),
        (5, 5, 0),
        (577, 194, 0),  # closes before it opens
        (NEVER, 3, np.nan),
        (3, NEVER, NEVER),
        (NEVER, NEVER, np.nan),
        (0, 0.5, 0.5),
    ],
)
def test_size(start, end, size):
    assert Window(start, end).size == pytest.approx(size, rel=0, nan_ok=True)


def test_ratio():
    assert Window(2.0, 5.0).ratio == 2.5
    assert Window(2.0, NEVER).ratio == NEVER


@pytest.mark.parametrize(
    ("error", "window"),
    [
        ([3, 0, 1], (10, 10)),
        ([3, 0.4, 0, 0.4, 3], (10, 30)),
        ([3, 0.5, 0, 0.5, 3], (20, 20)),  # strictly below the minimum + margin
        ([0, 1, 2], (0, 0)),
        ([3, 0, 9, 0.1, 3], (10, 30)),  # from the first to the last, whatever lies between
        ([3, 2, 1, 0], (30, NEVER)),  # still falling at the end
        ([3, 0, 0.1], (10, NEVER)),  # may go on after the end
        ([1], (0, NEVER)),
        ([2, 2, 2], (0, NEVER)),
    ],
)
def test_error_window(error, window):
    t = 10 * np.arange(len(error))
    assert error_window(t, np.array(error, dtype=float)) == Window(*window)


def test_the_margin_is_half_by_default_and_can_be_chosen():
    t, error = np.arange(5), np.array([4.0, 0.9, 0.0, 0.9, 4.0])
    assert error_window(t, error) == Window(2, 2)
    assert error_window(t, error, margin=1) == Window(1, 3)
    assert error_window(t, error, margin=9) == Window(0, NEVER)


def test_times_may_be_those_of_a_flow():
    window = error_window(np.array([0.0, 0.25, 1.5]), np.array([1.0, 0.0, 2.0]))
    assert window == Window(0.25, 0.25) and window.size == 0


curves = st.lists(st.floats(-60, 60), min_size=1, max_size=40)


@given(curves, st.floats(1e-3, 5))
def test_error_window_is_that_of_a_slow_loop(error, margin):
    inside = [t for t, value in enumerate(error) if value < min(error) + margin]
    window = error_window(np.arange(len(error)), np.array(error), margin)
    assert window.start == inside[0]
    assert window.end == (inside[-1] if inside[-1] < len(error) - 1 else NEVER)
    assert min(error) in [error[t] for t in inside]


@given(curves, st.floats(0.1, 100))
def test_error_window_moves_with_the_units_of_time(error, unit):
    t, error = np.arange(len(error)), np.array(error)
    window, other = error_window(t, error), error_window(unit * t, error)
    assert other.start == unit * window.start
    assert other.end == unit * window.end


def test_an_error_of_exactly_zero():
    """log₂ 0 = −∞ is the minimum: the window is where the truth is hit exactly."""
    t = np.arange(4)
    assert error_window(t, np.array([1, -np.inf, -np.inf, 0])) == Window(1, 2)
    assert error_window(t, np.array([1, 0, 0, -np.inf])) == Window(3, NEVER)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [1.0, 0.0], 0.0), "margin"),
        (([0, 1], [1.0, 0.0], -1.0), "margin"),
        (([0, 1], [1.0, 0.0], float("nan")), "margin"),
        (([0, 1], [1.0, float("nan")]), "log2_error"),
        (([0, 1], [float("nan")] * 2), "log2_error"),
        (([], []), "log2_error"),
        (([0, 1, 2], [1.0, 0.0]), "log2_error"),
    ],
)
def test_error_window_refuses(arguments, message):
    t, error, *margin = arguments
    with pytest.raises(ValueError, match=message):
        error_window(np.array(t), np.array(error), *margin)
