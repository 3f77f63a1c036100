"""New random instances, each from its own stream whatever the order of the jobs.

The generator is PCG64 seeded by a ``SeedSequence`` whose key is (experiment, replicate). The bytes
of a stream are the same on every machine with the same NumPy; a NumPy release may change them
(NEP 19), unlike those of ``authors``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import ArrayLike

from implicit_sparsity.checks import whole, within
from implicit_sparsity.problem import Matrix, Vector


def generator(seed: int, experiment: str, replicate: int) -> np.random.Generator:
    """The random generator of one replicate of one experiment.

    Parameters
    ----------
    seed : root seed, ≥ 0, shared by all experiments.
    experiment : name, hashed by CRC-32 since Python's own hash changes from run to run.
    replicate : ≥ 0.

    Raises
    ------
    ValueError
        If a number is not a whole one in its range or the name is empty or not text.
    """
    if not isinstance(experiment, str) or not experiment:
        raise ValueError(f"experiment must be a name, so some text; got {experiment!r}.")
    key = (crc32(experiment.encode()), whole("replicate", replicate, 0))
    sequence = np.random.SeedSequence(whole("seed", seed, 0), spawn_key=key)
    return np.random.Generator(np.random.PCG64(sequence))


def rademacher(
    rng: np.random.Generator, n: int, p: int, *, probability: float = 0.5, centred: bool = False
) -> Matrix:
    """Independent ±1 entries, each +1 with the given probability in [0, 1].

    Where ``centred``, their mean is subtracted and they are scaled back to unit second moment.
    """
    if not isinstance(centred, bool):
        raise ValueError(f"centred must be true or false; got {centred!r}.")
    q = within("probability", probability, 0, 1)
    X: Matrix = np.where(rng.random((n, p)) < q, 1.0, -1.0)
    if not centred:
        return X
    within("probability of a centred design", probability, 1e-6, 1 - 1e-6)
    X = (X - (2 * q - 1)) / np.sqrt(4 * q * (1 - q))
    return X


def gaussian(rng: np.random.Generator, n: int, p: int) -> Matrix:
    """Independent N(0, 1) entries."""
    return rng.standard_normal((n, p))


def ar1(rng: np.random.Generator, n: int, p: int, *, rho: float) -> Matrix:
    """Rows N(0, Σ) with Σ_ij = ρ^|i−j|, ρ in [−1, 1]: X_j = ρ X_{j−1} + √(1−ρ²) Z_j."""
    within("rho", rho, -1, 1)
    Z = rng.standard_normal((p, n))
    Z[1:] *= np.sqrt(1 - rho**2)
    for j in range(1, p):
        Z[j] += rho * Z[j - 1]
    return np.ascontiguousarray(Z.T)


def equicorrelated(rng: np.random.Generator, n: int, p: int, *, rho: float) -> Matrix:
    """Rows N(0, Σ) with Σ_ij = ρ off the diagonal, ρ in [0, 1]: X_j = √ρ Z₀ + √(1−ρ) Z_j."""
    within("rho", rho, 0, 1)
    shared = rng.standard_normal((n, 1))
    X: Matrix = np.sqrt(rho) * shared + np.sqrt(1 - rho) * rng.standard_normal((n, p))
    return X


def coherent_pairs(
    rng: np.random.Generator, n: int, p: int, *, pairs: int, correlation: float
) -> Matrix:
    """N(0, 1) columns, independent but for ``pairs`` pairs of given correlation in [−1, 1].

    Column i < ``pairs`` is paired with column p − ``pairs`` + i. A signal on the first
    coordinates so has its rivals off the support, at the end.
    """
    if 2 * whole("pairs", pairs) > p:
        raise ValueError(f"pairs must be at most p/2 = {p / 2:g}; got {pairs}.")
    within("correlation", correlation, -1, 1)
    X = rng.standard_normal((n, p))
    X[:, -pairs:] *= np.sqrt(1 - correlation**2)
    X[:, -pairs:] += correlation * X[:, :pairs]
    return X


#: Designs by name. Each takes ``(rng, n, p, **options)`` and gives an (n, p) array whose entries
#: have unit second moment.
DESIGNS: dict[str, Callable[..., Matrix]] = {
    f.__name__: f for f in (rademacher, gaussian, ar1, equicorrelated, coherent_pairs)
}


def design(name: str, rng: np.random.Generator, n: int, p: int, **options: float) -> Matrix:
    """The design of that name in ``DESIGNS``, shape (n, p), float64.

    Parameters
    ----------
    name : a key of ``DESIGNS``.
    rng : source of randomness, advanced by the call.
    n, p : shape, ≥ 1.
    **options : what the named function takes: ``probability``, ``rho``, ….

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


def response(rng: np.random.Generator, X: ArrayLike, w_star: ArrayLike, sigma: float) -> Vector:
    """y = Xw* + σ · N(0, 1) in float64, shape (n,).

    Parameters
    ----------
    rng : source of the noise, advanced by n normals even if σ = 0.
    X : shape (n, p).
    w_star : shape (p,).
    sigma : noise scale, ≥ 0.

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
    return signal + within("sigma", sigma, 0) * rng.standard_normal(signal.size)
