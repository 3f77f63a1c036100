"""Numbers as text, in one way wherever they are shown.

Unicode text is for pages (2.5×10⁻⁵), mathtext for figures (2.5\\times 10^{-5}), and plain text for
files (2.5e-05). All show three significant digits.
"""

from __future__ import annotations

import math
import re

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unicode_number(value: float) -> str:
    """A number for a page.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str
        Such as 30,000, 0.25, 2.5×10⁻⁵, −∞ or none (for NaN); whole numbers below 10⁹ with all
        their digits.

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
    """A number for a page, with its interval in brackets if it has one.

    Parameters
    ----------
    value, low, high : float
        The number and the ends of its interval; NaN for ``low`` if there is none.

    Returns
    -------
    str
        Such as 1.2 [1, 1.5].
    """
    if math.isnan(low):
        return unicode_number(value)
    return f"{unicode_number(value)} [{unicode_number(low)}, {unicode_number(high)}]"


def mathtext_number(value: float) -> str:
    """A positive number for a figure, to stand between dollar signs.

    Parameters
    ----------
    value : float
        A positive number.

    Returns
    -------
    str
        Such as 0.25, 10^{-6} or 2\\times 10^{-5}.

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
    """A power of ten for a figure, to stand between dollar signs.

    Parameters
    ----------
    exponent : float
        The exponent, which is rounded to an integer.

    Returns
    -------
    str
        Such as 10^{-6}.
    """
    return f"10^{{{exponent:.0f}}}"


def mathtext_interval(value: float, low: float, high: float) -> str:
    """A number and its interval for a figure, with one power of ten for all three.

    Parameters
    ----------
    value, low, high : float
        As for `unicode_interval`.

    Returns
    -------
    str
        A label, with dollar signs where they are needed.
    """
    text = plain_interval(value, low, high)
    if "e" not in text or value == 0 or not math.isfinite(value):
        return mathtext_label(text)
    exponent = math.floor(math.log10(abs(value)))
    scaled = plain_interval(*(number / 10.0**exponent for number in (value, low, high)))
    return mathtext_label(f"{scaled}e{exponent:+d}")


def mathtext_label(text: str) -> str:
    """Plain numbers in a text as a figure shows them.

    Parameters
    ----------
    text : str
        Text with numbers such as 1e-06, -2 or inf.

    Returns
    -------
    str
        A label with powers of ten in mathtext, minus signs and ∞.
    """
    return _signs(re.sub(r"e([+-]\d+)", lambda e: rf"$\times10^{{{int(e[1])}}}$", text))


def plain_number(value: float) -> str:
    """A number for a file.

    Parameters
    ----------
    value : float
        Any number.

    Returns
    -------
    str
        Such as 0.25, 2.5e-05, inf or none (for NaN).
    """
    return "none" if math.isnan(value) else f"{value:.3g}"


def plain_interval(value: float, low: float, high: float) -> str:
    """A number for a file, with its interval in brackets if it has one.

    Parameters
    ----------
    value, low, high : float
        As for `unicode_interval`.

    Returns
    -------
    str
        Such as 1.2 [1, 1.5].
    """
    if math.isnan(low):
        return plain_number(value)
    return f"{plain_number(value)} [{plain_number(low)}, {plain_number(high)}]"


def percent(share: float, decimals: int = 0, signed: bool = False) -> str:
    """A share in percent, for a page or a figure.

    Parameters
    ----------
    share : float
        The share; 1 is 100%.
    decimals : int
        Number of decimals.
    signed : bool
        Whether positive shares have a plus sign.

    Returns
    -------
    str
        Such as 20%, −0.5% or +∞.
    """
    if math.isinf(share):
        return _signs(f"{share:+}" if signed else f"{share}")
    return _signs(f"{share:{'+' if signed else ''}.{decimals}%}")


def _scientific(value: float) -> tuple[str, int]:
    """Three digits of a number without trailing zeros, and its power of ten."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{float(mantissa):g}", int(exponent)


def _signs(text: str) -> str:
    return text.replace("-", "−").replace("inf", "∞")
