"""Eigenvalues that are learned adapt to signals which come late in their order.

A sequence z_j = θ*_j + ε_j/√n is fitted by N factors, θ_j = a_j b_j^D β_j with D = N − 2, from
a = √λ_j, b = b₀ and β = 0. The flow keeps a² − β² and b² − Dβ², so that one number tells each
coordinate: with β = √λ sinh s, s' = b^D (z − θ).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import zeta

from implicit_sparsity.pipeline.claims.cell_figure import draw_cells
from implicit_sparsity.pipeline.claims.evidence import Evidence, by
from implicit_sparsity.pipeline.claims.protocol import Tables
from implicit_sparsity.pipeline.config.claims import Claim
from implicit_sparsity.pipeline.figures import parts, style
from implicit_sparsity.pipeline.figures.axis import level_axis, log_axis
from implicit_sparsity.pipeline.related.protocol import Draws
from implicit_sparsity.problem import Vector

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

#: Times to stop at, in units of where the best is expected; samples from which errors are judged.
TIMES, ENOUGH = 2.0 ** np.linspace(-4, 2, 19), 400
#: The end of x and its steps, where s = S (1 − e^{−x}) with S the limit of s.
END, STEPS = 10.0, 60
#: The part of `select` that is the control of the gains.
GAINS = "gains_in_order"
#: Of the depths in the figure.
MARKERS = "os^Dv<>"


@dataclass(frozen=True)
class Settings:
    """What is run.

    Attributes
    ----------
    n : list of int
        Samples, 400 and a smaller number among them.
    depths : list of int
        Depths N, 2 or more.
    p : int
        Coordinates; the signals beyond count as not learned.
    decay : float
        γ of the eigenvalues λ_j = j^{−γ} at the start, or fixed.
    smoothness : float
        s of the signals' sizes, l^{−(s+1)/2} for l = 1, 2, …
    spread : float
        q > 1 of their places, ⌊l^q⌋; beside it 1, where they are in the order of the eigenvalues.
    """

    n: list[int]
    depths: list[int]
    p: int
    decay: float
    smoothness: float
    spread: float


def measure(settings: Settings, draws: Draws) -> pd.DataFrame:
    """Squared errors ‖θ − θ*‖² at the best of some times, with learned and with fixed eigenvalues.

    Parameters
    ----------
    settings, draws
        What every `System` takes.

    Returns
    -------
    DataFrame
        A row for each draw, spread, number of samples and depth: ``error`` and, with fixed
        eigenvalues, ``fixed_error``. ``time`` and ``fixed_time`` are the best times in units of
        those that are expected.
    """
    eigenvalues = np.arange(1.0, settings.p + 1) ** -settings.decay
    rows = []
    for replicate, rng in draws.items():
        for n in settings.n:
            noise = rng.standard_normal(settings.p) / np.sqrt(n)
            for spread in (1.0, settings.spread):
                truth, beyond = signals(settings, spread)
                z = truth + noise
                # A stopped flow is like a cut-off where eigenvalue times time is 1.
                expected = n ** (settings.decay * spread / (settings.smoothness + spread))
                fixed = -np.expm1(-np.outer(expected * TIMES, eigenvalues)) * z
                fixed_time, fixed_error = _best(fixed, truth, beyond)
                beside = {"fixed_error": fixed_error, "fixed_time": fixed_time}
                for depth in settings.depths:
                    start = n ** (-0.5 / depth)
                    times = n ** ((depth - 1) / depth) * TIMES
                    found = learned(z, eigenvalues, depth, start, times)
                    time, error = _best(found, truth, beyond)
                    keys = {"replicate": replicate, "spread": spread, "n": n, "depth": depth}
                    rows.append(keys | {"error": error, "time": time} | beside)
    return pd.DataFrame(rows)


def signals(settings: Settings, spread: float) -> tuple[Vector, float]:
    """The signals of all coordinates, and the sum of the squares of those beyond the last."""
    order = np.arange(1.0, settings.p + 2)
    order = order[np.floor(order**spread) <= settings.p]
    truth = np.zeros(settings.p)
    truth[np.floor(order**spread).astype(int) - 1] = order ** (-(settings.smoothness + 1) / 2)
    return truth, float(zeta(settings.smoothness + 1, order.size + 1))


def _best(found: Array, truth: Vector, beyond: float) -> tuple[float, float]:
    """The time with the least squared error, and that error."""
    errors = np.sum((found - truth) ** 2, axis=1) + beyond
    return float(TIMES[errors.argmin()]), float(errors.min())


def learned(z: Vector, eigenvalues: Vector, depth: int, start: float, times: Vector) -> Array:
    """θ of the gradient flow of ½‖θ − z‖² at some times, by quadrature.

    The time to reach s is ∫ ds / (b^D (|z| − θ)). In x it has a smooth integrand, which tends to a
    constant, and cubics through its values and slopes invert it.

    Parameters
    ----------
    z, eigenvalues : ndarray, shape (p,)
        The sequence, and λ.
    depth : int
        N.
    start : float
        b₀.
    times : ndarray, shape (times,)
        Increasing.

    Returns
    -------
    ndarray, shape (times, p)
    """

    from scipy.integrate import cumulative_simpson

    size, layers = np.abs(z), depth - 2
    limit = _limit(size, eigenvalues, layers, start)
    x = np.linspace(0.0, END, STEPS + 1)
    theta, power = _theta(limit * -np.expm1(-x[:, None]), eigenvalues, layers, start)
    slowness = limit * np.exp(-x[:, None]) / (power * (size - theta))
    reached = cumulative_simpson(slowness, dx=x[1], axis=0, initial=0.0)
    found = np.empty((times.size, z.size))
    columns = np.arange(z.size)
    for row, time in zip(found, times, strict=True):
        before = np.minimum((reached[1:] <= time).sum(axis=0, dtype=np.int64), STEPS - 1)
        first, last = reached[before, columns], reached[before + 1, columns]
        part = np.minimum((time - first) / (last - first), 1.0)
        low, high = ((last - first) / slowness[before + i, columns] for i in (0, 1))
        rest = 1.0 - part
        moved = part**2 * (3 - 2 * part) * x[1] + part * rest * (low * rest - high * part)
        row[:] = _theta(limit * -np.expm1(-x[before] - moved), eigenvalues, layers, start)[0]
    return np.asarray(np.sign(z) * found)


def _theta(s: Array, eigenvalues: Vector, layers: int, start: float) -> tuple[Array, Array]:
    """θ and b^D."""
    sinh = np.sinh(s)
    squared = sinh**2
    power = (start**2 + layers * eigenvalues * squared) ** (layers / 2) if layers else 1.0
    return eigenvalues * sinh * np.sqrt(1.0 + squared) * power, np.asarray(power)


def _limit(size: Vector, eigenvalues: Vector, layers: int, start: float) -> Vector:
    """The s at which θ = |z|: by Newton's method from above, as θ is convex in s."""
    s = np.arcsinh(2 * size / (eigenvalues * start**layers)) / 2
    if layers:
        # As θ ≥ β² (√D β)^D.
        beta = (size / layers ** (layers / 2)) ** (1 / (layers + 2))
        s = np.minimum(s, np.arcsinh(beta / np.sqrt(eigenvalues)))
    for _ in range(12):
        theta, _ = _theta(s, eigenvalues, layers, start)
        squared = eigenvalues * np.sinh(s) ** 2
        growth = 2 / np.tanh(2 * s) + layers**2 * eigenvalues * np.sinh(2 * s) / 2 / (
            start**2 + layers * squared
        )
        s = s - (theta - size) / (theta * growth)
    return np.asarray(s)


def select(tables: Tables) -> Tables:
    """Errors with enough samples, and what the rates gain, of spread signals and of others.

    ``ratio`` is the error over that with fixed eigenvalues. ``gain`` is the slope of the logarithm
    of the error in that of n with fixed eigenvalues, less that with learned ones.
    """
    rows = tables["sequence_model"]
    rows = rows.assign(ratio=rows["error"] / rows["fixed_error"])
    slopes = [
        dict(zip(("spread", "depth", "replicate"), keys, strict=True)) | {"gain": _gain(part)}
        for keys, part in rows.groupby(["spread", "depth", "replicate"])
    ]
    found: Tables = {}
    for name, part in (("errors", rows), ("gains", pd.DataFrame(slopes))):
        is_spread = part["spread"] > 1
        found |= {name: part[is_spread], f"{name}_in_order": part[~is_spread]}
    return found


def _gain(rows: pd.DataFrame) -> float:
    """The gain of one draw."""
    log = np.log(rows[["n", "error", "fixed_error"]].to_numpy())
    x = log[:, 0] - log[:, 0].mean()
    return float(x @ (log[:, 2] - log[:, 1]) / (x @ x))


def evidence(tables: Tables) -> dict[str, Evidence]:
    """The ratio by depth and samples, and the gain by depth."""
    found = select(tables)

    def enough(part: str) -> pd.DataFrame:
        return found[part][found[part]["n"] >= ENOUGH]

    errors = (enough("errors"), enough("errors_in_order"))
    return {
        "ratio": Evidence(*(by(part, ["depth", "n"], "ratio") for part in errors)),
        "gain": Evidence(*(by(found[part], "depth", "gain") for part in ("gains", GAINS))),
    }


def draw(tables: Tables, claim: Claim) -> Figure:
    """Left, squared error at the best time over the samples, of signals spread over coordinates.

    Middle, the same over that with fixed eigenvalues. Right, by how much the slope of the left is
    steeper than that of fixed eigenvalues, a light point for each draw. Strong points are medians
    with intervals, side by side for the depths, open where they are not judged; in grey, the
    control, signals in the order of the eigenvalues.
    """
    found = select(tables)
    figure, ((left, middle, right),) = style.panels(1, 3, 2.6, sharey=False)
    samples = sorted(found["errors"]["n"].unique())
    levels = sorted(found["errors"]["depth"].unique())
    enough = next(place for place, n in enumerate(samples) if n >= ENOUGH)
    one = found["errors"][found["errors"]["depth"] == levels[0]]
    one = one.assign(place=one["n"].map(samples.index))
    draw_cells(left, by(one, "place", "fixed_error"), style.SKY, "fixed", "P", column="place")
    for i, (depth, marker) in enumerate(zip(levels, MARKERS, strict=False)):
        colour, shift = style.depth_colour(depth), 0.18 * (i - (len(levels) - 1) / 2)
        look: dict[str, Any] = {"marker": marker, "column": "place"}
        for part, shade, label in (
            ("errors_in_order", style.CONTROL, "_"),
            ("errors", colour, f"$N={depth}$"),
        ):
            rows = found[part][found[part]["depth"] == depth]
            rows = rows.assign(place=rows["n"].map(samples.index) + shift)
            if part == "errors":
                draw_cells(left, by(rows, "place", "error"), shade, label, **look)
            for judged, each in rows.groupby(rows["n"] >= ENOUGH):
                filled = look if judged else look | {"mfc": "white", "mew": 1}
                draw_cells(middle, by(each, "place", "ratio"), shade, "_", **filled)
        for part, shade, aside in (("gains", colour, -0.15), (GAINS, style.CONTROL, 0.15)):
            shown = found[part][found[part]["depth"] == depth].assign(place=i + aside)
            parts.points(right, shown, "place", "gain", color=shade, marker=marker)
            draw_cells(right, by(shown, "place", "gain"), shade, "_", **look)
    right.plot([], [], "o", color=style.CONTROL, ms=4, mew=0, label="in order (control)")
    for axes in (left, middle):
        level_axis(axes, samples)
        axes.set_xlabel("samples $n$")
    level_axis(right, levels)
    parts.threshold_line(middle, claim.metrics["ratio"].limit, enough - 0.5)
    parts.threshold_line(right, claim.metrics["gain"].limit)
    log_axis(left, "y", 0.7 * found["errors"]["error"].min(), 1.4 * one["fixed_error"].max())
    left.set_ylabel(r"$\|\theta-\theta^*\|^2$")
    middle.set_ylabel("error over that with fixed")
    right.set(xlabel="depth $N$", ylabel="slope gained")
    style.legend(figure)
    return figure
