"""How long a flow of standardised data is worth following."""

from __future__ import annotations

from typing import NamedTuple

from implicit_sparsity.flow.coordinates import Network
from implicit_sparsity.theory.escape import escape_time

#: A flow ends at this multiple of its first escape time, when gradients 1e4 times weaker have had
#: the time to act.
ESCAPES_FOLLOWED = 1e4
#: Gradients at zero below this, in standardised units, are rounding.
ZERO_GRADIENT = 1e-12


class Horizon(NamedTuple):
    """Flow times of a standardised problem.

    Attributes
    ----------
    escape : float
        When the coordinate of the steepest gradient would reach 1 if that gradient stayed.
    end : float
        When to end a flow that nothing else stops.
    """

    escape: float
    end: float

    @classmethod
    def of(cls, steepest: float, network: Network) -> Horizon:
        """Find the times of a problem.

        Parameters
        ----------
        steepest : float
            The steepest gradient at zero weights, of standardised data.
        network : Network
            Depth and start of the network.

        Returns
        -------
        Horizon
            The times.
        """
        gradient = steepest if steepest > ZERO_GRADIENT else 1.0
        escape = float(escape_time(gradient, network.depth, network.alpha, 1.0))
        return cls(escape, ESCAPES_FOLLOWED * escape)
