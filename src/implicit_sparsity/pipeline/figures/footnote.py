"""What must be said below the panels of a figure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from implicit_sparsity.pipeline.figures import style

#: The group of a legend that stands below the panels.
BELOW = "below"
#: Characters of a line, and their size.
_LINE, _SIZE = 110, 6.2


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
    text = "\n".join(lines).replace("$", r"\$")
    # The layout makes room below for one thing alone; a legend that stands there carries the text.
    below = [legend for legend in figure.legends if legend.get_gid() == BELOW]
    if lines and below:
        below[0].set_title(text, prop=FontProperties(size=_SIZE))
        below[0].get_title().set_color(style.VERMILION)
    elif lines:
        figure.supxlabel(text, x=0.01, ha="left", fontsize=_SIZE, color=style.VERMILION)
