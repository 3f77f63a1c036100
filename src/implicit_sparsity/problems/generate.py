"""The problems of an experiment: generated from a specification, saved to one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from implicit_sparsity.problem import Problem, Vector
from implicit_sparsity.problems import authors, from_file, mnist, signals, synthetic
from implicit_sparsity.problems.spec import FileSpec, ProblemSpec

#: Makes the problems of a specification, one for each replicate.
Problems: TypeAlias = Callable[[ProblemSpec], list[Problem]]


def generate(spec: ProblemSpec | FileSpec) -> list[Problem]:
    """One problem for each replicate of a specification.

    Images share one design and a dense random signal is shared by all replicates, as in the
    authors' experiments.

    Parameters
    ----------
    spec : ProblemSpec or FileSpec
        What the problems are made from.

    Returns
    -------
    list of Problem
        The problems, in the order of the replicates.

    Raises
    ------
    ValueError
        If an option of the design is wrong or the data file cannot be used.
    """
    if isinstance(spec, FileSpec):
        return _from_file(spec)
    one = _authors if spec.instances == "authors" else _synthetic
    return [one(spec, replicate) for replicate in range(spec.replicates)]


def _from_file(spec: FileSpec) -> list[Problem]:
    data = from_file.read(spec.file, spec.target, spec.layout)
    streams = (
        synthetic.generator(spec.seed, spec.experiment, replicate)
        for replicate in range(spec.replicates)
    )
    try:
        return [
            from_file.split(data, rng, spec.held_out, spec.centre, spec.scale) for rng in streams
        ]
    except ValueError as error:
        raise ValueError(f"{spec.file}: {error}") from None


def _authors(spec: ProblemSpec, replicate: int) -> Problem:
    images = spec.signal == "mnist"
    seed = authors.seeds(1 if images else spec.replicates)[0 if images else replicate]
    X = authors.rademacher(seed, spec.n, spec.p, **spec.options)
    w_star = authors.dense_signal(spec.p) if spec.signal == "normal" else _signal(spec, replicate)
    y = authors.response(X, w_star, authors.noise(seed, spec.n, spec.noise))
    return Problem(X, y.astype(np.float64), w_star)


def _synthetic(spec: ProblemSpec, replicate: int) -> Problem:
    images = spec.signal == "mnist"
    rng = synthetic.generator(spec.seed, spec.experiment, 0 if images else replicate)
    X = synthetic.design(spec.design, rng, spec.n, spec.p, **spec.options)
    X.flags.writeable = False  # else the problem would take a copy
    if images:  # the design is shared, the noise is not
        rng = synthetic.generator(spec.seed, f"{spec.experiment}/noise", replicate)
    if spec.signal == "normal":
        shared = synthetic.generator(spec.seed, f"{spec.experiment}/signal", 0)
        w_star = shared.standard_normal(spec.p)
    else:
        w_star = _signal(spec, replicate)
    return Problem(X, synthetic.response(rng, X, w_star, spec.noise, spec.law), w_star)


def _signal(spec: ProblemSpec, replicate: int) -> Vector:
    """Weights (p,) whose k non-zero entries are the signal, or the pixels of an image."""
    if spec.signal == "mnist":
        return mnist.image(replicate)
    if isinstance(spec.signal, dict):
        rng = synthetic.generator(spec.seed, f"{spec.experiment}/signal", replicate)
        return signals.drawn(rng, spec.signal, cast(int, spec.k), spec.p)
    w_star = np.zeros(spec.p)
    w_star[: spec.k] = spec.signal
    return w_star


def save(path: str | Path, problems: list[Problem]) -> None:
    """Write problems of equal shape to an .npz file.

    The file holds the arrays X (r or 1, n, p), y (r, n) and, where they are known, w_star (r, p),
    held_out_X (r, m, p), held_out_y (r, m) and columns (p,). A design that all problems share is
    written once, and small integers are written as bytes.

    Parameters
    ----------
    path : str or Path
        Where to write.
    problems : list of Problem
        At least one, all of one shape.

    Raises
    ------
    ValueError
        If some problems have true weights and some do not, or if the columns have other names.
    """
    first = problems[0]
    shared = all(np.array_equal(problem.X, first.X) for problem in problems)
    X = np.stack([first.X] if shared else [problem.X for problem in problems])
    truth = [problem.w_star for problem in problems if problem.w_star is not None]
    if truth and len(truth) < len(problems):
        raise ValueError("Some problems have a w_star and some do not; save them to two files.")
    if any(problem.columns != first.columns for problem in problems):
        raise ValueError("Some problems have other columns than others; save them to two files.")
    arrays: dict[str, NDArray[np.generic]] = {"y": np.stack([problem.y for problem in problems])}
    small = np.abs(X).max() <= 127 and np.array_equal(X, X.round())
    arrays["X"] = X.astype(np.int8) if small else X
    if truth:
        arrays["w_star"] = np.stack(truth)
    if held_out := [problem.held_out for problem in problems if problem.held_out is not None]:
        arrays["held_out_X"] = np.stack([part.X for part in held_out])
        arrays["held_out_y"] = np.stack([part.y for part in held_out])
    if first.columns:
        arrays["columns"] = np.array(first.columns, dtype=np.str_)
    np.savez(path, **arrays)  # type: ignore[arg-type]  # they are not allow_pickle


def load(path: str | Path) -> list[Problem]:
    """The problems in a file.

    Parameters
    ----------
    path : str or Path
        A file written by `save`.

    Returns
    -------
    list of Problem
        The problems, equal to those that were saved.
    """
    with np.load(path) as arrays:
        X, y = arrays["X"], arrays["y"]
        w_star = arrays["w_star"] if "w_star" in arrays else [None] * len(y)
        held_out: list[Problem | None] = [None] * len(y)
        if "held_out_y" in arrays:
            parts = zip(arrays["held_out_X"], arrays["held_out_y"], w_star, strict=True)
            held_out = [Problem(*part) for part in parts]
        columns = tuple(arrays["columns"].tolist()) if "columns" in arrays else None
    return [
        Problem(X[min(r, len(X) - 1)], y[r], w_star[r], held_out[r], columns) for r in range(len(y))
    ]
