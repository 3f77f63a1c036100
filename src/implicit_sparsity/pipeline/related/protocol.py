"""What the module of a related system has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd

from implicit_sparsity.pipeline.claims.protocol import ClaimModule

#: The random generator of each draw, by its number.
Draws = Mapping[int, np.random.Generator]


class System(ClaimModule, Protocol):
    """A module of ``related/``: what a `ClaimModule` has, and what its one table is made of.

    It also has a frozen dataclass ``Settings``, whose fields are the keys of its entry under
    ``related`` in config.yaml: their annotations (``float``, ``int``, ``bool``, ``Literal``, or
    ``list`` of one of these) and the docstring say what the configuration may hold. Settings that
    have to go together say so by ``Annotated`` with a relation of ``pipeline.config.relations``.
    """

    @property
    def Settings(self) -> Any:
        """The settings."""

    def measure(self, settings: Any, draws: Draws, /) -> pd.DataFrame:
        """The table that the claim of the system's name is judged on.

        Parameters
        ----------
        settings : Settings
            What is run.
        draws : mapping of int to Generator
            All randomness of each draw. Draws are independent, so that some of them alone give the
            rows that they give among all.

        Returns
        -------
        DataFrame
            Rows of each draw, its number in the column ``replicate``.
        """
