"""Checks of single arguments: what they accept and refuse."""

from __future__ import annotations

import numpy as np
import pytest

from implicit_sparsity.checks import nearest, positive, whole, within


@pytest.mark.parametrize("value", [2, np.int8(2), np.uint64(2)])
def test_whole_numbers(value):
    assert type(whole("n", value, 2)) is int and whole("n", value) == 2


@pytest.mark.parametrize("value", [1, -3, 2.0, "2", None, True, np.True_, np.float64(2), 2j, [2]])
def test_what_is_no_whole_number_from_two_on(value):
    with pytest.raises(ValueError, match="n must be a whole number of at least 2; got"):
        whole("n", value, 2)


@pytest.mark.parametrize("value", [0, 0.5, np.float32(0.5), np.int64(1), 1.0])
def test_numbers_within(value):
    assert type(within("rho", value, 0, 1)) is float and within("rho", value, 0, 1) == value


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan, np.inf, -np.inf, "0.5", None, True, 0j, [0]])
def test_what_is_not_within(value):
    with pytest.raises(ValueError, match="rho must be a finite number from 0 to 1; got"):
        within("rho", value, 0, 1)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan, -1])
def test_what_is_not_finite(value):
    with pytest.raises(ValueError, match="sigma must be a finite number of at least 0; got"):
        within("sigma", value, 0)


def test_large_numbers_may_be_integers():
    assert within("sigma", 10**25, 0) == 1e25


@pytest.mark.parametrize("value", [1e-300, 1, np.float32(2)])
def test_positive_numbers(value):
    assert type(positive("alpha", value)) is float and positive("alpha", value) == value


@pytest.mark.parametrize("value", [0, -1.0, np.inf, np.nan, "1", None, True])
def test_what_is_not_positive(value):
    with pytest.raises(ValueError, match="alpha must be positive and finite; got"):
        positive("alpha", value)


def test_the_nearest_name_or_all_of_them():
    assert nearest("rigde", ["ridge", "lasso"]) == "did you mean 'ridge'?"
    assert nearest("x", ["ridge", "lasso"]) == "choose from lasso, ridge."
