"""Numbers as text: on pages, in figures and in files."""

from __future__ import annotations

import doctest
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity import formatting
from implicit_sparsity.formatting import (
    mathtext_interval,
    mathtext_label,
    mathtext_number,
    mathtext_power,
    percent,
    plain_interval,
    plain_number,
    unicode_interval,
    unicode_number,
)

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (3, "3"),
        (3_200_000, "3,200,000"),
        (3095.5, "3,096"),
        (999.6, "1,000"),
        (-0.75, "−0.75"),
        (-2.0, "−2"),
        (0.022222, "0.0222"),
        (1e-6, "10⁻⁶"),
        (2.5e-5, "2.5×10⁻⁵"),
        (-1e-7, "−1×10⁻⁷"),
        (5e12, "5×10¹²"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "none"),
    ],
)
def test_unicode_numbers(value, text):
    assert unicode_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-6, "10^{-6}"),
        (2e-6, r"2\times 10^{-6}"),
        (1.25e-7, r"1.25\times 10^{-7}"),
        (0.005, "0.005"),
        (0.25, "0.25"),
        (1, "1"),
        (25, "25"),
        (999.4, "999"),
        (999.6, "10^{3}"),
        (999.9999999999994, "10^{3}"),
        (9.9999999e-6, "10^{-5}"),
        (9.996e-5, "10^{-4}"),
        (0.00099999999, "0.001"),
        (1000, "10^{3}"),
        (31600, r"3.16\times 10^{4}"),
    ],
)
def test_mathtext_numbers(value, text):
    assert mathtext_number(value) == text


@given(st.floats(1e-300, 1e300))
def test_mathtext_numbers_have_three_digits(value):
    text = mathtext_number(value)
    match = re.fullmatch(r"(?:([\d.]+)\\times )?10\^\{(-?\d+)\}|([\d.]+)", text)
    mantissa, exponent, plain = match.groups()
    if plain is None:
        assert 1 < float(mantissa or 2) < 10
        assert int(exponent) <= -4 or int(exponent) >= 3
        number = float(f"{mantissa or 1}e{exponent}")
    else:
        number = float(plain)
        assert 1e-3 <= number < 1e3
    assert number == pytest.approx(value, rel=5.1e-3)


def test_plain_numbers():
    assert [plain_number(x) for x in (1.23456, 1e-9, 12345.6, INF, NAN)] == [
        *("1.23", "1e-09", "1.23e+04", "inf", "none")
    ]
    assert plain_interval(1.0, 0.5, 2.0) == "1 [0.5, 2]"
    assert plain_interval(1.0, NAN, NAN) == "1"
    assert plain_interval(INF, 3.0, INF) == "inf [3, inf]"


def test_unicode_intervals():
    assert unicode_interval(30000, 2.5e-5, INF) == "30,000 [2.5×10⁻⁵, ∞]"
    assert unicode_interval(0.25, NAN, NAN) == "0.25"
    assert unicode_interval(NAN, NAN, NAN) == "none"


@pytest.mark.parametrize(
    ("numbers", "label"),
    [
        ((1.0, 0.5, 2.0), "1 [0.5, 2]"),
        ((-1.0, -1.5, -0.5), "−1 [−1.5, −0.5]"),
        ((2e-6, 1e-6, 3e-5), r"2 [1, 30]$\times10^{−6}$"),
        ((-0.00139, -0.00479, -0.000523), r"−1.39 [−4.79, −0.52]$\times10^{−3}$"),
        ((0.002, NAN, NAN), "0.002"),
        ((-2.21e-4, -6.4e-4, 4.44e-6), r"−2.21 [−6.4, 0.04]$\times10^{−4}$"),
        ((3e-9, NAN, NAN), r"3$\times10^{−9}$"),
        ((INF, 3.0, INF), "∞ [3, ∞]"),
        ((NAN, NAN, NAN), "none"),
    ],
)
def test_mathtext_intervals_share_a_power_of_ten(numbers, label):
    assert mathtext_interval(*numbers) == label


def test_mathtext_labels_and_powers():
    assert mathtext_label("≤ 1e-06") == r"≤ 1$\times10^{−6}$"
    assert mathtext_label("-1.25 to inf") == "−1.25 to ∞"
    assert [mathtext_power(e) for e in (-6.0, 3, 2.9999999)] == ["10^{-6}", "10^{3}", "10^{3}"]


def test_percentages():
    assert [percent(share) for share in (0.2, 1.0, -0.5)] == ["20%", "100%", "−50%"]
    assert percent(0.1234, 1) == "12.3%"
    signed = [percent(share, 1, signed=True) for share in (0.1234, -0.005, INF, -INF)]
    assert signed == ["+12.3%", "−0.5%", "+∞", "−∞"]


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(formatting) == (0, 2)
