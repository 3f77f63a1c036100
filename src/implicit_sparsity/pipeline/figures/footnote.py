"""What must be said below the panels of a figure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from matplotlib.figure import Figure

from implicit_sparsity.pipeline.figures import style

#: Characters of a line.
_LINE = 110


def footnote(figure: Figure, sentences: Iterable[str]) -> None:
    """Write sentences below all panels, a line or more each.

    Parameters
    ----------
    figure : Figure
        The figure, whose layout makes room.
    sentences : iterable of str
        What is said; nothing is written if there is none.
    """
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, _LINE)]
    if lines:
        text = "\n".join(lines).replace("$", r"\$")
        figure.supxlabel(text, x=0.01, ha="left", fontsize=6.2, color=style.VERMILION)
