"""Networks: how the weights of a linear model are made of parameters.

A network of your own is a class with the two methods of `Network`. Make it a frozen dataclass, and
its compiled code is kept from one call to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from implicit_sparsity.checks import flag, whole, within
from implicit_sparsity.problem import Vector

#: Arrays, or lists, tuples and dictionaries of them.
Parameters = Any


class Network(Protocol):
    """What a network has.

    If it also has a number ``depth``, for which the weights scale as α^depth, trajectories carry
    it, and the default bound of their events is α^{depth/4}.
    """

    def start(self, alpha: Vector, p: int) -> Parameters:
        """Parameters at the start.

        Parameters
        ----------
        alpha : array
            What was given as ``alpha``: of shape () or (p,), or any other that the network takes.
        p : int
            Number of weights.

        Returns
        -------
        pytree of array
            The parameters.
        """

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights of the linear model, written in ``jax.numpy``.

        Parameters
        ----------
        parameters : pytree of array
            Parameters in the form of ``start``.

        Returns
        -------
        array, shape (p,)
            The weights.
        """


@dataclass(frozen=True)
class Diagonal:
    """The diagonal linear network w = u^N − v^N (or u^N), from u = v = α.

    Parameters
    ----------
    depth : float
        N ≥ 1. If it is not a whole number, the factors must stay positive.
    one_sided : bool, optional
        Whether the network is w = u^N.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Sparse Regularization: The
       Impact of Depth and Early Stopping", NeurIPS 2021.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity.training import networks
    >>> network = networks.Diagonal(depth=3)
    >>> network.weights(network.start(np.array(0.1), p=2))
    array([0., 0.])
    """

    depth: float
    one_sided: bool = False

    def __post_init__(self) -> None:
        depth = within("depth", self.depth, 1.0)
        # A power that is a whole number is made of products, and takes negative factors.
        object.__setattr__(self, "depth", int(depth) if depth.is_integer() else depth)
        flag("one_sided", self.one_sided)

    def start(self, alpha: Vector, p: int) -> Parameters:
        """Factors u and v, all α."""
        factor = np.broadcast_to(alpha, p)
        return {"u": factor} if self.one_sided else {"u": factor, "v": factor}

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights u^N − v^N."""
        w: jax.Array = parameters["u"] ** self.depth
        return w if self.one_sided else w - parameters["v"] ** self.depth


@dataclass(frozen=True)
class Product:
    """The product w = u₁ ⊙ … ⊙ u_N of separate factors, from α, …, α, 0.

    At N = 2 its flow is that of w = u² − v² from α/2, at half the speed.

    Parameters
    ----------
    depth : int
        Number N of factors, at least 1. One is linear regression from zero.

    Notes
    -----
    ``alpha`` may also have the shape (N, p): the factors themselves.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity.training import networks
    >>> networks.Product(depth=2).start(np.array(0.1), p=3)
    [array([0.1, 0.1, 0.1]), array([0., 0., 0.])]
    """

    depth: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "depth", whole("depth", self.depth))

    def start(self, alpha: Vector, p: int) -> Parameters:
        """Factors, the last of them zero unless all are given."""
        factors = np.array(np.broadcast_to(alpha, (self.depth, p)))
        if np.ndim(alpha) < 2:
            factors[-1] = 0.0
        return list(factors)

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights u₁ ⊙ … ⊙ u_N."""
        w: jax.Array = parameters[0]
        for factor in parameters[1:]:
            w = w * factor
        return w


@dataclass(frozen=True)
class Normalised:
    """A network whose parameters x are written as r a/‖a‖, each array on its own.

    The parameters are ``{"radius": r, "direction": a}``, so that a step size of that form gives
    the radius a step of its own. The directions start with norm 1.

    Parameters
    ----------
    network : Network
        The network, none of whose parameters starts at zero.

    References
    ----------
    .. [1] H.-H. Chou, H. Rauhut & R. Ward, "Robust implicit regularization via weight
       normalization", arXiv:2305.05448.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity.training import networks
    >>> network = networks.Normalised(networks.Diagonal(depth=2, one_sided=True))
    >>> float(network.start(np.array(0.1), p=100)["radius"]["u"])
    1.0
    """

    network: Network

    @property
    def depth(self) -> float:
        """The depth of the network, NaN if it has none."""
        return float(getattr(self.network, "depth", np.nan))

    def start(self, alpha: Vector, p: int) -> Parameters:
        """Radii and directions."""
        parameters = self.network.start(alpha, p)
        radius = jax.tree.map(np.linalg.norm, parameters)
        if not all(jax.tree.leaves(radius)):
            raise ValueError("parameters that are all zero have no direction")
        return {
            "radius": radius,
            "direction": jax.tree.map(lambda r, x: x / r, radius, parameters),
        }

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights of the network at r a/‖a‖."""
        scaled = jax.tree.map(
            lambda r, a: r * a / jnp.linalg.norm(a), parameters["radius"], parameters["direction"]
        )
        return self.network.weights(scaled)


@dataclass(frozen=True)
class Grouped:
    """Groups of weights w_l = u_l² v_l of one size, from u_l = α and equal entries of v_l.

    Parameters
    ----------
    size : int
        Number of weights in a group; groups are runs of neighbours.
    entry : float, optional
        The entries of v_l at the start; ``size`` to the power −½ without, so that ‖v_l‖ = 1.

    References
    ----------
    .. [1] J. Li, T. V. Nguyen, C. Hegde & R. K. W. Wong, "Implicit Regularization for Group
       Sparsity", ICLR 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity.training import networks
    >>> network = networks.Grouped(size=4)
    >>> network.weights(network.start(np.array(0.1), p=8)).round(6)
    array([0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005])
    """

    size: int
    entry: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", whole("size", self.size))
        if self.entry is not None:
            object.__setattr__(self, "entry", within("entry", self.entry, -np.inf))

    def start(self, alpha: Vector, p: int) -> Parameters:
        """One u and ``size`` entries of v for each group."""
        if p % self.size:
            raise ValueError(f"{p} columns do not make groups of {self.size}")
        groups = p // self.size
        return {
            "u": np.broadcast_to(alpha, groups),
            "v": np.full(
                (groups, self.size), self.size**-0.5 if self.entry is None else self.entry
            ),
        }

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights u_l² v_l, group after group."""
        w: jax.Array = parameters["u"][:, None] ** 2 * parameters["v"]
        return w.reshape(-1)

    @staticmethod
    def normalise(parameters: Parameters) -> Parameters:
        """Scale every v_l to norm 1, as a projection after the step."""
        v = parameters["v"]
        return {**parameters, "v": v / jnp.linalg.norm(v, axis=1, keepdims=True)}


@dataclass(frozen=True)
class WithOutliers:
    """Linear weights θ from zero, followed by sparse weights s = u² − v² from u = v = α.

    With a design [X I] it is y = Xθ + s, in which s stands for outliers, one a sample.

    Parameters
    ----------
    samples : int
        Number of the sparse weights, which are the last.

    References
    ----------
    .. [1] S. Liu, Z. Zhu, Q. Qu & C. You, "Robust Training under Label Noise by
       Over-parameterization", arXiv:2202.14026.

    Examples
    --------
    >>> import numpy as np
    >>> from implicit_sparsity.training import networks
    >>> network = networks.WithOutliers(samples=3)
    >>> network.start(np.array(0.1), p=5)["linear"]
    array([0., 0.])
    """

    samples: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", whole("samples", self.samples))

    def start(self, alpha: Vector, p: int) -> Parameters:
        """Weights θ of zero, and factors u and v of α."""
        if p < self.samples:
            raise ValueError(f"{p} columns are fewer than {self.samples} samples")
        factor = np.broadcast_to(alpha, self.samples)
        return {"linear": np.zeros(p - self.samples), "u": factor, "v": factor}

    def weights(self, parameters: Parameters) -> jax.Array:
        """Weights θ, then u² − v²."""
        sparse = parameters["u"] ** 2 - parameters["v"] ** 2
        return jnp.concatenate([parameters["linear"], sparse])
