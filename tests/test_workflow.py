"""The pipeline, run for real on the smoke configuration, and what a change makes it do again."""

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import ROOT, Pipeline

CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
EXPERIMENTS = list(CONFIG["experiments"])


def jobs(experiment: str, depths: list[int]) -> set[str]:
    """Every job of one experiment but for its problems and baselines."""
    runs = {f"{experiment}: run depth {depth}" for depth in depths}
    return runs | {f"{experiment}: make the tables", f"{experiment}: draw the figure"}


def digests(root: Path) -> dict[str, str]:
    """SHA-256 of every figure and table."""
    files = [*root.glob("paper_figures/*"), *root.glob("results/**/*.csv")]
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_builds_every_figure_and_table(built):
    for experiment in EXPERIMENTS:
        assert (built.root / f"paper_figures/{experiment}.pdf").stat().st_size > 5_000
        assert (built.root / f"paper_figures/{experiment}.png").stat().st_size > 5_000
        assert len(pd.read_csv(built.root / f"results/tables/{experiment}.csv")) > 0
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
    assert "depth 4, alpha 0.05, replicate 0: 20000 of 20000 iterations done" in log
    measured = pd.read_csv(
        built.root / "results/benchmarks/runs/early_stopping_coordinate/depth-4.tsv", sep="\t"
    )
    assert measured["s"].item() > 0


def test_the_paper_scale_has_fewer_than_60_jobs(clean):
    planned = clean.planned("--configfile=config/config.yaml")
    assert 7 * 4 < len(planned) < 60


def test_nothing_is_left_to_do(built):
    assert built.planned() == set()


def test_a_second_run_on_one_core_gives_the_same_bytes(smoke, built):
    result = smoke.run("--forceall", "--cores", "1")
    assert result.returncode == 0, result.stdout
    assert digests(smoke.root) == digests(built.root)


def test_one_figure_needs_its_own_experiment_alone(clean):
    planned = clean.planned("paper_figures/convergence.pdf")
    assert planned == {"convergence: draw the problems"} | jobs("convergence", [2, 3, 5])


def test_a_changed_experiment_runs_alone(smoke):
    smoke.edit("config/smoke.yaml", "iterations: [100, 800, 3000]", "iterations: [100, 801, 3000]")
    again = jobs("convergence", [3]) | {"Summarise all experiments"}
    assert smoke.planned() == again


def test_another_problem_redraws_it_and_runs_every_depth(smoke):
    smoke.edit("config/smoke.yaml", "convergence: {n: 60", "convergence: {n: 61")
    everything = jobs("convergence", [2, 3, 5]) | {"convergence: draw the problems"}
    assert smoke.planned() == everything | {"Summarise all experiments"}


def test_a_depth_added_runs_that_depth_alone(smoke):
    smoke.edit("config/smoke.yaml", "depths: [2, 3, 10]", "depths: [2, 3, 7, 10]")
    smoke.edit("config/smoke.yaml", "[0.1/N^2, 0.2/N^2,", "[0.1/N^2, 0.2/N^2, 0.2/N^2,")
    smoke.edit("config/smoke.yaml", "[200, 400, 1000]", "[200, 400, 800, 1000]")
    again = jobs("initialization_effects", [7]) | {"Summarise all experiments"}
    assert smoke.planned() == again
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
    assert "Summarise all experiments" in smoke.planned()
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
    smoke.edit("src/implicit_sparsity/figures/coordinates.py", '"weight"', '"w"')
    drawn = [e for e in EXPERIMENTS if CONFIG["experiments"][e]["figure"] == "coordinates"]
    assert smoke.planned() == {f"{experiment}: draw the figure" for experiment in drawn}


def test_a_changed_engine_reruns_the_runs_and_not_the_problems(smoke):
    engine = smoke.root / "src/implicit_sparsity/kernels.py"
    engine.write_text(engine.read_text() + "\n# changed\n")
    again = {"Summarise all experiments"}
    for experiment in EXPERIMENTS:
        again |= jobs(experiment, CONFIG["experiments"][experiment]["depths"])
    assert smoke.planned() == again


def test_a_misspelt_key_is_named_with_its_place_and_the_nearest_name(clean):
    clean.edit("config/config.yaml", "    depths: [2, 3, 10]", "    dephts: [2, 3, 10]")
    result = clean.run("--dry-run")
    assert result.returncode != 0
    sentence = "'dephts' in experiments.initialization_effects is unknown; did you mean 'depths'?"
    assert sentence in result.stdout
    assert "Traceback" not in result.stdout


def test_a_diverging_run_is_reported_and_the_others_are_kept(clean):
    clean.edit("config/config.yaml", "step_size: 1.0e-2", "step_size: [0.01, 5.0, 0.01]")
    result = clean.run("paper_figures/early_stopping_coordinate.pdf")
    assert result.returncode != 0
    assert "lower step_size" in result.stdout
    assert "Traceback" not in result.stdout
    runs = clean.root / "results/runs/early_stopping_coordinate"
    assert {path.name for path in runs.iterdir()} == {"depth-2.npz", "depth-4.npz"}


@pytest.mark.parametrize("config", ["config.yaml", "smoke.yaml"])
def test_the_workflow_passes_its_linter(clean, config):
    result = clean.run("--lint", f"--configfile=config/{config}")
    assert result.returncode == 0, result.stdout


def test_outputs_follow_the_working_directory(built, tmp_path):
    """The pipeline can run in another folder than its own."""
    elsewhere = Pipeline(built.root).run("--directory", str(tmp_path), "results/problems/mnist.npz")
    assert elsewhere.returncode == 0, elsewhere.stdout
    assert (tmp_path / "results/problems/mnist.npz").exists()
