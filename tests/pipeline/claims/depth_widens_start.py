"""Errors that pass twice the oracle's at a start that grows with depth; never for dense truths."""

from claims.case import Change, Expected, study, with_baselines
from implicit_sparsity.pipeline.claims.verdicts import INCONCLUSIVE

ORACLE = 0.03
STARTS = [m * 10.0**e for e in range(-8, 3) for m in (1, 3)][:-1]
#: By depth, log₁₀ of the start at which errors pass twice the oracle's.
LIMITS = {2: -6.0, 2.5: -5.4, 3: -4.8, 4: -4.2, 5: -3.6, 6: -3.0, 8: -2.4, 10: -1.8}


def _sparse(keys, jitter):
    ratio = 2 * (keys["init"] / 10.0 ** LIMITS[keys["depth"]]) ** 0.5
    return {"best_error": ORACLE * ratio * jitter}


def _dense(keys, jitter):
    return {"best_error": 20 * ORACLE * jitter}


SPARSE_LEVELS = {"depth": list(LIMITS), "init": STARTS}
DENSE_LEVELS = {"k": [50], "depth": [2, 10], "init": [1e-8, 1e-4, 1.0, 100.0]}
TABLES = {
    "phase_diagram": with_baselines(study(SPARSE_LEVELS, _sparse), oracle={"best_error": ORACLE}),
    "phase_diagram_dense": with_baselines(
        study(DENSE_LEVELS, _dense), oracle={"best_error": ORACLE}
    ),
}


def limits(*values):
    """Errors that pass the limit elsewhere, by depth, all replicates alike."""
    moved = dict(zip(LIMITS, values, strict=True))
    terms = (f"(depth == {depth}) * {10.0**limit!r}" for depth, limit in moved.items())
    ratio = f"2 * (init / ({' + '.join(terms)})) ** 0.5"
    return Change("phase_diagram", "p > 0", {"best_error": f"{ORACLE} * {ratio}"})


def _deep_works(other):
    """At depth 10 alone, dense truths are recovered from whatever start."""
    return Change(
        "phase_diagram_dense", "depth == 10", {"best_error": ORACLE}, also={other: INCONCLUSIVE}
    )


METRICS = {
    "decades_gained": Expected(
        value=4.2,
        contradicted=limits(-6, -5.9, -5.8, -5.7, -5.6, -5.5, -5.4, -5.3),
        control_holds=_deep_works("order_with_depth"),
    ),
    "order_with_depth": Expected(
        value=1.0,
        contradicted=limits(-6, -4.8, -5.4, -3.6, -4.2, -2.4, -3, -1.8),
        control_holds=_deep_works("decades_gained"),
    ),
}
