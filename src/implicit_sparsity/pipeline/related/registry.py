"""Every related system's module, by name."""

from __future__ import annotations

from implicit_sparsity.pipeline.related import (
    decay_then_none,
    depth_two_statistics,
    group_sparsity,
    incremental_depth,
    limit_by_start,
    momentum,
    noiseless_recovery,
    non_negative_least_squares,
    penalised_factors,
    saddle_to_saddle,
    sequence_model,
    sparse_classification,
    sparse_outliers,
    stochastic_descent,
    two_interpolators,
    weight_normalisation,
    which_l1_minimiser,
)
from implicit_sparsity.pipeline.related.protocol import System

#: The modules, which mypy holds to the protocol.
SYSTEMS: dict[str, System] = {
    "decay_then_none": decay_then_none,
    "depth_two_statistics": depth_two_statistics,
    "group_sparsity": group_sparsity,
    "incremental_depth": incremental_depth,
    "limit_by_start": limit_by_start,
    "momentum": momentum,
    "noiseless_recovery": noiseless_recovery,
    "non_negative_least_squares": non_negative_least_squares,
    "penalised_factors": penalised_factors,
    "saddle_to_saddle": saddle_to_saddle,
    "sequence_model": sequence_model,
    "sparse_classification": sparse_classification,
    "sparse_outliers": sparse_outliers,
    "stochastic_descent": stochastic_descent,
    "two_interpolators": two_interpolators,
    "weight_normalisation": weight_normalisation,
    "which_l1_minimiser": which_l1_minimiser,
}
