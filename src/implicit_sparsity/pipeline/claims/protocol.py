"""What the module of a claim has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.config.claims import Claim

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Tables by name: those of a claim's studies, or the parts of them that it looks at.
Tables = dict[str, pd.DataFrame]


class ClaimModule(Protocol):
    """A module of ``claims/``: what a claim looks at, what it rests on, and its figure.

    The tables that it gets have a column ``inside`` beside those of the study: whether a row meets
    the claim's condition (`selection.marked`).

    Registries load all modules: a job that measures a system those of all systems. So what takes
    long to load, such as an engine, SciPy's statistics or scikit-learn, is imported in the function
    that uses it, and in modules of systems Matplotlib for types alone.
    """

    def select(self, tables: Tables) -> Tables:
        """The rows that both the evidence and the figure look at.

        Parameters
        ----------
        tables : dict of str to DataFrame
            The tables of the claim's studies, by name.

        Returns
        -------
        dict of str to DataFrame
            The parts that the claim compares, by name, such as "noisy" and "noiseless".
        """

    def evidence(self, tables: Tables) -> dict[str, Evidence]:
        """The evidence for each metric of the claim's entry, by name, from the same tables."""

    def draw(self, tables: Tables, claim: Claim) -> Figure:
        """The figure, from the same tables; the docstring is its caption."""


def claim_module(name: str, modules: Mapping[str, ClaimModule]) -> ClaimModule:
    """The module of a claim.

    Parameters
    ----------
    name : str
        The id of its entry.
    modules : mapping of str to ClaimModule
        Those to choose from.

    Returns
    -------
    ClaimModule

    Raises
    ------
    ValueError
        If there is none.
    """
    if name not in modules:
        raise ValueError(
            f"Claim {name} has no module; add pipeline/claims/{name}.py and its line in "
            "pipeline/claims/registry.py."
        )
    return modules[name]
