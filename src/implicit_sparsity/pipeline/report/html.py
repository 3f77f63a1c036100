"""Text and tables as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping

from implicit_sparsity.formatting import unicode_number


def markup(text: str) -> str:
    """Write text as HTML, with exponents raised and numbers such as 1e-06 as 10⁻⁶.

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
    text = re.sub(r"(?<![\w.])\d+(\.\d+)?e[+-]?\d+\b", lambda m: unicode_number(float(m[0])), text)
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


def html_table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
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


def setting_table(caption: str, setting: Mapping[str, str]) -> str:
    """Write what something was run with.

    Parameters
    ----------
    caption : str
        The caption of the table.
    setting : mapping of str to str
        What is set, by its name, in words.

    Returns
    -------
    str
        HTML.
    """
    lines = "".join(
        f"<tr><th>{markup(name)}</th><td>{markup(value)}</td></tr>\n"
        for name, value in setting.items()
    )
    return f'<table class="setting"><caption>{caption}</caption>\n{lines}</table>\n'


def figure_legend(legend: str) -> str:
    """Write what a figure shows."""
    return f"<p><b>The figure.</b> {markup(legend)}</p>\n"
