"""Which files of the package a job runs."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from implicit_sparsity.pipeline import dependencies
from implicit_sparsity.pipeline.config import names

FOLDER = dependencies.FOLDER


def files(*modules):
    return {str(path.relative_to(FOLDER)) for path in dependencies.files(*modules)}


def test_files_are_those_of_all_imports_and_of_the_folders_on_the_way():
    found = files("flow.solve")
    assert {"flow/__init__.py", "flow/solve.py", "flow/integrate.py", "problem.py"} <= found
    assert not {path for path in found if path.startswith(("descent", "pipeline", "regression"))}
    assert all((FOLDER / path).is_file() for path in found)


def test_digests_are_those_of_the_files():
    found = dependencies.digests("pipeline.join")
    assert set(found) == files("pipeline.join") >= {"pipeline/__init__.py", "pipeline/join.py"}
    content = (FOLDER / "pipeline/join.py").read_bytes()
    assert found["pipeline/join.py"] == hashlib.sha256(content).hexdigest()


def test_the_packages_own_init_is_left_out():
    assert "__init__.py" not in files("pipeline.studies.table", "regression.estimators")


def test_of_the_plug_ins_of_a_registry_those_named_are_followed():
    everything = files("pipeline.studies.table")
    measures = {f"pipeline/studies/{name}.py" for name in ("kernel", "recovery", "stopping")}
    assert measures <= everything and "descent/engine.py" in everything
    chosen = files("pipeline.studies.table", "pipeline.studies.kernel")
    assert chosen & measures == {"pipeline/studies/kernel.py"}
    assert "pipeline/studies/table.py" in chosen
    assert "pipeline/studies/registry.py" in everything - chosen  # a new plug-in changes it
    assert "descent/engine.py" not in chosen and "problems/designs/ar1.py" in chosen
    one_design = files(
        "pipeline.studies.table", "pipeline.studies.kernel", "problems.designs.gaussian"
    )
    assert chosen - one_design >= {"problems/designs/ar1.py"}
    assert "problems/designs/gaussian.py" in one_design


def test_a_plug_in_that_another_imports_is_followed():
    chosen = files("pipeline.studies.table", "pipeline.studies.bounds")
    assert "pipeline/studies/recovery.py" in chosen  # whose stop rule it uses


def test_baselines_do_not_run_the_measures():
    found = files("pipeline.studies.baselines", "baselines.oracle", "problems.designs.gaussian")
    assert "pipeline/studies/registry.py" not in found and "baselines/oracle.py" in found
    assert not found & {"baselines/omp_cv.py", "pipeline/studies/recovery.py", "flow/solve.py"}


def test_no_job_on_claims_or_related_systems_depends_on_those_of_others():
    claims, systems = names.registered("pipeline/claims"), names.registered("pipeline/related")
    everything = {f"pipeline/claims/{name}.py" for name in claims}
    everything |= {f"pipeline/related/{name}.py" for name in systems}
    own = {"pipeline/related/momentum.py"}
    assert files("pipeline.related.table", "pipeline.related.momentum") & everything == own
    judges = ("pipeline.claims.ledger", "pipeline.report.claim_captions")
    assert files(*judges, "pipeline.related.momentum") & everything == own
    own = {"pipeline/claims/early_stopping.py"}
    assert files(*judges, "pipeline.claims.early_stopping") & everything == own


def test_a_module_that_is_not_there():
    with pytest.raises(ValueError, match=r"There is no .*pipeline/claims/none\.py; add it\."):
        dependencies.files("pipeline.claims.none")


def test_imports_of_a_notebook(tmp_path: Path):
    cells = [
        {"cell_type": "markdown", "source": ["from implicit_sparsity.theory import levels\n"]},
        {
            "cell_type": "code",
            "source": [
                "%matplotlib inline\n",
                "import numpy as np\n",
                "from implicit_sparsity import gradient_flow\n",
                "from implicit_sparsity.problems import synthetic\n",
                "import implicit_sparsity.metrics\n",
            ],
        },
    ]
    path = tmp_path / "some.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert dependencies.imported_by_notebook(path) == [
        "flow.solve",
        "metrics",
        "problems",
        "problems.synthetic",
    ]
