"""Lines of progress of a long fit."""

from __future__ import annotations

import time as clock
from collections.abc import Callable


class Progress:
    """Prints a line every few seconds, if asked to.

    Parameters
    ----------
    verbose : int
        Whether to print.
    """

    #: Seconds between lines.
    EVERY = 5.0

    def __init__(self, verbose: int) -> None:
        self.verbose = verbose
        self.begun = self.last = clock.perf_counter()

    def line(self, time: float, rest: Callable[[], str]) -> None:
        """Say how far the flow is, and what ``rest`` makes to be said beside it."""
        now = clock.perf_counter()
        if self.verbose and now - self.last >= self.EVERY:
            self.last = now
            print(f"{now - self.begun:.0f} s: flow time {time:.3g}, {rest()}", flush=True)
