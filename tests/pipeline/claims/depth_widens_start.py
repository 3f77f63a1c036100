"""Errors that pass twice the oracle's at a start that grows with depth, most of it by depth 3."""

from claims.case import Change, Expected, study, with_baselines
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE

ORACLE, STUDY, SIZES, EASY = 0.03, "phase_diagram", "start_and_size", "phase_diagram_easy"
STARTS = [10.0**e for e in range(-8, 2)]
#: By depth, log₁₀ of the start at which errors pass twice the oracle's.
LIMITS = {2: -6.0, 3: -4.4, 4: -4.2, 6: -3.8, 10: -3.6}


def ratio(init, limit):
    """An error over the oracle's that passes 2 at a start, by a power of it."""
    return 2 * (init / 10.0**limit) ** 0.5


def _row(keys, jitter):
    limit = LIMITS[keys["depth"]] + {100: 0.5, 400: 0.0, 1600: -0.5}[keys["p"]]
    error = ORACLE * ratio(keys["init"], limit) * jitter**4
    return {"best_error": error, "incoherence": 0.8}


def _table(p, depths, design="rademacher"):
    levels = {"design": [design], "n": [300], "k": [3], "p": p, "depth": depths, "init": STARTS}
    return with_baselines(study(levels, _row), oracle={"best_error": ORACLE})


TABLES = {
    STUDY: _table([400], list(LIMITS)),
    SIZES: _table([100, 1600], [2, 3, 10]),
    EASY: _table([400], list(LIMITS), "sequence"),
}


def limits(also=(), study=STUDY, where="p > 0", **moved):
    """Errors that pass the limit elsewhere, by depth (d3 is depth 3)."""
    terms = (f"(depth == {depth[1:]}) * {10.0**limit!r}" for depth, limit in moved.items())
    depths = ", ".join(depth[1:] for depth in moved)
    error = f"{ORACLE} * 2 * (init / ({' + '.join(terms)})) ** 0.5 * jitter ** 4"
    return Change(study, f"{where} and depth in [{depths}]", {"best_error": error}, also=dict(also))


def apart(study, where, *also):
    """From one problem to the next, starts of every depth differ by two decades."""
    to = {"best_error": "best_error * 10.0 ** (replicate % 2)"}
    return Change(study, where, to, also=dict.fromkeys(also, INCONCLUSIVE))


ALL = ("decades_gained", "order_with_depth", "gained_by_three", "gained_by_size")
ALL += ("gained_by_criterion",)
FALSE = dict.fromkeys(("gained_by_size", "gained_by_criterion"), CONTRADICTED)

METRICS = {
    "decades_gained": Expected(
        value=2.4,
        contradicted=limits(FALSE, d3=-5.7, d4=-5.68, d6=-5.65, d10=-5.6),
        control_holds=apart(STUDY, "p > 0", "gained_by_size", "gained_by_criterion"),
        positive_fails=limits(study=EASY, d10=-5.8),
    ),
    "order_with_depth": Expected(
        value=1.0,
        contradicted=limits(d3=-4.2, d4=-4.4, d6=-4.6, d10=-4.8),
        # A single problem is left, of which every order is as good as another.
        control_holds=Change(
            STUDY, "replicate > 0", {"incoherence": 2.0}, also=dict.fromkeys(ALL, INCONCLUSIVE)
        ),
        positive_fails=limits(study=EASY, d4=-4.6),
    ),
    "gained_by_three": Expected(
        value=1.6 / 2.4,
        contradicted=limits(d3=-5.4, d4=-5.0),
        control_holds=limits(d3=-5.1, d4=-3.85),
    ),
    "gained_by_size": Expected(
        value=2.4,
        contradicted=limits(study=SIZES, where="p == 1600", d10=-6.3),
        control_holds=apart(SIZES, "p == 100"),
    ),
    "gained_by_criterion": Expected(
        value=2.4,
        # A floor of the error above the strictest criterion.
        contradicted=Change(
            STUDY, f"depth == 10 and best_error < {1.3 * ORACLE}", {"best_error": 1.3 * ORACLE}
        ),
        control_holds=apart(STUDY, "p > 0", "gained_by_size", "decades_gained"),
        panels=(2,),
    ),
}
