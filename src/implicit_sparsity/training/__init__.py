"""Training of any network, with any loss and any optimiser, on JAX and optax.

From the top: `runs` (`train` and `train_many`), `networks`, `losses`, `optimisers` and
`transformations` (what they take), `numbers` (what of these is no constant of compiled code),
`engine` (the compiled iteration), `starts` (the start, and what is refused before any work),
`trajectory` (what is returned).

Everything is in double precision, by JAX's context manager: what other code does with JAX keeps
the precision that it had. It runs on JAX's default device, a GPU if JAX has one;
``jax.default_device`` chooses another.
"""

try:
    import jax as _jax  # noqa: F401
    import optax as _optax  # noqa: F401
except ImportError as error:
    raise ImportError(
        "implicit_sparsity.training needs JAX and optax; "
        'install them with pip install "implicit-sparsity[training]".'
    ) from error

from implicit_sparsity.training import losses, networks, optimisers, transformations
from implicit_sparsity.training.runs import train, train_many
from implicit_sparsity.training.trajectory import TrainingTrajectory

__all__ = [
    "TrainingTrajectory",
    "losses",
    "networks",
    "optimisers",
    "train",
    "train_many",
    "transformations",
]
