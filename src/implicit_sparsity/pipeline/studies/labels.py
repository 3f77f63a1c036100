"""What the cells of a study are called in its tables."""

from __future__ import annotations

from typing import Any

from implicit_sparsity.problems.signals import SIZES
from implicit_sparsity.problems.spec import ProblemSpec


def labels(cell: ProblemSpec) -> dict[str, object]:
    """The columns that tell the cells of a table apart.

    Parameters
    ----------
    cell : ProblemSpec
        A cell of a study.
    """
    options = ", ".join(
        key if value is True else f"{key}={value:g}"
        for key, value in cell.options.items()
        if value is not False
    )
    signal: object = cell.signal
    if isinstance(signal, list):
        signal = " ".join(f"{w:g}" for w in signal)
    elif isinstance(signal, dict):
        signal = _drawn(signal)
    return {
        "design": f"{cell.design}({options})" if options else cell.design,
        "n": cell.n,
        "p": cell.p,
        "k": cell.k,
        "signal": signal,
        "noise": cell.noise if cell.law == "gaussian" else f"{cell.law}({cell.noise:g})",
    }


def _drawn(signal: dict[str, Any]) -> str:
    """A signal of which something is drawn, as in "graded(1, 2), random signs"."""
    ((name, sizes),) = ((key, value) for key, value in signal.items() if key in SIZES)
    ends = sizes if isinstance(sizes, list) else [sizes]
    words = [f"{name}({', '.join(f'{size:g}' for size in ends)})"]
    return ", ".join(
        words + [f"{signal[key]} {key}" for key in ("signs", "places") if key in signal]
    )
