"""What problems are made from, as the checked configuration says it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from implicit_sparsity.problems.files.layout import Layout

#: In one training sample nothing varies.
FEWEST_TRAINING = 2


@dataclass(frozen=True)
class ProblemSpec:
    """Random problems with known weights.

    Attributes
    ----------
    experiment : str
        Key of the random streams.
    instances : str
        "authors" for the problems of the authors' code, "fresh" for new ones.
    seed : int
        Root seed of new problems.
    design : str
        Name of the design, see ``designs.registry.DESIGNS``.
    options : dict
        Options of the design.
    n, p : int
        Numbers of samples and of columns.
    signal : float, list, dict or str
        The non-zero weights: one value for all, a list of them, a mapping of which something is
        drawn, see ``signals.drawn``, "normal" for a dense signal, or "mnist" for images.
    k : int or None
        Number of non-zero weights; None for dense signals and images.
    noise : float
        Standard deviation of the noise.
    replicates : int
        Number of problems.
    law : str
        Law of the noise, a key of ``noise.LAWS``.
    """

    experiment: str
    instances: str
    seed: int
    design: str
    options: dict[str, Any]
    n: int
    p: int
    signal: float | list[float] | dict[str, Any] | str
    k: int | None
    noise: float
    replicates: int
    law: str = "gaussian"


@dataclass(frozen=True)
class FileSpec:
    """Problems from a data file, which is split anew for every replicate.

    Attributes
    ----------
    experiment : str
        Key of the random streams.
    seed : int
        Root seed of the splits.
    file : str
        Path of the file.
    target : str or None
        Name of the target column of a table.
    centre, scale : bool
        Whether columns and target are centred, and scaled to mean square 1.
    held_out : float
        Share of the samples that is held out, between 0 and 1.
    replicates : int
        Number of splits.
    separator, decimal, encoding, leave_out : str, str, str, list of str
        How a table is written, see `Layout`.
    """

    experiment: str
    seed: int
    file: str
    target: str | None
    centre: bool
    scale: bool
    held_out: float
    replicates: int
    separator: str | None = None
    decimal: str = "."
    encoding: str = "utf-8"
    leave_out: list[str] = field(default_factory=list)

    @property
    def layout(self) -> Layout:
        """How a table is written."""
        return Layout(self.separator, self.decimal, self.encoding, self.leave_out)


def training_samples(n: int, held_out: float) -> int:
    """How many of n samples are left where a share is held out: one at least, but not all."""
    return n - min(max(round(held_out * n), 1), n - 1)
