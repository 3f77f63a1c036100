"""Windows that are longest at depth 8, nearly as long as predicted, and whose ratio settles."""

from claims.case import Change, Expected, study
from implicit_sparsity.pipeline.claims.verdicts import CONTRADICTED, INCONCLUSIVE

STUDY, EASY = "window_at_init", "window_at_init_easy"
#: By depth, the size of the window and its end over its start.
SIZES = {2: 6.0, 4: 50.0, 8: 100.0, 20: 60.0, 30: 30.0}
RATIOS = {2: 3.0, 4: 6.0, 8: 8.0, 20: 8.2, 30: 8.2}


def _row(keys, jitter):
    depth = keys["depth"]
    scale = {1e-6: 1.0, 1e-8: 30.0}[keys["init"]]
    start = scale * SIZES[depth] * jitter / (RATIOS[depth] - 1)
    predicted = 1.1 * scale * SIZES[depth]
    return {
        "incoherence": 0.8,
        "window_start": start,
        "window_end": start * RATIOS[depth],
        "final_time": 9e9,
        "predicted_start": predicted,
        "predicted_end": 2 * predicted,
        "limit_ratio": 9.0,
    }


LEVELS = {"depth": list(SIZES), "init": [1e-6, 1e-8]}
TABLES = {STUDY: study(LEVELS, _row), EASY: study({"design": ["sequence"]} | LEVELS, _row)}


def resize(where, factor, also):
    """Another size, and the same end over start."""
    edges = {edge: f"{edge} * {factor}" for edge in ("window_start", "window_end")}
    return Change(STUDY, where, edges, also=also)


def easy_fails(depth, factor):
    """Windows of orthogonal columns that are longer at one depth, to where they began."""
    return Change(EASY, f"depth == {depth}", {"window_end": f"window_start * {factor}"})


def change(where, **to):
    return Change(STUDY, where, to)


EDGES = ("window_start", "window_end", "predicted_start", "predicted_end")

METRICS = {
    "size_over_predicted": Expected(
        value=1 / 1.1,
        contradicted=resize("depth == 4", 2.5, {}),
        # At one depth both starts have the same window, and the same prediction.
        control_holds=change(
            "depth == 4 and init < 1e-7", **{edge: f"{edge} / 30" for edge in EDGES}
        ),
        positive_fails=easy_fails(4, 30),
    ),
    "rise": Expected(
        value=100 / 6,
        contradicted=resize("depth == 2", 12, {}),
        control_holds=resize(
            "depth == 8", "(1 + 3 * (replicate % 2))", {"size_over_predicted": INCONCLUSIVE}
        ),
        positive_fails=easy_fails(2, 90),
    ),
    "fall": Expected(
        value=0.3,
        contradicted=resize("depth == 30", 4, {"size_over_predicted": CONTRADICTED}),
        control_holds=resize("depth == 2", 40, {"rise": CONTRADICTED}),
        positive_fails=easy_fails(30, 60),
    ),
    "settling": Expected(
        value=1.0,
        contradicted=change("depth == 30", window_end="window_start * 11"),
        control_holds=change("depth == 2", window_end="window_start * 6"),
        positive_fails=easy_fails(30, 11),
    ),
    "over_limit": Expected(
        value=8.2 / 9,
        contradicted=change("depth == 30", limit_ratio=4.0),
        control_holds=change("depth == 2", limit_ratio=3.5),
    ),
}
