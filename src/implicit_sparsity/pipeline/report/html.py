"""Numbers, exponents and tables as HTML."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def printed(value: float) -> str:
    """Print a number as 30,000 or 2.5×10⁻⁵.

    Parameters
    ----------
    value : float
        The number, which may be infinite.

    Returns
    -------
    str
        All digits of whole numbers below 10⁹ and of the whole part of large ones; otherwise three
        significant digits.
    """
    if abs(value) < 1e9 and (float(value).is_integer() or abs(value) >= 999.5):
        return f"{value:,.0f}".replace("-", "−")
    if math.isinf(value) or 1e-3 <= abs(value) < 1000:
        return f"{value:.3g}".replace("-", "−").replace("inf", "∞")
    digits, power = f"{value:.2e}".split("e")
    tens = f"10{str(int(power)).translate(_SUPERSCRIPT)}"
    digits = f"{float(digits):g}".replace("-", "−")
    return tens if digits == "1" else f"{digits}×{tens}"


def markup(text: str) -> str:
    """Write text as HTML, with exponents raised and numbers such as 1e-06 printed.

    Parameters
    ----------
    text : str
        Text in which an exponent is written as α^N or α^{N/4}.

    Returns
    -------
    str
        HTML.
    """
    text = html.escape(text)
    text = re.sub(r"\^\{([^}]*)\}|\^(\w+)", lambda m: f"<sup>{m[1] or m[2]}</sup>", text)
    text = re.sub(r"(?<![\w.])\d+(\.\d+)?e[+-]?\d+\b", lambda m: printed(float(m[0])), text)
    text = re.sub(r"(?<!\S)-(?=\d)", "−", text)
    return re.sub("([≤≥]) ", "\\1&nbsp;", text)


def words(name: str) -> str:
    """Write a name of the configuration as HTML, with spaces for underscores.

    Parameters
    ----------
    name : str
        Such as "early_stopping".

    Returns
    -------
    str
        HTML.
    """
    return html.escape(name.replace("_", " "))


def table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Write a table.

    Parameters
    ----------
    heads : iterable of str
        The heads of the columns, as HTML.
    lines : iterable of iterable of str
        The cells of each line, as HTML.

    Returns
    -------
    str
        HTML.
    """
    head = "".join(f"<th>{head}</th>" for head in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in lines)
    return f'<table class="found"><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>\n'
