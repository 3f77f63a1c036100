"""Windows that grow by a factor for each depth, and whose end over start saturates."""

from claims.case import NAN, Change, Expected, study
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE

#: By depth, the end of the window over its start.
RATIOS = {2: 3.0, 3: 4.5, 4: 4.6, 5: 4.62, 6: 4.63}


def _table(factor, start):
    """Windows whose start grows by a factor for each depth."""

    def row(keys, jitter):
        depth = keys["depth"]
        critical = keys["noise"] > 1
        opens = factor**depth * jitter
        return start(depth) | {
            "window_start": NAN if critical else opens,
            "window_end": 1.0 if critical else opens * RATIOS[depth],
            "final_time": 1e9,
            "predicted_start": 0.9 * factor**depth,
            "predicted_end": 0.9 * factor**depth * RATIOS[depth],
        }

    return study({"noise": [0.5, 2.8], "depth": list(RATIOS)}, row)


TABLES = {
    "window_at_alpha": _table(10.0, lambda depth: {"alpha": 0.005, "init": 0.005**depth}),
    "window_at_init": _table(2.0, lambda depth: {"alpha": 1e-6 ** (1 / depth), "init": 1e-6}),
}


def shrink(study, depth, factor):
    """Bring the whole window nearer to the start, which leaves its end over its start alone."""
    edges = {edge: f"{edge} * {factor}" for edge in ("window_start", "window_end")}
    return Change(study, f"noise < 1 and depth == {depth}", edges)


def end_over_start(depth, ratio, also):
    end = {"window_end": f"window_start * {ratio}"}
    return Change("window_at_init", f"noise < 1 and depth == {depth}", end, also=also)


def critical(study, start, end):
    """Windows at critical noise, too."""
    return Change(study, "noise > 1", {"window_start": start, "window_end": end})


METRICS = {
    "growth_at_alpha": Expected(
        value=10 * 3.63 / 3.62,
        contradicted=shrink("window_at_alpha", 5, 0.12),
        control_holds=critical("window_at_alpha", 0.1, "10.0 ** depth"),
    ),
    "growth_at_init": Expected(
        value=2 * 3.63 / 3.62,
        contradicted=shrink("window_at_init", 4, 0.5),
        control_holds=critical("window_at_init", "2.0 ** depth", "10 * 2.0 ** depth"),
    ),
    # The gain from depth 2 to 3 is itself the control of the gain from 5 to 6.
    "first_gain_of_ratio": Expected(
        value=1.5,
        contradicted=end_over_start(2, 4.5, also={"last_gain_of_ratio": INCONCLUSIVE}),
        control_holds=critical("window_at_init", "1.0 / depth ** 2", "2.0 / depth"),
    ),
    "last_gain_of_ratio": Expected(
        value=4.63 / 4.62,
        contradicted=end_over_start(6, 9.0, also={}),
        control_holds=end_over_start(2, 4.5, also={"first_gain_of_ratio": CONTRADICTED}),
    ),
}
