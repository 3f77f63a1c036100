"""All designs by name. It imports NumPy alone, so that checking a configuration stays quick."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from implicit_sparsity.problem import Matrix
from implicit_sparsity.problems.designs.ar1 import ar1
from implicit_sparsity.problems.designs.coherent_pairs import coherent_pairs
from implicit_sparsity.problems.designs.equicorrelated import equicorrelated
from implicit_sparsity.problems.designs.gaussian import gaussian
from implicit_sparsity.problems.designs.rademacher import rademacher
from implicit_sparsity.problems.designs.sequence import sequence


class Design(Protocol):
    """A function that makes a random design whose entries have unit second moment.

    Its options follow (rng, n, p) as keyword arguments. It refuses bad options with a ValueError.
    """

    def __call__(
        self, rng: np.random.Generator, n: int, p: int, *args: Any, **options: Any
    ) -> Matrix:
        """A design, shape (n, p), float64."""


#: To add a design, write its module and add it here.
DESIGNS: dict[str, Design] = {
    "rademacher": rademacher,
    "gaussian": gaussian,
    "ar1": ar1,
    "equicorrelated": equicorrelated,
    "coherent_pairs": coherent_pairs,
    "sequence": sequence,
}
