"""The pipeline, run for real on the smoke configuration, and what a change makes it do again."""

import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT, Pipeline

from implicit_sparsity.pipeline import files

CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
EXPERIMENTS = list(CONFIG["experiments"])
CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text())

# What joins all experiments, and what all claims.
SUMMARY = {"Summarise all experiments"}
LEDGER = {"Join the ledger", "Draw the ledger"}


def jobs(experiment: str, depths: list[int]) -> set[str]:
    """Every job of one experiment but for its problems and baselines."""
    runs = {f"{experiment}: run depth {depth}" for depth in depths}
    return runs | {f"{experiment}: make the tables", f"{experiment}: draw the figure"}


def digests(root: Path) -> dict[str, str]:
    """SHA-256 of every figure and table, but for the study that tells run times."""
    files = [*root.glob("paper_figures/*"), *root.glob("results/**/*.csv")]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file() and "stopping_in_practice" not in str(path)
    }


def of_experiments(planned: set[str]) -> set[str]:
    """The jobs, of those planned, of the experiments."""
    names = tuple(f"{experiment}: " for experiment in EXPERIMENTS)
    return {job for job in planned if job.startswith(names)}


def test_builds_every_figure_and_table(built):
    for experiment in EXPERIMENTS:
        assert (built.root / f"paper_figures/{experiment}.pdf").stat().st_size > 5_000
        assert (built.root / f"paper_figures/{experiment}.png").stat().st_size > 5_000
        assert len(pd.read_csv(built.root / f"results/tables/{experiment}.csv")) > 0
    for claim in CLAIMS:
        assert (built.root / f"paper_figures/{claim}.png").stat().st_size > 5_000
    for study in CONFIG["studies"]:
        table = pd.read_csv(built.root / f"results/studies/{study}.csv")
        assert len(table) > 0
        if study != "discretisation":  # whose rows may be of flows without a window
            assert table.loc[table["method"] == "flow"].notna().any().any()
    summary = pd.read_csv(built.root / "results/summary.csv")
    cells = [(e, d) for e in EXPERIMENTS for d in CONFIG["experiments"][e]["depths"]]
    assert list(zip(summary["experiment"], summary["depth"], strict=True)) == cells
    windows = summary["window_start"].notna()
    assert set(summary.loc[windows, "experiment"]) == {
        "early_stopping_coordinate",
        "early_stopping_l2_error",
    }


def test_runs_leave_a_log_with_progress_and_a_benchmark(built):
    log = (built.root / "logs/runs/early_stopping_coordinate/depth-4.log").read_text()
    assert "depth 4, design 1 of 1: 20000 of 20000 iterations done" in log
    measured = pd.read_csv(
        built.root / "results/benchmarks/runs/early_stopping_coordinate/depth-4.tsv", sep="\t"
    )
    assert measured["s"].item() > 0


def test_the_paper_scale_has_jobs_of_a_sensible_size(clean):
    planned = clean.planned("--configfile=config/config.yaml")
    assert 28 < len(of_experiments(planned)) < 60
    assert len(planned) < 280


def test_the_thorough_run_judges_every_claim(clean):
    planned = clean.planned("claims", "--configfile=config/thorough.yaml")
    assert planned >= LEDGER | {f"{claim}: judge the claim" for claim in CLAIMS}
    assert not of_experiments(planned)


def test_every_metric_of_the_ledger_has_a_verdict(built):
    ledger = pd.read_csv(built.root / "results/claims.csv")
    wanted = [(claim, metric) for claim, entry in CLAIMS.items() for metric in entry["metrics"]]
    assert list(zip(ledger["id"], ledger["metric"], strict=True)) == wanted
    assert set(ledger["verdict"]) <= {"supported", "contradicted", "inconclusive"}
    text = (built.root / "paper_figures/claims.md").read_text()
    assert all(f"## {claim}: " in text for claim in CLAIMS)


def test_a_tampered_table_flips_the_verdict_and_breaks_nothing(smoke):
    def verdict() -> str:
        ledger = pd.read_csv(smoke.root / "results/claims.csv").set_index(["id", "metric"])
        return ledger.loc[("early_stopping", "final_over_best"), "verdict"]

    assert verdict() == "supported"
    path = smoke.root / "results/studies/early_stopping.csv"
    table = pd.read_csv(path)
    table["final_error"] = table["best_error"]
    files.write_table(path, table)  # as a job does: what is changed by hand is made anew
    result = smoke.run("results/claims.csv")
    assert result.returncode == 0, result.stdout
    assert verdict() == "contradicted"


def test_a_table_without_what_a_claim_needs_breaks_the_build_with_a_sentence(smoke):
    path = smoke.root / "results/studies/kernel.csv"
    table = pd.read_csv(path)
    files.write_table(path, table[table["method"] != "flow"])
    result = smoke.run("results/claims.csv")
    assert result.returncode != 0
    assert "has no flow" in result.stdout
    assert "Traceback" not in result.stdout


def test_nothing_is_left_to_do(built):
    assert built.planned() == set()


def test_other_settings_are_planned_in_few_words_and_leave_nothing_to_do(smoke):
    """A dry run with another seed names what changed, and does not make it run again later."""
    result = smoke.run("--dry-run", "--config", "seed=1")
    planned = set(re.findall(r"^Job \d+: (.*)$", result.stdout, re.MULTILINE))
    assert "activation: measure depth 2" in planned
    assert (
        "convergence: run depth 3" not in planned
    )  # the authors' problems have seeds of their own
    lines = result.stdout.splitlines()
    assert max(len(line) for line in lines if "measure depth" in line or "specs/" in line) < 300
    assert len(result.stdout) < 600 * len(planned)
    assert smoke.planned() == set()


def test_a_second_run_on_one_core_gives_the_same_bytes(smoke, built):
    # An experiment of each kind but for that of the interrupted runs, whose bytes are compared
    # there; the baselines of an experiment; and a study of flows with baselines.
    experiments = ["early_stopping_coordinate", "mnist"]
    figures = [f"paper_figures/{experiment}.pdf" for experiment in experiments]
    tables = ["results/baselines/kernel_regime.csv", "results/studies/risk_at_threshold.csv"]
    result = smoke.run("--forceall", "--cores", "1", *figures, *tables)
    assert result.returncode == 0, result.stdout
    assert digests(smoke.root) == digests(built.root)


def test_one_figure_needs_its_own_experiment_alone(clean):
    planned = clean.planned("paper_figures/convergence.pdf")
    assert planned == {"convergence: draw the problems"} | jobs("convergence", [2, 3, 5])


def test_a_changed_experiment_runs_alone(smoke):
    smoke.edit("config/smoke.yaml", "iterations: [100, 800, 3000]", "iterations: [100, 801, 3000]")
    planned = smoke.planned()
    assert of_experiments(planned) == jobs("convergence", [3])
    assert planned >= SUMMARY
    assert not {job for job in planned if ": measure depth" in job}


def test_another_problem_redraws_it_and_runs_every_depth(smoke):
    smoke.edit("config/smoke.yaml", "convergence: {n: 60", "convergence: {n: 61")
    everything = jobs("convergence", [2, 3, 5]) | {"convergence: draw the problems"}
    assert of_experiments(smoke.planned()) == everything


def test_a_depth_added_runs_that_depth_alone(smoke):
    smoke.edit("config/smoke.yaml", "depths: [2, 3, 10]", "depths: [2, 3, 7, 10]")
    smoke.edit("config/smoke.yaml", "[0.1/N^2, 0.2/N^2,", "[0.1/N^2, 0.2/N^2, 0.2/N^2,")
    smoke.edit("config/smoke.yaml", "[200, 400, 1000]", "[200, 400, 800, 1000]")
    assert of_experiments(smoke.planned()) == jobs("initialization_effects", [7])
    result = smoke.run("paper_figures/initialization_effects.pdf")
    assert result.returncode == 0, result.stdout
    table = pd.read_csv(smoke.root / "results/tables/initialization_effects.csv")
    assert list(table["depth"].unique()) == [2, 3, 7, 10]


def test_an_experiment_added_needs_configuration_alone(smoke):
    smoke.edit(
        "config/smoke.yaml",
        "experiments:\n",
        "experiments:\n"
        "  gaussian_designs: {figure: error, instances: fresh, design: gaussian, n: 40, p: 60,\n"
        "    k: 2, signal: [1, -2], noise: 0.1, depths: [2, 4], alpha: [0.01, 0.1],\n"
        "    step_size: 0.02, iterations: 500, replicates: 3}\n",
    )
    assert smoke.planned() >= SUMMARY
    result = smoke.run("paper_figures/gaussian_designs.pdf", "results/summary.csv")
    assert result.returncode == 0, result.stdout
    summary = pd.read_csv(smoke.root / "results/summary.csv")
    added = summary[summary["experiment"] == "gaussian_designs"]
    assert added[["depth", "alpha"]].to_numpy().tolist() == [
        [2, 0.01],
        [2, 0.1],
        [4, 0.01],
        [4, 0.1],
    ]


def test_a_changed_figure_module_redraws_and_recomputes_nothing(smoke):
    smoke.edit("src/implicit_sparsity/pipeline/figures/coordinates.py", '"weight"', '"w"')
    drawn = [e for e in EXPERIMENTS if CONFIG["experiments"][e]["figure"] == "coordinates"]
    planned = of_experiments(smoke.planned())
    assert planned == {f"{experiment}: draw the figure" for experiment in drawn}


def test_a_changed_engine_reruns_the_runs_and_not_the_problems(smoke):
    engine = smoke.root / "src/implicit_sparsity/descent/kernels.py"
    engine.write_text(engine.read_text() + "\n# changed\n")
    again = set()
    for experiment in EXPERIMENTS:
        again |= jobs(experiment, CONFIG["experiments"][experiment]["depths"])
    planned = smoke.planned()
    assert of_experiments(planned) == again
    # Of the studies, those alone that descend.
    measured = {job.split(":")[0] for job in planned if ": measure depth" in job}
    assert measured == {"discretisation", "precision", "precision_coarse"}


def test_one_claim_alone_measures_its_studies_alone(clean):
    planned = clean.planned("results/claims/early_stopping.csv")
    assert "early_stopping: judge the claim" in planned
    assert {job for job in planned if ": judge" in job} == {"early_stopping: judge the claim"}
    measured = {job.split(":")[0] for job in planned if ": measure depth" in job}
    assert measured == set(CLAIMS["early_stopping"]["studies"])
    assert not planned & LEDGER and len(planned) < 10


def test_a_changed_claim_is_judged_and_drawn_again_alone_and_measures_nothing(smoke):
    """A registry that imports all claims, measures or baselines makes no job depend on all."""
    smoke.edit("src/implicit_sparsity/pipeline/claims/early_stopping.py", '"noisy"', "'noisy'")
    planned = smoke.planned()
    assert planned >= LEDGER
    assert {job for job in planned if ": judge" in job} == {"early_stopping: judge the claim"}
    assert not {job for job in planned if ": measure" in job or ": join" in job}
    assert not of_experiments(planned)


def test_a_changed_measure_measures_its_studies_alone(smoke):
    module = smoke.root / "src/implicit_sparsity/pipeline/studies/activation.py"
    module.write_text(module.read_text() + "\n# changed\n")
    planned = smoke.planned()
    studies = ("activation", "activation_controls", "activation_easy")
    depths = {f"{study}: measure depth {depth}" for study in studies for depth in (2, 3)}
    assert {job for job in planned if ": measure depth" in job} == depths
    assert not {job for job in planned if job.endswith(": fit the baselines")}
    assert not of_experiments(planned)


def test_a_changed_baseline_is_fitted_again_alone(smoke):
    module = smoke.root / "src/implicit_sparsity/baselines/omp_oracle.py"
    module.write_text(module.read_text() + "\n# changed\n")
    fitted = {job for job in smoke.planned() if job.endswith(": fit the baselines")}
    assert fitted == {"sample_complexity: fit the baselines"}


def test_a_depth_added_to_a_study_measures_that_depth_alone(smoke):
    smoke.edit(
        "config/smoke.yaml", "p: 60, k: 2, depths: [2, 3, 6]", "p: 60, k: 2, depths: [2, 3, 3.5, 6]"
    )
    planned = smoke.planned("paper_figures/depth_widens_start.pdf")
    measured = {job for job in planned if ": measure depth" in job}
    assert measured == {"phase_diagram: measure depth 3.5"}


def test_the_named_targets(clean):
    experiments = clean.planned("experiments")
    assert of_experiments(experiments) | SUMMARY == experiments
    assert {f"{experiment}: draw the figure" for experiment in EXPERIMENTS} <= experiments
    claims = clean.planned("claims")
    assert claims >= LEDGER | {f"{claim}: judge the claim" for claim in CLAIMS}
    assert not of_experiments(claims)
    everything = clean.planned("all")
    assert everything == clean.planned() and everything > experiments | claims
    assert {"Write the explorer", "Execute the notebook 3_your_own_data"} <= everything


def test_several_figures_of_a_fresh_folder_are_planned_at_once(clean):
    """What jobs are asked to do is written while Snakemake looks for it."""
    names = ("convergence", "mnist", "early_stopping")
    planned = clean.planned(*(f"paper_figures/{name}.pdf" for name in names))
    assert {"convergence: draw the figure", "early_stopping: judge the claim"} <= planned


@pytest.mark.parametrize("path", ["config/config.yaml", "config/smoke.yaml", "config/claims.yaml"])
def test_a_key_that_stands_twice_is_told_with_its_file(clean, path):
    text = (clean.root / path).read_text()
    last = text.count("\n") + 1
    (clean.root / path).write_text(f"{text}extra: 1\nextra: 2\n")
    result = clean.run("--dry-run")
    assert result.returncode != 0 and "Traceback" not in result.stdout
    assert f"{path}: key 'extra' stands twice, in lines {last} and {last + 1}" in result.stdout


def test_broken_yaml_is_told_with_file_and_line(clean):
    clean.edit("config/config.yaml", "    depths: [2, 3, 10]", "    depths: [2, 3, 10")
    result = clean.run("--dry-run")
    assert result.returncode != 0 and "Traceback" not in result.stdout
    assert re.search(r"config/config\.yaml, line \d+ is not YAML: ", result.stdout)


def test_a_fault_on_the_command_line_is_said_to_be_there(clean):
    result = clean.run("--dry-run", "experiments", "--config", "sed=7")
    assert result.returncode != 0
    assert "did you mean 'seed'? (in the command line (--config))" in result.stdout


def test_braces_in_the_path_of_the_workflow_are_refused(clean, tmp_path):
    moved = clean.root.rename(tmp_path / "clone{v2}")
    result = Pipeline(moved).run("--dry-run")
    assert result.returncode != 0
    assert "clone{v2}, whose braces Snakemake reads as wildcards; rename" in result.stdout


def test_a_misspelt_key_is_named_with_its_place_and_the_nearest_name(clean):
    clean.edit("config/config.yaml", "    depths: [2, 3, 10]", "    dephts: [2, 3, 10]")
    result = clean.run("--dry-run")
    assert result.returncode != 0
    sentence = "'dephts' in experiments.initialization_effects is unknown; did you mean 'depths'?"
    assert sentence in result.stdout
    assert "Traceback" not in result.stdout


def test_a_claim_without_its_module_is_told_before_any_work(clean):
    (clean.root / "src/implicit_sparsity/pipeline/claims/early_stopping.py").unlink()
    result = clean.run("--dry-run")
    assert result.returncode != 0
    assert (
        "There is no src/implicit_sparsity/pipeline/claims/early_stopping.py; add it."
        in result.stdout
    )


def test_a_fault_in_the_claims_is_told_with_their_file(clean):
    clean.edit("config/claims.yaml", "studies: [early_stopping,", "studies: [early_stoping,")
    result = clean.run("--dry-run")
    assert result.returncode != 0 and "(in config/claims.yaml)" in result.stdout


def test_a_diverging_run_is_reported_and_the_others_are_kept(clean):
    clean.edit("config/config.yaml", "step_size: 1.0e-2", "step_size: [0.01, 5.0, 0.01]")
    result = clean.run("paper_figures/early_stopping_coordinate.pdf")
    assert result.returncode != 0
    assert "lower step_size" in result.stdout
    assert "Traceback" not in result.stdout
    runs = clean.root / "results/runs/early_stopping_coordinate"
    assert {path.name for path in runs.glob("*.npz")} == {"depth-2.npz", "depth-4.npz"}


def test_the_workflow_passes_its_linter(clean):
    result = clean.run("--lint", "--configfile=config/config.yaml")
    assert result.returncode == 0, result.stdout


def test_outputs_follow_the_working_directory(built, tmp_path):
    """The pipeline can run in another folder than its own."""
    elsewhere = Pipeline(built.root).run("--directory", str(tmp_path), "results/problems/mnist.npz")
    assert elsewhere.returncode == 0, elsewhere.stdout
    assert (tmp_path / "results/problems/mnist.npz").exists()
