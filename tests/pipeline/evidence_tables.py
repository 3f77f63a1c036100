"""The claims, and tables of studies made up so that every claim is true of its own.

``TABLES`` holds them by claim and study. Copy before you change them.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from implicit_sparsity.pipeline.claims.evidence import PROBLEM
from implicit_sparsity.pipeline.config.claims import load_claims

ROOT = Path(__file__).parents[2]
_CONFIG, _CLAIMS = (
    yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    for path in ("config/config.yaml", "config/claims.yaml")
)
#: The claims of config/claims.yaml by name.
CLAIMS = load_claims(_CLAIMS, _CONFIG["studies"])

NAN = float("nan")
#: Replicates, and what each multiplies a measurement by: the median is 1.
REPLICATES = 11
JITTER = np.exp(np.linspace(-0.03, 0.03, REPLICATES))[[5, 2, 9, 0, 7, 10, 3, 1, 8, 6, 4]]


def table(grid_of, row):
    """Rows of all combinations and replicates; ``row`` gives the rest, given the combination."""
    base = {"design": "rademacher", "n": 100, "p": 200, "k": 5, "signal": 1, "noise": 0.5}
    rows = []
    for values in product(*grid_of.values()):
        keys = base | dict(zip(grid_of, values, strict=True))
        for replicate, jitter in enumerate(JITTER):
            entry = keys | {"replicate": replicate, "method": "flow"}
            rows.append(entry | row(keys, jitter))
    return pd.DataFrame(rows)


def with_peers(rows, **errors):
    """The table followed by peers of given best errors (or further columns) on its problems."""
    problems = rows[PROBLEM].drop_duplicates()
    peers = [
        problems.assign(
            method=name, **(found if isinstance(found, dict) else {"best_error": found})
        )
        for name, found in errors.items()
    ]
    return pd.concat([rows, *peers], ignore_index=True)


def sparse_recovery():
    def row(keys, jitter):
        lost = keys["noise"] > 1
        return {
            "best_error": (6.0 if lost else 1.5 if keys["n"] == 300 else 1.4) * jitter,
            "window_start": NAN if lost else 2.0 * jitter,
            "window_end": 1.0 if lost else 10.0,
            "final_time": 30.0,
        }

    depths = [2, 3, 4, 5, 6]
    main = table({"n": [300], "p": [600], "noise": [0.5, 4.8], "depth": depths}, row)
    authors = table({"noise": [0.5, 3.1], "depth": depths}, row)
    rows = pd.concat([main, authors], ignore_index=True)
    return {"sparse_recovery": with_peers(rows, oracle=1.0)}


def minimax_rate():
    base = {"n": 240, "p": 800, "k": 5, "noise": 0.5}
    sweeps = {"n": [120, 170, 240, 340, 480], "k": [2, 10, 20]}
    sweeps |= {"noise": [0.125, 0.25, 1.0], "p": [200, 400, 1600]}
    # By depth, how far slopes are from the exponents; on either side of them.
    tilts = {2: 0.05, 3: 0.0, 5: -0.1}

    def row(keys, jitter):
        rate = keys["k"] * keys["noise"] ** 2 * np.log(keys["p"]) / keys["n"]
        tilt = np.prod([keys[size] / base[size] for size in ("n", "k", "noise")])
        small = keys["init"] < 1
        best = 0.6 * rate * (1 + 0.1 * keys["depth"]) * tilt ** tilts[keys["depth"]]
        return {
            "best_error": (best if small else 0.8 * keys["k"]) * jitter,
            "final_error": 0.3 * jitter,
        }

    rest = {"depth": list(tilts), "init": [1e-8, 1.0]}
    cells = [{key: [v] for key, v in (base | {c: x}).items()} for c in sweeps for x in sweeps[c]]
    rows = pd.concat([table(cell | rest, row) for cell in cells], ignore_index=True)
    rates = rows["k"] * rows["noise"] ** 2 / rows["n"]
    oracle = rows.assign(method="oracle", best_error=rates)
    oracle = oracle[[*PROBLEM, "method", "best_error"]].drop_duplicates()
    return {"minimax_rate": pd.concat([rows, oracle], ignore_index=True)}


def early_stopping():
    def row(keys, jitter):
        final = 10.0 if keys["noise"] else 1.0
        return {"best_error": 0.02, "final_error": 0.02 * final * jitter}

    return {"early_stopping": table({"noise": [0.5, 0.0], "depth": [2, 3, 4, 5, 6]}, row)}


DEPTHS = [2, 2.5, 3, 4, 5, 6, 8, 10]
INIT = np.array([m * 10.0**e for e in range(-8, 3) for m in (1, 3)])[:-1]
LIMITS = dict(zip(DEPTHS, [-6.0, -5.4, -4.8, -4.2, -3.6, -3.0, -2.4, -1.8], strict=True))


def ratios_with(limits):
    """Errors over the oracle's that pass 2 at the limits, as a power of the start."""
    return lambda r: 2 * (r["init"] / 10.0 ** r["depth"].map(limits)) ** 0.5


def depth_widens_start():
    main = table({"depth": DEPTHS, "init": INIT}, lambda keys, jitter: {"jitter": jitter})
    main = main.assign(best_error=ratios_with(LIMITS)(main) * main.pop("jitter") * 0.03)
    dense = table(
        {"k": [50], "depth": [2, 10], "init": [1e-8, 1e-4, 1.0, 100.0]},
        lambda keys, jitter: {"best_error": 20 * jitter * 0.03},
    )
    return {
        "phase_diagram": with_peers(main, oracle=0.03),
        "phase_diagram_dense": with_peers(dense, oracle=0.03),
    }


def depth_widens_window():
    stretches = {2: 3.0, 3: 4.5, 4: 4.6, 5: 4.62, 6: 4.63}

    def study(factor, alpha, init):
        def row(keys, jitter):
            depth = keys["depth"]
            middle = factor**depth
            start = middle * jitter
            lost = keys["noise"] > 1
            return {
                "alpha": alpha or init ** (1 / depth),
                "init": init or alpha**depth,
                "window_start": NAN if lost else start,
                "window_end": 1.0 if lost else start * stretches[depth],
                "final_time": 1e9,
                "predicted_start": 0.9 * middle,
                "predicted_end": 0.9 * middle * stretches[depth],
            }

        return table({"noise": [0.5, 2.8], "depth": list(stretches)}, row)

    return {
        "window_at_alpha": study(10.0, alpha=0.005, init=None),
        "window_at_init": study(2.0, alpha=None, init=1e-6),
    }


def learning_one_by_one():
    sharp = {2: 0.9, 3: 0.13, 4: 0.04, 5: 0.02, 6: 0.012}

    def row(keys, jitter):
        graded, start = keys["signal"] != 2, keys["init"]
        rise = sharp[keys["depth"]] if graded and start < 1 else 0.9 if graded else 2.0
        return {"order": 1.0 if graded else np.sign(jitter - 1) / 3, "rise_over_gap": rise * jitter}

    cells = {"signal": ["4 3 2 1", 2], "depth": list(sharp), "init": [1e-4, 10.0]}
    return {"activation": table(cells, row)}


def rich_to_kernel():
    def row(keys, jitter):
        rich = keys["init"] < 1
        return {
            "best_error": (0.01 if rich else 1.02) * 5 * jitter,
            "end_distance": (0.7 if rich else 1e-3) * jitter,
        }

    rows = table({"depth": [2, 3, 5], "init": [1e-6, 0.1, 1e4]}, row)
    return {"kernel": with_peers(rows, ridge_oracle=5.0, least_squares=7.0)}


#: Designs from the most to the least incoherent: two within the limit, one between, one beyond.
AR1, BETWEEN, PAIRS = "ar1(rho=0.5)", "ar1(rho=0.7)", "coherent_pairs(pairs=3, correlation=0.99)"


def correlated_designs():
    incoherences = {"rademacher": 1.5, AR1: 3.0, BETWEEN: 3.9, PAIRS: 4.95}

    def row(keys, jitter):
        incoherence = incoherences[keys["design"]]
        fails = incoherence > 3.5
        return {
            "incoherence": incoherence * jitter,
            "best_error": (30.0 if fails else 1.5) * jitter,
            "window_start": NAN if fails else 2.0,
            "window_end": 9.0,
            "final_time": 30.0,
        }

    rows = table({"design": list(incoherences), "depth": [2, 3, 5]}, row)
    return {"correlated_designs": with_peers(rows, oracle=1.0)}


PLAIN, CENTRED = "rademacher(probability=0.25)", "rademacher(probability=0.25, centred)"
#: By metric, the design, the place to stop, and what depth 5 gains there.
SETTINGS = {
    "gain_as_published": (PLAIN, "paper", 2.0),
    "gain_centred": (CENTRED, "paper", 3.0),
    "gain_held_out": (PLAIN, "held-out", 4.0),
    "gain_centred_held_out": (CENTRED, "held-out", 5.0),
    "gain_centred_end": (CENTRED, "end", 6.0),
}


def image_recovery():
    gains = {(design, stop): gain for design, stop, gain in SETTINGS.values()}

    def row(keys, jitter):
        gain = gains.get((keys["design"], keys["stop"]), 0.0) if keys["n"] == 392 else 0.5
        deepest = keys["depth"] == 5
        return {"psnr": 20 + 30 * (jitter - 1) + (gain * jitter if deepest else 0.0)}

    cells = {"design": [PLAIN, CENTRED], "n": [392, 40], "p": [784], "k": [NAN]}
    cells |= {"signal": ["mnist"], "noise": [0.0], "depth": [2, 3, 5]}
    return {"image_recovery": table(cells | {"stop": ["paper", "held-out", "end"]}, row)}


def flow_and_descent():
    tilts = {2: -0.02, 3: 0.05}

    def row(keys, jitter):
        step = keys["step_size"]
        return {
            "deviation": 2 * step * (step / 0.01) ** tilts[keys["depth"]] * jitter,
            "deviation_fast": 0.02 * jitter,
            "flow_start": 2.0,
            "flow_end": 6.0,
            "descent_start": 2.0 * (1 + step * jitter),
            "descent_end": 6.0 * (1 - 0.5 * step * jitter),
        }

    steps = [4e-2, 2e-2, 1e-2, 5e-3, 2.5e-3, 1.25e-3]
    return {"discretisation": table({"depth": list(tilts), "step_size": steps}, row)}


def single_precision():
    def row(keys, jitter):
        changed = keys["precision"] == "float32" and keys["depth"] == 4
        end = 100 + (1300 if changed else 1000) * jitter
        return {"window_start": 100, "window_end": end}

    cells = {"depth": [2, 3, 4], "alpha": [0.005, 0.002], "precision": ["float64", "float32"]}
    return {"precision": table(cells, row)}


SIZES = {"n": [20, 30, 45, 65, 100, 150], "k": [1, 2, 4, 8, 14]}
#: Samples for each weight that a depth, or a peer, needs on the whole.
NEEDED, NEEDED_BY_PEERS = {2: 14, 3: 10, 5: 9}, 11


def enough(n, k, jitter, each):
    """Whether a problem has samples enough for so many for each weight."""
    return bool(n > each * k * (1 + 2 * (jitter - 1)))


def sample_complexity():
    def row(keys, jitter):
        found = enough(keys["n"], keys["k"], jitter, NEEDED[keys["depth"]])
        return {"separated": keys["init"] < 1 and found}

    def peer(keys, jitter):
        return {"separated": enough(keys["n"], keys["k"], jitter, NEEDED_BY_PEERS)}

    rows = table(SIZES | {"depth": list(NEEDED), "init": [1e-6, 1.0]}, row)
    peers = [table(SIZES, peer).assign(method=method) for method in ("lasso_oracle", "omp_oracle")]
    return {"sample_complexity": pd.concat([rows, *peers], ignore_index=True)}


def stopping_in_practice():
    errors = {"best": 0.02, "5-fold": 0.025, "hold-out": 0.05, "discrepancy": 0.03, "end": 0.4}
    usual = ("gaussian", AR1)

    def row(keys, jitter):
        # What the claim is not about is spoilt: other designs, other depths, other rules.
        other = keys["stop"] in ("hold-out", "discrepancy")
        spoilt = keys["design"] not in usual or keys["depth"] != 3 or other
        factor = 30.0 if keys["k"] == 40 or spoilt else 1.0
        factor *= 1.2 if keys["design"] == "gaussian" else 1.0
        return {"best_error": errors[keys["stop"]] * factor * jitter, "seconds": 0.1}

    rest = {"signal": ["uniform(0.3, 2)"], "depth": [2, 3, 5], "stop": list(errors)}
    sparse = table({"design": [*usual, "ar1(rho=0.9)"], **rest}, row)
    dense = table({"design": ["gaussian"], "k": [40], **rest}, row)
    rows = pd.concat([sparse, dense], ignore_index=True)
    found = {"oracle": 0.01, "lasso_cv": 0.15, "elastic_net_cv": 0.2, "ridge_cv": 9.0}
    found |= {"omp_cv": 0.3}
    peers = {name: {"best_error": error, "seconds": 0.02} for name, error in found.items()}
    return {"stopping_in_practice": with_peers(rows, **peers)}


#: By claim, the tables of its studies.
TABLES = {
    claim.__name__: claim()
    for claim in (
        *(sparse_recovery, minimax_rate, early_stopping, depth_widens_start),
        *(depth_widens_window, learning_one_by_one, rich_to_kernel, correlated_designs),
        *(image_recovery, flow_and_descent, single_precision, sample_complexity),
        stopping_in_practice,
    )
}
