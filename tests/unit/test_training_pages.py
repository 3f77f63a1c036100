"""The scripts of the pages on training, run to the letter; and what happens without JAX."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

import implicit_sparsity

DOCS = Path(implicit_sparsity.__file__).parents[2] / "docs/extend"
SCRIPT = re.compile(r"```\{code-block\} python\n:caption: (\S+)\n\n(.*?)^```$", re.M | re.S)


def scripts(page: str) -> dict[str, str]:
    """The scripts of a page by their names; each is run by the page's own commands."""
    text = (DOCS / f"{page}.md").read_text()
    found = dict(SCRIPT.findall(text))
    assert re.findall(r"^```bash\npython (.*?)\n```$", text, re.M) == list(found)
    return found


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run a script in a folder of its own, in this process; returns its variables."""
    monkeypatch.chdir(tmp_path)
    previous = matplotlib.get_backend()
    matplotlib.use("Agg")

    def runs(code: str) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "script"}
        # Its dataclasses look their module up.
        module = type(sys)("script")
        module.__dict__.update(names)
        monkeypatch.setitem(sys.modules, "script", module)
        exec(compile(code, "script", "exec"), module.__dict__)
        return module.__dict__

    yield runs
    matplotlib.pyplot.close("all")
    matplotlib.use(previous)


def test_the_diagram_is_made_in_nineteen_lines_and_shows_where_starts_are_small(run: Any) -> None:
    code = scripts("parametrisation")["diagram.py"]
    lines = [line for line in code.splitlines() if line and not re.match("from |import ", line)]
    assert len(lines) == 19
    *panels, bar = run(code)["figure"].axes
    assert Path("diagram.png").stat().st_size > 5_000
    assert [panel.get_title() for panel in panels] == ["Gated", "Diagonal"]
    assert all(panel.get_xlabel() for panel in panels)
    assert panels[0].get_ylabel() and bar.get_ylabel()
    for panel in panels:
        errors = panel.collections[0].get_array()
        assert errors.shape == (3, 7)
        assert (errors[:, 0] < 0.15).all() and (errors[:, -1] > 0.5).all()
        assert (np.diff(errors[:, :5], axis=0) < 0).all()  # depth helps at every small start


def test_a_loss_of_ones_own_is_robust(run: Any) -> None:
    errors = run(scripts("loss")["robust.py"])["errors"]
    assert errors["huber"] < 0.02 < 0.2 < errors["squared"]


def test_the_usual_optimisers_and_a_penalty_of_ones_own(run: Any) -> None:
    pages = scripts("optimiser")
    errors = run(pages["usual.py"])["errors"]
    assert len(errors) == 4 and all(len(set(row)) in (1, 3) for row in errors.values())
    assert all(max(errors[name]) < 0.01 for name in ("heavy ball", "mini-batches of 10", "slow v"))
    assert max(errors["label noise"]) < 0.1
    found = run(pages["penalty.py"])
    assert np.abs(found["path"].w[-1] - found["lasso"]).max() < 2e-3
    assert 3 < np.count_nonzero(found["lasso"]) < 20


def test_without_jax_one_sentence_says_what_to_install() -> None:
    program = (
        "import sys\n"
        "sys.modules['jax'] = None  # as if it were not installed\n"
        "import implicit_sparsity\n"
        "implicit_sparsity.gradient_descent\n"
        "try:\n"
        "    from implicit_sparsity.training import train\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert result.stdout == (
        "implicit_sparsity.training needs JAX and optax; "
        'install them with pip install "implicit-sparsity[training]".\n'
    )
