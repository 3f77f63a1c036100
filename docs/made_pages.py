"""The pages that are made of the project's own files, so that no number in them is typed.

`write` is called by conf.py; what it writes lies in docs/made/ and is ignored by git.
"""

from __future__ import annotations

import json
import math
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import family_page
import pandas as pd
import protocol_page
import thorough_page
import yaml
from ledger import judged

import implicit_sparsity
from implicit_sparsity.pipeline.claims.verdicts import stated_threshold
from implicit_sparsity.pipeline.config import names, reference
from implicit_sparsity.pipeline.config.claim_keys import PARTS
from implicit_sparsity.pipeline.config.claims import load_claims
from implicit_sparsity.pipeline.config.load import load
from implicit_sparsity.pipeline.report.settings import legend

ROOT = Path(__file__).parent.parent
LEDGER, FOUND = ROOT / "paper_figures/claims.md", ROOT / "paper_figures/claims_summary.md"
THOROUGH = ROOT / "paper_figures/claims_thorough.md"
#: What the pipeline finds; not committed, so it may not be there.
SUMMARY = ROOT / "results/summary.csv"
STOPPING = ROOT / "results/studies/stopping_in_practice.csv"
#: Committed files that `make benchmark` writes.
MEASURED = ROOT / "benchmarks/results"


def write(folder: Path) -> None:
    """Write every page into a folder of its own."""
    pages = {
        "claims.md": claims(),
        "claims_and_paper.md": claims_and_paper(),
        "claims_thorough.md": thorough_page.thorough(LEDGER, THOROUGH),
        "protocol_claims.md": protocol_page.claims(),
        "family.md": family_page.family(LEDGER, _figure),
        "experiments.md": experiments(),
        "keys.md": reference.markdown(),
        "speed.md": speed(),
        "methods.md": methods(),
        "changes.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
        "api.md": public_face(),
        **dict(packages()),
    }
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "notebooks").mkdir(parents=True)
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
    for source in sorted((ROOT / "notebooks").glob("*.ipynb")):
        executed = ROOT / "results/notebooks" / source.name
        is_there = executed.exists() and _cells(executed) == _cells(source)
        shutil.copy(executed if is_there else source, folder / "notebooks" / source.name)


def _cells(notebook: Path) -> list[object]:
    """The sources of a notebook's cells: an executed one may be older than these."""
    return [cell["source"] for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]]


def _figure(name: str, caption: str) -> str:
    """A figure of paper_figures/ with its caption."""
    return (
        f":::{{figure}} ../../paper_figures/{name}.png\n:alt: {name.replace('_', ' ')}\n"
        f":width: 100%\n\n{caption}\n:::\n"
    )


def claims() -> str:
    """The ledger as the pipeline wrote it, with every claim's figure below its table."""
    head, *sections = re.split(r"(?m)^(?=#{2,3} )", LEDGER.read_text(encoding="utf-8"))
    pages = [head]
    for section in sections:
        text = re.sub(r"\*Figure:\* \[.*?\]\(.*?\)", "", section)
        claim = re.match(r"#{2,3} (\w+):", section)
        part = next((part for part in PARTS if section.startswith(f"## {part.title}\n")), None)
        shown = _figure(claim[1], legend(_module(claim[1]))) if claim else ""
        if part:
            shown = _figure(part.figure, "Its claims on one page.")
        pages.append(f"{text}\n{shown}")
    return "\n".join(pages)


def _module(claim: str) -> str:
    """The module of a claim, which may be about a related system."""
    return f"{'related' if claim in names.systems() else 'claims'}.{claim}"


#: What the origin of a claim says of where the paper has it.
PLACES = {
    "abstract": "abstract",
    "theorem": "a theorem, as is believed",
    "figure": "a figure of the authors' code",
    "derived": "not in the paper: derived here",
    "own": "not in the paper: our question",
    "related": "not in the paper: a related system",
}


def claims_and_paper() -> str:
    """Where the paper has each claim, as far as that is known, beside what it is judged by."""
    config = load(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")))
    entries = yaml.safe_load((ROOT / "config/claims.yaml").read_text(encoding="utf-8"))
    draws = {name: study.cells[0].replicates for name, study in config.studies.items()}
    draws |= {name: system.draws for name, system in config.related.items()}
    found = judged(LEDGER.read_text(encoding="utf-8"))
    lines = [
        "# The claims and the paper\n\nWhere the paper has each claim, as far as that is known. "
        "Its numbers of figures and sections were not verified here, so a figure goes by the name "
        "of its experiment in the authors' code: [the seven experiments](experiments.md). The "
        "words of the claims are ours. Each threshold stands beside its reason and the number of "
        "random problems in a cell, of each study; [the ledger](claims.md) has what was found.\n",
        "| claim | where in the paper | its figure | metric | threshold and why | problems | "
        "verdict on the claim |",
        "|---|---|---|---|---|---|---|",
    ]
    for claim in load_claims(entries, draws).values():
        problems = ", ".join(f"{draws[study]} ({study})" for study in claim.studies)
        verdict = found[claim.id].verdict if claim.id in found else "not judged yet"
        shown = ", ".join(claim.shown_in) or "none"
        for name, metric in claim.metrics.items():
            cells = [f"{name}: {metric.meaning}", f"{stated_threshold(metric)}: {metric.why}"]
            row = [
                f"[{claim.id}](claims.md)",
                PLACES[claim.origin],
                shown,
                *cells,
                problems,
                verdict,
            ]
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |")
    return "\n".join(lines) + "\n"


#: Between these README shows what the pipeline wrote.
BEGIN, END = "<!-- what was found: written by `make readme` -->\n", "<!-- end -->"


def readme() -> str:
    """README with what was found, as the pipeline wrote it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    found = FOUND.read_text(encoding="utf-8").strip()
    return f"{before}{BEGIN}\n{found}\n\n{END}{rest.split(END)[1]}"


def experiments() -> str:
    """The paper's experiments: their setting in the configuration, and their figures."""
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    parts = [
        "# The seven experiments\n\nEach figure has the setting of the authors' code and is drawn "
        "on the authors' own random problems. The settings below are the entries of "
        "`config/config.yaml`; [the reference](keys.md) explains every key. Where the pipeline has "
        "run, its rows of `results/summary.csv` stand below the figure.\n"
    ]
    found = pd.read_csv(SUMMARY) if SUMMARY.exists() else pd.DataFrame({"experiment": []})
    for name, entry in config["experiments"].items():
        rows = found[found["experiment"] == name].drop(columns="experiment")
        shown = legend(f"figures.{entry['figure']}")
        setting = yaml.safe_dump({name: entry}, sort_keys=False, default_flow_style=None)
        parts.append(
            f"## {name.replace('_', ' ')}\n\n{_figure(name, shown)}\n"
            f"{_table(rows.dropna(axis=1, how='all')) if len(rows) else ''}\n"
            f":::{{dropdown}} Setting\n```yaml\n{setting}```\n:::\n"
        )
    return "\n".join(parts)


def _table(rows: pd.DataFrame) -> str:
    """A Markdown table; numbers with three significant digits."""

    def cell(value: object) -> str:
        if not isinstance(value, float):
            return str(value)
        if math.isnan(value):
            return ""
        return f"{value:,.0f}" if value.is_integer() else f"{value:.3g}"

    lines = [list(map(str, rows.columns)), ["---"] * rows.shape[1]]
    lines += [[cell(value) for value in row] for row in rows.itertuples(index=False)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _absent(name: str) -> str:
    return (
        f":::{{note}}\n`benchmarks/results/{name}` has not been made yet. `make benchmark` writes "
        "it on your machine; build the site again to see it here.\n:::\n"
    )


def _picture(name: str, caption: str) -> str:
    if not (MEASURED / name).exists():
        return _absent(name)
    return f":::{{figure}} /../benchmarks/results/{name}\n:width: 100%\n\n{caption}\n:::\n"


#: The parts of benchmark.csv, each with its heading and what its columns mean.
BENCHMARKS = {
    "speed": (
        "Gradient descent",
        "The time of an iteration of one run, by loop and design; of runs together, it is their "
        "time over their number. The floor is the time of its 4np floating-point operations at the "
        "rate of a large matrix product on one core, measured in the same run.",
    ),
    "flow": (
        "Gradient flow against descent",
        "Both engines over the same flow time, as the start α shrinks, at depth 4. Where "
        "`descent_scaled` is true, the time of descent is that of fewer iterations, scaled up.",
    ),
    "flow_step": (
        "A step of gradient flow",
        "Flows to their own end. An ideal step is made of the BLAS and LAPACK calls that a step "
        "cannot do without, timed in the same run; `before_s` and `before_error` are of an older "
        "version. Errors are the largest at any time, over the tolerance.",
    ),
    "memory": ("Memory", "The largest resident memory of one run, in a process of its own."),
    "bars": ("What the engines promise", "Each figure beside the limit that it must keep."),
    "training": (
        "Training on JAX",
        "An iteration of one run at depth 4, by `implicit_sparsity.training`, by the compiled "
        "descent (one run after the other) and by a PyTorch loop; `ratio` is to the descent. Runs "
        "are on a problem each, or on one problem from many starts. `first_call_s` is what a first "
        "call takes beyond later ones: a compilation.",
    ),
}


def speed() -> str:
    """How fast the engines are, from the file that `make benchmark` writes."""
    parts = [
        "# How fast it is\n\nEverything here is measured by `make benchmark`, on one core. It "
        "writes `benchmarks/results/`; nothing on this page is typed.\n"
    ]
    if not (MEASURED / "benchmark.csv").exists():
        return "\n".join([*parts, _absent("benchmark.csv")])
    measured = pd.read_csv(MEASURED / "benchmark.csv")
    parts.append(_picture("benchmark.png", "Left, descent over the floor; right, both engines."))
    for name, (heading, text) in BENCHMARKS.items():
        rows = measured[measured["benchmark"] == name].drop(columns="benchmark")
        if len(rows):  # not measured yet, if none
            parts.append(f"## {heading}\n\n{text}\n\n{_table(rows.dropna(axis=1, how='all'))}")
    if (MEASURED / "training_gpu.csv").exists():
        parts.append(
            "## Training on a graphics card\n\nThe same on a machine with one, up to ten thousand "
            "runs at once; the compiled descent is on one core of its processor, one run after the "
            f"other.\n\n{_table(pd.read_csv(MEASURED / 'training_gpu.csv'))}"
        )
    return "\n".join(parts)


def methods() -> str:
    """The estimators beside other sparse regressions, from what `make benchmark` writes."""
    parts = [*_bars(), *_large()]
    parts += [
        "## Measured on random problems\n\n"
        "Medians over random problems: `ratio` is the squared error over that of least squares on "
        "the true support, `f1` the agreement of the supports, `seconds` processor time on one "
        "core. Columns of X are Gaussian; neighbours have correlation `rho`.\n"
    ]
    if (MEASURED / "comparison.csv").exists():
        rows = pd.read_csv(MEASURED / "comparison.csv")
        parts += [_picture("comparison.png", "Each case by method.")]
        shown = ["k", "n", "p", "rho", "sigma", "method", "ratio", "f1", "seconds"]
        parts += [f":::{{dropdown}} As a table\n{_table(rows[shown])}:::\n"]
    else:
        parts.append(_absent("comparison.csv"))
    parts.append(_many())
    parts.append(
        "## How the default was chosen\n\nOn problems with other seeds than above: the criterion, "
        "how models are read off and judged, depth and start. `ratio` is the geometric mean over "
        "the cases of the median squared error over that of least squares on the true support, "
        "`worst` the largest of the medians.\n"
    )
    if (MEASURED / "criterion.csv").exists():
        table = _table(pd.read_csv(MEASURED / "criterion.csv"))
        parts.append(f":::{{dropdown}} All choices, the best first\n{table}:::\n")
    else:
        parts.append(_absent("criterion.csv"))
    parts.append(
        "## Measured on real data\n\nR² on held-out samples, by repeated cross-validation.\n"
    )
    if (MEASURED / "real_data.csv").exists():
        parts.append(_table(pd.read_csv(MEASURED / "real_data.csv")))
    else:
        parts.append(_absent("real_data.csv"))
    return "\n".join(parts)


def _many() -> str:
    """What becomes of the methods as the true weights get many, from the study of stopping."""
    head = (
        "## Few and many true weights\n\nMedians over the random problems of the study "
        "`stopping_in_practice` with Gaussian columns: the squared error over that of least "
        "squares on the true support, by the number k of true weights.\n\n"
    )
    if not STOPPING.exists():
        return f"{head}*The pipeline has not run here, so the table is not there.*\n"
    rows = pd.read_csv(STOPPING, keep_default_na=False)
    rows = rows[(rows["design"] == "gaussian") & (rows["n"] == rows["n"].min())]
    truth = rows[rows["method"] == "oracle"].set_index(["k", "replicate"])["best_error"]
    rows = rows.join(truth.rename("oracle"), on=["k", "replicate"])
    named = "depth " + rows["depth"].astype(str) + ", " + rows["stop"]
    rows["name"] = rows["method"].where(rows["method"] != "flow", named)
    rows["ratio"] = rows["best_error"] / rows["oracle"]
    medians = rows.pivot_table("ratio", "name", "k", "median", sort=False).add_prefix("k = ")
    return head + _table(medians.rename_axis(columns=None).reset_index(names="method"))


def _bars() -> list[str]:
    """The default estimator against the best of the others, case by case, in words and a table."""
    if not (MEASURED / "estimator_bars.csv").exists():
        return [_absent("estimator_bars.csv")]
    rows = pd.read_csv(MEASURED / "estimator_bars.csv")
    worst, slowest = rows.loc[rows["error"].idxmax()], rows.loc[rows["time"].idxmax()]
    return [
        "## The default beside the best of the others\n\n"
        "`error` is the median squared error of `DepthNRegressor()` over the least of those of "
        "abess, `LassoCV`, matching pursuit and the minimax concave penalty by cross-validation "
        "(`best` says whose), `time` its median time over that of `LassoCV`; `_before` is the "
        f"discrepancy principle, the default until now. It is within 1.3 of the best in "
        f"{(rows['error'] <= 1.3).sum()} of {len(rows)} cases. It loses most, by a factor of "
        f"{worst['error']:.3g}, at {_setting(worst)}, and takes longest beside `LassoCV`, "
        f"{slowest['time']:.2g} of its time, at {_setting(slowest)}.\n",
        _table(rows.drop(columns="holds")),
    ]


def _setting(row: pd.Series) -> str:
    return (
        f"k = {row['k']:g}, n = {row['n']:g}, p = {row['p']:g}, ρ = {row['rho']:g}, "
        f"σ = {row['sigma']:g}"
    )


def _large() -> list[str]:
    """Fits to large data."""
    parts = [
        "## Large data\n\nPeak memory beyond that of the process and the data, and processor time, "
        "of one fit; `error` is squared.\n"
    ]
    if not (MEASURED / "large_fits.csv").exists():
        return [*parts, _absent("large_fits.csv")]
    return [*parts, _table(pd.read_csv(MEASURED / "large_fits.csv").drop(columns="holds"))]


def public_face() -> str:
    """What users import: a page for each name of `implicit_sparsity.__all__`."""
    names = "\n".join(f"   {name}" for name in implicit_sparsity.__all__)
    modules = "\n".join(name.removesuffix(".md") for name, _ in packages())
    return (
        "# API reference\n\n## The public names\n\n"
        "All are imported from `implicit_sparsity` itself.\n\n"
        "```{eval-rst}\n.. currentmodule:: implicit_sparsity\n.. autosummary::\n"
        "   :toctree: names\n   :nosignatures:\n\n"
        f"{names}\n```\n\n## The library's modules\n\n"
        "Everything outside `implicit_sparsity.pipeline` may be imported. The pipeline is there "
        "for the workflow, and may change without notice.\n\n"
        f"```{{toctree}}\n:maxdepth: 1\n\n{modules}\n```\n"
    )


def packages() -> Iterator[tuple[str, str]]:
    """A page for each sub-package of the library, and one for the modules beside them."""
    rooms: dict[str, list[str]] = {}
    for module in pkgutil.walk_packages(implicit_sparsity.__path__, "implicit_sparsity."):
        room = module.name.split(".")[1]
        if room == "pipeline":
            continue
        is_package = module.ispkg or module.name.count(".") > 1
        rooms.setdefault(room if is_package else "core", []).append(module.name)
    for room, modules in sorted(rooms.items()):
        title = "implicit_sparsity" if room == "core" else f"implicit_sparsity.{room}"
        parts = [f"# {title}\n"]
        for name in modules:
            heading = f"## {name.removeprefix('implicit_sparsity.')}\n\n" if name != title else ""
            parts.append(f"{heading}```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n")
        yield f"module_{room}.md", "\n".join(parts)


if __name__ == "__main__":
    (ROOT / "README.md").write_text(readme(), encoding="utf-8")
