"""Numbers as words and as mathtext."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """Three digits of a number; "none" for NaN."""
    return "none" if math.isnan(value) else f"{value:.3g}"


def interval(value: float, low: float, high: float) -> str:
    """A value with its interval in brackets, if it has one."""
    if math.isnan(low):
        return number(value)
    return f"{number(value)} [{number(low)}, {number(high)}]"


def power_of_ten(value: float) -> str:
    """A positive number as mathtext, three digits of it: 10⁻⁶, 2 × 10⁻⁵, 0.25."""
    mantissa, exponent = map(float, f"{value:.2e}".split("e"))
    if -4 < exponent < 3:
        return f"{value:.3g}"
    power = f"10^{{{exponent:g}}}"
    return power if mantissa == 1 else rf"{mantissa:g}\times {power}"


def minus(text: str) -> str:
    """The text with a minus sign for each hyphen."""
    return text.replace("-", "−")
