"""What the cells of a study are called in its tables."""

from __future__ import annotations

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
        signal = f"uniform({', '.join(f'{w:g}' for w in signal['uniform'])})"
    return {
        "design": f"{cell.design}({options})" if options else cell.design,
        "n": cell.n,
        "p": cell.p,
        "k": cell.k,
        "signal": signal,
        "noise": cell.noise,
    }
