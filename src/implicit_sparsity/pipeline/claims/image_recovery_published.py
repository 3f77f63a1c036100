"""Whether depth helps to recover images: the authors' design and stopping time."""

from __future__ import annotations

from matplotlib.figure import Figure

from implicit_sparsity.pipeline.claims import image_gains
from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim

SETTINGS = {"gain": (False, "paper"), "gain_held_out": (False, "held-out")}

select = image_gains.many_and_few


def evidence(tables: Tables) -> dict[str, Evidence]:
    """A gain for each of ``SETTINGS``."""
    return image_gains.gains_of(tables, SETTINGS)


def draw(tables: Tables, claim: Claim) -> Figure:
    """Above, the quality of each image by depth; below, what the greatest depth gains on it over
    the least, and the median with its 95 % interval; grey, far fewer measurements."""
    return image_gains.draw_gains(tables, claim, SETTINGS)
