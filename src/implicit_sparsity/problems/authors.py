"""The random problems of the authors' code, rebuilt with NumPy alone.

Their code seeds NumPy's legacy generator and PyTorch's with the same number. Designs and dense
signals come from the first, noise from the second. Both are MT19937 with the same seeding, so the
legacy generator gives PyTorch's bits too; only PyTorch's method for normal numbers is added here.

References
----------
Authors' code: https://github.com/jiangyuan2li/Implicit-Sparse-Regularization.
PyTorch, ``aten/src/ATen/native/cpu/DistributionTemplates.h``, ``normal_fill``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from implicit_sparsity.checks import whole, within
from implicit_sparsity.problem import Matrix, Vector

Float32 = NDArray[np.float32]

#: Normals are made in blocks of this many.
BLOCK = 16


def seeds(replicates: int) -> list[int]:
    """Seeds of an experiment's replicates: 42 for a single one, else 1000·i for i = 0, 1, ….

    Parameters
    ----------
    replicates : int
        Number of replicates, at least 1.

    Returns
    -------
    list of int
        One seed for each replicate.

    Raises
    ------
    ValueError
        If ``replicates`` is not a positive integer.
    """
    whole("replicates", replicates)
    return [42] if replicates == 1 else [1000 * i for i in range(replicates)]


def rademacher(seed: int, n: int, p: int, probability: float = 0.5) -> Matrix:
    """The authors' design of independent ±1 entries.

    Parameters
    ----------
    seed : int
        Seed, from 0 to 2³² − 1.
    n, p : int
        Numbers of rows and columns.
    probability : float
        Chance of +1. The authors use 0.5, and 0.25 for MNIST.

    Returns
    -------
    array, shape (n, p)
        The design.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    """
    shape = (whole("n", n), whole("p", p))
    within("probability", probability, 0, 1)
    plus = _legacy(seed).binomial(1, probability, shape)
    return 2 * plus.astype(np.float64) - 1


def dense_signal(p: int) -> Vector:
    """The weights w* ~ N(0, 1) of the kernel-regime experiment, the same for every replicate.

    Parameters
    ----------
    p : int
        Number of weights.

    Returns
    -------
    array, shape (p,)
        The weights.

    Raises
    ------
    ValueError
        If ``p`` is not a positive integer.
    """
    return _legacy(42).normal(0.0, 1.0, whole("p", p))


def torch_randn(seed: int, n: int) -> Float32:
    """What ``torch.manual_seed(seed); torch.randn(n)`` gives on the CPU.

    Within 5e-7 of PyTorch 2.13.0 with AVX2 or AVX-512: 2 units in the last place in the authors'
    instances, 3 in twenty million draws. PyTorch's own values depend on the processor, since its
    plain code differs from the vectorised one by up to 2e-6. Here the logarithm and the cosine are
    taken in float64 and the product is rounded once, which hides how machines differ.

    Parameters
    ----------
    seed : int
        Seed, from 0 to 2³² − 1.
    n : int
        How many numbers, at least 16.

    Returns
    -------
    array, shape (n,)
        Normal numbers, float32.

    Raises
    ------
    ValueError
        If ``n`` < 16, where PyTorch draws one number at a time by another formula, or if the seed
        is out of its range.
    """
    if whole("n", n) < BLOCK:
        raise ValueError(
            f"n must be at least {BLOCK}, since PyTorch uses another formula below; got {n}."
        )
    whole_blocks = n - n % BLOCK
    words = n + BLOCK if n % BLOCK else n
    bits = _legacy(seed).randint(0, 2**32, size=words, dtype=np.uint32)
    uniform = (bits & (2**24 - 1)).astype(np.float32) / np.float32(2**24)
    normal = np.empty(n, dtype=np.float32)
    normal[:whole_blocks] = _box_muller(uniform[:whole_blocks])
    if n % BLOCK:
        # PyTorch fills the ragged end by drawing the last 16 values afresh.
        normal[-BLOCK:] = _box_muller(uniform[n:])
    return normal


def _box_muller(uniform: Float32) -> Float32:
    """Normals from uniforms in [0, 1), block by block: 8 radii, then 8 angles."""
    pairs = uniform.reshape(-1, 2, BLOCK // 2)
    # 1 − u lies in (0, 1] and is exact; the angle is rounded to float32, as it is in PyTorch.
    radius = np.sqrt(-2.0 * np.log(1.0 - pairs[:, 0].astype(np.float64)))
    angle = (np.float32(2 * np.pi) * pairs[:, 1]).astype(np.float64)
    normal = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return normal.ravel().astype(np.float32)


def noise(seed: int, n: int, sigma: float) -> Float32:
    """Noise ξ = σ · ``torch_randn(seed, n)``, multiplied in float32.

    Parameters
    ----------
    seed, n : int
        As for `torch_randn`.
    sigma : float
        Standard deviation σ, at least 0.

    Returns
    -------
    array, shape (n,)
        The noise, float32.

    Raises
    ------
    ValueError
        If ``sigma`` is negative or not finite, or if `torch_randn` refuses ``seed`` or ``n``.
    """
    scaled: Float32 = np.float32(within("sigma", sigma, 0)) * torch_randn(seed, n)
    return scaled


def response(X: ArrayLike, w_star: ArrayLike, noise: ArrayLike) -> Float32:
    """The response y = Xw* + ξ in float32.

    X, w* and ξ are rounded to float32. The product is summed in float64 and rounded once. So it is
    exact where the authors' is (integer weights), and does not depend on the order of the sum.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Design.
    w_star : array_like, shape (p,)
        True weights.
    noise : array_like, shape (n,)
        Noise ξ.

    Returns
    -------
    array, shape (n,)
        The response, float32.

    Raises
    ------
    ValueError
        If the shapes disagree.
    """
    design, weights, xi = (np.asarray(a, dtype=np.float32) for a in (X, w_star, noise))
    if design.ndim != 2 or weights.shape != design.shape[1:] or xi.shape != design.shape[:1]:
        raise ValueError(
            "X, w_star and noise must have shapes (n, p), (p,) and (n,), "
            f"but have {design.shape}, {weights.shape} and {xi.shape}; make them agree."
        )
    product: Vector = design.astype(np.float64) @ weights.astype(np.float64)
    return product.astype(np.float32) + xi


def _legacy(seed: int) -> np.random.RandomState:
    """NumPy's legacy generator, whose streams are frozen."""
    if whole("seed", seed, 0) >= 2**32:
        raise ValueError(f"seed must be below 2**32, the generator's word; got {seed}.")
    return np.random.RandomState(seed)
