"""Random problems with one stream of random numbers each, whatever the order of the jobs.

The generator is PCG64 seeded by a ``SeedSequence`` whose key is (experiment, replicate). The bytes
of a stream are the same on every machine with the same NumPy. A NumPy release may change them
(NEP 19), unlike those of ``authors``.
"""

from __future__ import annotations

import inspect
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import whole, within
from implicit_sparsity.problem import Matrix, Vector
from implicit_sparsity.problems.designs.registry import DESIGNS
from implicit_sparsity.problems.noise import LAWS


def generator(seed: int, experiment: str, replicate: int) -> np.random.Generator:
    """The random generator of one replicate of one experiment.

    Parameters
    ----------
    seed : int
        Root seed, at least 0, shared by all experiments.
    experiment : str
        Name, hashed by CRC-32 since Python's own hash changes from run to run.
    replicate : int
        Number of the replicate, at least 0.

    Returns
    -------
    numpy.random.Generator
        A generator with a stream of its own.

    Raises
    ------
    ValueError
        If a number is not an integer in its range or the name is empty or not text.
    """
    if not isinstance(experiment, str) or not experiment:
        raise ValueError(f"experiment must be a name, so some text; got {experiment!r}.")
    key = (crc32(experiment.encode()), whole("replicate", replicate, 0))
    sequence = np.random.SeedSequence(whole("seed", seed, 0), spawn_key=key)
    return np.random.Generator(np.random.PCG64(sequence))


def design(name: str, rng: np.random.Generator, n: int, p: int, **options: Any) -> Matrix:
    """A random design.

    Parameters
    ----------
    name : str
        A key of ``designs.registry.DESIGNS``.
    rng : numpy.random.Generator
        Source of randomness, advanced by the call.
    n, p : int
        Numbers of rows and columns, at least 1.
    **options
        What the named design takes: ``probability``, ``rho``, ….

    Returns
    -------
    array, shape (n, p)
        The design, float64.

    Raises
    ------
    ValueError
        If the name or an option is not known, an option is missing or a value is out of range.
    """
    if name not in DESIGNS:
        raise ValueError(f"design must be one of {', '.join(DESIGNS)}; got {name!r}.")
    whole("n", n)
    whole("p", p)
    try:
        inspect.signature(DESIGNS[name]).bind(rng, n, p, **options)
    except TypeError as error:
        raise ValueError(f"Design {name} got wrong options: {error}; correct them.") from None
    return DESIGNS[name](rng, n, p, **options)


def response(
    rng: np.random.Generator, X: ArrayLike, w_star: ArrayLike, sigma: float, law: str = "gaussian"
) -> Vector:
    """The response y = Xw* + σξ in float64, with independent ξ_i of mean 0 and variance 1.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the noise, advanced by n draws even if σ = 0.
    X : array_like, shape (n, p)
        Design.
    w_star : array_like, shape (p,)
        True weights.
    sigma : float
        Standard deviation σ of the noise, at least 0.
    law : str
        A key of ``noise.LAWS``.

    Returns
    -------
    array, shape (n,)
        The response.

    Raises
    ------
    ValueError
        If the shapes disagree or ``sigma`` is negative or not finite.
    """
    matrix, weights = np.asarray(X, dtype=np.float64), np.asarray(w_star, dtype=np.float64)
    if matrix.ndim != 2 or weights.shape != matrix.shape[1:]:
        raise ValueError(
            "X and w_star must have shapes (n, p) and (p,), "
            f"but have {matrix.shape} and {weights.shape}; make them agree."
        )
    # einsum, unlike the BLAS, adds in an order that does not depend on the number of threads.
    signal: Vector = np.einsum("ij,j->i", matrix, weights)
    return signal + within("sigma", sigma, 0) * LAWS[law](rng, signal.size)
