"""The part of the protocol that is made of the configuration, the claims and the pilot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.stats import beta, norm

from implicit_sparsity.pipeline.claims.statistics import LEVEL, quantile_interval, share_interval
from implicit_sparsity.pipeline.claims.verdicts import stated_threshold
from implicit_sparsity.pipeline.config.claims import Claim, Metric, load_claims
from implicit_sparsity.pipeline.config.grids import Study
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.report.settings import of_study, of_system
from implicit_sparsity.pipeline.specs import SystemSpec

ROOT = Path(__file__).parent.parent
#: Cells of the ledger of a run of config/pilot.yaml.
PILOT = ROOT / "docs/pilot.csv"
#: Chance with which a share that is large enough is supported.
POWER = 0.9
#: Simulated runs, of which the power of a median is a share.
DRAWS = 500


def claims() -> str:
    """Every claim: what it says, where, on what, by which metrics and with which power."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    pilot_config = yaml.safe_load((ROOT / "config/pilot.yaml").read_text(encoding="utf-8"))
    configuration = load(config)
    grids = configuration.studies | configuration.related
    found = load_claims(
        yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8")), grids
    )
    pilot = pd.read_csv(PILOT) if PILOT.exists() else pd.DataFrame({"id": [], "metric": []})
    lines = [
        f"The seed is {config['seed']}; the pilot's is {pilot_config['seed']}. A share, median or "
        f"other number is judged by its interval at {LEVEL:.0%}, in each cell.\n"
    ]
    for part in dict.fromkeys(claim.part for claim in found.values()):
        lines.append(f"## {part.title}\n")
        for claim in (claim for claim in found.values() if claim.part == part):
            first = claim.studies[0]
            few = pilot_config["related" if claim.system else "studies"].get(first) or {}
            more = _growth(grids[first], few)
            lines.append(_claim(claim, grids, pilot[pilot["id"] == claim.id], more))
    return "\n".join(lines)


def _growth(grid: Study | SystemSpec, few: dict[str, int]) -> float:
    """How many times the pilot's problems the judged run has in a study or related system."""
    if isinstance(grid, SystemSpec):
        return grid.draws / few.get("draws", grid.draws)
    many: int = grid.cells[0].replicates
    return many / few.get("replicates", many)


def _claim(claim: Claim, grids: dict[str, Any], pilot: pd.DataFrame, more: float) -> str:
    words = [
        f"### {claim.id}\n",
        f"{claim.statement}\n",
        f"*Origin:* {claim.origin}. {claim.source}\n",
    ]
    if claim.condition:
        words.append(f"*Condition:* {claim.condition.words}\n")
    rows = [["metric", "threshold and why", "controls", "power"], ["---"] * 4]
    for name, metric in claim.metrics.items():
        rows.append(_metric(name, metric, pilot[pilot["metric"] == name], more))
    words.append("".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows))
    words += [_population(name, grids[name]) for name in claim.studies]
    return "\n".join(words)


def _metric(name: str, metric: Metric, pilot: pd.DataFrame, more: float) -> list[str]:
    mark = "**" if metric.primary else ""
    controls = f"must fail: {metric.control}"
    if metric.positive_control:
        controls += f"; must hold: {metric.positive_control}"
    return [
        f"{mark}{name}{mark}: {metric.meaning}",
        f"{stated_threshold(metric)}: {metric.why}",
        controls,
        power(metric, pilot[pilot["role"] == "judged"], more) if len(pilot) else "no pilot",
    ]


def power(metric: Metric, cells: pd.DataFrame, more: float) -> str:
    """What the judged run can tell, in words.

    Parameters
    ----------
    metric : Metric
        The threshold.
    cells : DataFrame
        The judged cells of the pilot.
    more : float
        How many times as many problems the judged run has, in the first study of the claim.
    """
    counts = np.round(cells["count"] * more).astype(int)
    size = (
        f"{len(cells)} cells of {counts.min():,} problems"
        if len(cells) > 1
        else f"{counts.min():,} problems"
    )
    (statistic,) = cells["statistic"].unique()
    if statistic == "share" and metric.least is not None:
        needed = least_share(metric.least, int(counts.min()))
        return f"{size}; decided if the share is {needed:.3f} or more"
    if statistic.endswith("quantile") and metric.least is None:
        needed = least_share(float(statistic.split()[0]), int(counts.min()))
        return f"{size}; decided if a share of {needed:.3f} or more is within"
    return f"{size}; {decided(metric, cells, more):.2f}"


def least_share(threshold: float, count: int) -> float:
    """The true share of which a sample shows with chance `POWER` that it exceeds the threshold.

    1 if no sample of that size can show it.
    """
    enough = [k for k in range(count + 1) if share_interval(k, count)(LEVEL)[0] >= threshold]
    if not enough:
        return 1.0
    # P(Bin(count, p) ≥ k) is a beta distribution's function of p.
    return float(beta.ppf(POWER, enough[0], count - enough[0] + 1))


def decided(metric: Metric, cells: pd.DataFrame, more: float) -> float:
    """Chance that the interval of every cell excludes the ends of the threshold.

    The distance from a cell's number to the end of its interval tells the spread.
    """
    chance = 1.0
    for cell in cells.itertuples():
        for end in (end for end in metric.ends if np.isfinite(end)):
            half = (cell.high - cell.value) if end > cell.value else (cell.value - cell.low)
            if not np.isfinite(half):
                return 0.0
            if half > 0:
                chance *= _told(abs(end - cell.value) / half, cell.count, more, cell.statistic)
    return chance


def _told(distance: float, count: int, more: float, statistic: str) -> float:
    """Chance to tell a number from one that is so many half-widths of the pilot's interval away."""
    z = float(norm.ppf((1 + LEVEL) / 2))
    error = 1 / z / np.sqrt(more)  # standard error of the judged run, in these half-widths
    if statistic != "median":
        return float(norm.cdf(distance / error - z))
    size = round(count * more)
    spread = error * np.sqrt(2 * size / np.pi)  # of samples whose median has that error
    samples = np.random.default_rng(0).normal(distance, spread, (DRAWS, size))
    place = quantile_interval(np.arange(float(size)))(LEVEL)[0]  # of the lower end among the values
    return float((np.sort(samples)[:, int(place)] > 0).mean()) if place >= 0 else 0.0


def _population(name: str, grid: Study | SystemSpec) -> str:
    """The problems of a study, or the settings of a related system, in words."""
    is_system = isinstance(grid, SystemSpec)
    settings = of_system(grid) if is_system else {"measure": grid.measure} | of_study(grid)
    words = "; ".join(f"{key} {value}" for key, value in settings.items())
    return f"*{'System' if is_system else 'Study'} {name}:* {words}.\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")
