"""Numbers as text, in one way wherever they are shown.

Unicode text is for pages (2.5×10⁻⁵), mathtext for figures (2.5\\times 10^{-5}), and plain text for
files (2.5e-05). All show three significant digits.
"""

from __future__ import annotations

import math
import re

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unicode_number(value: float) -> str:
    """A number for a page, such as 30,000 or 2.5×10⁻⁵; none for NaN.

    Whole numbers below 10⁹, and others from 1,000 on, are shown without an exponent.

    Examples
    --------
    >>> [unicode_number(value) for value in (30000, 0.25, -2.5e-5, 1e12)]
    ['30,000', '0.25', '−2.5×10⁻⁵', '10¹²']
    """
    if math.isnan(value):
        return "none"
    if abs(value) < 1e9 and (float(value).is_integer() or abs(value) >= 999.5):
        return _signs(f"{value:,.0f}")
    if math.isinf(value) or 1e-3 <= abs(value) < 1000:
        return _signs(f"{value:.3g}")
    mantissa, exponent = _scientific(value)
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    return power if mantissa == "1" else f"{_signs(mantissa)}×{power}"


def unicode_interval(value: float, low: float, high: float) -> str:
    """A number for a page, with its interval, such as 1.2 [1, 1.5], if ``low`` is not NaN."""
    if math.isnan(low):
        return unicode_number(value)
    return f"{unicode_number(value)} [{unicode_number(low)}, {unicode_number(high)}]"


def mathtext_number(value: float) -> str:
    """A positive number for a figure, to stand between dollar signs.

    Examples
    --------
    >>> [mathtext_number(value) for value in (0.25, 1e-6)]
    ['0.25', '10^{-6}']
    """
    mantissa, exponent = _scientific(value)
    if -4 < exponent < 3:
        return f"{value:.3g}"
    power = mathtext_power(exponent)
    return power if mantissa == "1" else rf"{mantissa}\times {power}"


def mathtext_power(exponent: float) -> str:
    """A power of ten for a figure, to stand between dollar signs; the exponent is rounded."""
    return f"10^{{{exponent:.0f}}}"


def mathtext_interval(value: float, low: float, high: float) -> str:
    """A number and its interval for a figure, small ones with one power of ten for all three."""
    text = plain_interval(value, low, high)
    small = "e" in text or (abs(value) < 0.01 and not math.isnan(low))
    if not small or value == 0 or not math.isfinite(value):
        return mathtext_label(text)
    exponent = math.floor(math.log10(abs(value)))
    scaled = [_short(number / 10.0**exponent) for number in (value, low, high)]
    text = scaled[0] if math.isnan(low) else "{} [{}, {}]".format(*scaled)
    return mathtext_label(f"{text}e{exponent:+d}")


def _short(value: float) -> str:
    """A number beside others near 1: two decimals, or one digit if it is smaller than that."""
    return f"{value:.1g}" if abs(value) < 0.095 else f"{value:.{2 if abs(value) < 1 else 3}g}"


def mathtext_label(text: str) -> str:
    """Plain numbers in a text, such as 1e-06, -2 and inf, as a figure shows them."""
    return _signs(re.sub(r"e([+-]\d+)", lambda e: rf"$\times10^{{{int(e[1])}}}$", text))


def plain_number(value: float) -> str:
    """A number for a file, such as 2.5e-05 or inf; none for NaN."""
    return "none" if math.isnan(value) else f"{value:.3g}"


def plain_interval(value: float, low: float, high: float) -> str:
    """A number for a file, with its interval, such as 1.2 [1, 1.5], if ``low`` is not NaN."""
    if math.isnan(low):
        return plain_number(value)
    return f"{plain_number(value)} [{plain_number(low)}, {plain_number(high)}]"


def percent(share: float, decimals: int = 0, signed: bool = False) -> str:
    """A share in percent, such as 20%, or with its sign, such as +0.5% and −∞."""
    if math.isinf(share):
        return _signs(f"{share:+}" if signed else f"{share}")
    return _signs(f"{share:{'+' if signed else ''}.{decimals}%}")


def _scientific(value: float) -> tuple[str, int]:
    """Three digits of a number without trailing zeros, and its power of ten."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}", int(exponent)


def _signs(text: str) -> str:
    return text.replace("-", "−").replace("inf", "∞")
