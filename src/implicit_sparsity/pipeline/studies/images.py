"""Quality of images recovered by a one-sided flow, by where it is stopped."""

from __future__ import annotations

import numpy as np

from implicit_sparsity.flow.solve import gradient_flow
from implicit_sparsity.metrics import peak_signal_to_noise_ratio
from implicit_sparsity.problem import Problem
from implicit_sparsity.problems.spec import ProblemSpec

#: Flow time at the end of the paper's runs, times N²: 10,000 iterations of 5e-3/N².
PAPER_TIME = 50.0
#: Flow time at the end of these runs, over the paper's.
END_OVER_PAPER = 200.0
#: One measurement in so many is held out.
HELD_OUT = 10

#: It needs no zero weights.
DENSE = True


def measure(
    spec: ProblemSpec, problem: Problem, depth: float, alpha: float
) -> list[dict[str, float | str]]:
    """Peak signal-to-noise ratio where each rule stops.

    Parameters
    ----------
    spec, problem, depth, alpha
        What every `Measure` takes.

    Returns
    -------
    list of dict
        ``stop``, "paper" (where the paper's runs end), "held-out" (at the least error on held-out
        measurements) or "end" (of these runs); ``time``, in flow time; ``psnr``, in dB.
    """
    held = np.arange(problem.n) % HELD_OUT == HELD_OUT - 1
    kept = Problem(problem.X[~held], problem.y[~held], problem.w_star)
    paper = PAPER_TIME / depth**2
    path, partial = (
        gradient_flow(data, depth, alpha, END_OVER_PAPER * paper, one_sided=True)
        for data in (problem, kept)
    )
    error = np.square(partial.w @ problem.X[held].T - problem.y[held]).mean(axis=1)
    stops = {
        "paper": (paper, path),
        "held-out": (float(partial.t[error.argmin()]), partial),
        "end": (END_OVER_PAPER * paper, path),
    }
    return [
        {
            "stop": stop,
            "time": time,
            "psnr": peak_signal_to_noise_ratio(flow.at(time)[0], problem.truth),
        }
        for stop, (time, flow) in stops.items()
    ]
