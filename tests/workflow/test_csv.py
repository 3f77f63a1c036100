"""An experiment on a CSV, from the file to the figure."""

import pandas as pd
import yaml
from conftest import Pipeline
from data_file import entry, houses


def test_an_experiment_on_a_csv_needs_configuration_alone(clean: Pipeline, tmp_path):
    table = houses(tmp_path / "houses.csv")
    (clean.root / "mine.yaml").write_text(
        yaml.safe_dump(
            {
                "experiments": {
                    "houses": entry(table, window="error", baselines=["ridge_cv"], replicates=2),
                    "houses_paths": entry(table, figure="coordinates"),
                }
            }
        )
    )
    targets = [f"paper_figures/{name}.pdf" for name in ("houses", "houses_paths")]
    result = clean.run(*targets, "--configfile=mine.yaml")
    assert result.returncode == 0, result.stdout
    summary = pd.read_csv(clean.root / "results/summary/houses.csv")
    assert 0 < summary["best_error"].item() < 1.5
    curves = pd.read_csv(clean.root / "results/tables/houses_paths.csv")["curve"]
    assert set(curves) == {"w_age", "w_height", "w_dose", "off_support"}
    # A change of the file runs the experiment again.
    table.write_text(table.read_text().replace("\n", "\n\n", 1))
    assert "houses: draw the problems" in clean.planned(*targets, "--configfile=mine.yaml")
    table.write_text("age,price\n1,2\n3,\n" + "4,5\n" * 10)
    result = clean.run(*targets, "--configfile=mine.yaml")
    assert result.returncode != 0
    assert "column 'price' has no finite number in data row 2" in result.stdout
    assert "Traceback" not in result.stdout
