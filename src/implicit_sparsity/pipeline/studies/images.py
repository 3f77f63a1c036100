"""Quality of images recovered by a one-sided flow, by where it is stopped."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.metrics import peak_signal_to_noise_ratio
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: Where the paper's runs end: 10,000 iterations of 5e-3/N², so 50/N² in flow time; and how many
#: times longer ours go on.
PAPER_TIME, LONGER = 50.0, 200.0
#: Every how manieth measurement is held out.
HELD_OUT = 10


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> list[dict[str, float | str]]:
    """A row for each place to stop: as the "paper", by "held-out" measurements, at the "end".

    Returns
    -------
    list of dict
        stop, time (flow time) and psnr (dB).
    """
    held = np.arange(problem.n) % HELD_OUT == HELD_OUT - 1
    kept = Problem(problem.X[~held], problem.y[~held], problem.w_star)
    paper = PAPER_TIME / depth**2
    path, partial = (
        gradient_flow(data, depth, alpha, LONGER * paper, one_sided=True)
        for data in (problem, kept)
    )
    error = np.square(partial.w @ problem.X[held].T - problem.y[held]).mean(axis=1)
    stops = {
        "paper": (paper, path),
        "held-out": (float(partial.t[error.argmin()]), partial),
        "end": (LONGER * paper, path),
    }
    return [
        {
            "stop": stop,
            "time": time,
            "psnr": peak_signal_to_noise_ratio(flow.at(time)[0], problem.truth),
        }
        for stop, (time, flow) in stops.items()
    ]
