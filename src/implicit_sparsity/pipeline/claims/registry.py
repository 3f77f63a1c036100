"""Every claim's module, by the name of its entry in config/claims.yaml."""

from __future__ import annotations

from implicit_sparsity.pipeline.claims import (
    correlated_designs,
    depth_widens_start,
    depth_widens_window,
    early_stopping,
    flow_and_descent,
    image_recovery_centred,
    image_recovery_longer,
    image_recovery_published,
    incoherence_alone,
    learning_one_by_one,
    minimax_rate,
    rich_to_kernel,
    risk_at_threshold,
    sample_complexity,
    single_precision,
    sparse_recovery,
    stopping_in_practice,
    sub_gaussian_noise,
    uniform_bounds,
    window_shape,
)
from implicit_sparsity.pipeline.claims.protocol import ClaimModule

#: The modules, which mypy holds to the protocol.
CLAIMS: dict[str, ClaimModule] = {
    "correlated_designs": correlated_designs,
    "depth_widens_start": depth_widens_start,
    "depth_widens_window": depth_widens_window,
    "early_stopping": early_stopping,
    "flow_and_descent": flow_and_descent,
    "image_recovery_centred": image_recovery_centred,
    "image_recovery_longer": image_recovery_longer,
    "image_recovery_published": image_recovery_published,
    "incoherence_alone": incoherence_alone,
    "learning_one_by_one": learning_one_by_one,
    "minimax_rate": minimax_rate,
    "rich_to_kernel": rich_to_kernel,
    "risk_at_threshold": risk_at_threshold,
    "sample_complexity": sample_complexity,
    "single_precision": single_precision,
    "sparse_recovery": sparse_recovery,
    "stopping_in_practice": stopping_in_practice,
    "sub_gaussian_noise": sub_gaussian_noise,
    "uniform_bounds": uniform_bounds,
    "window_shape": window_shape,
}
