"""The worked examples of docs/extend, done in a copy of the project as their pages say.

A fenced block with a caption is the file that the caption names: a new one; or, if the block is a
diff, lines for one that is there; or, if the caption says "at the end", lines below it. Blocks of
bash and of Python without a caption are run, in the order of the page.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import forked
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT, copy_project

from implicit_sparsity.problems.generate import load

FOLDER = ROOT / "docs/extend"
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(\w+)\n(?::caption: ([^\n]+)\n\n)?(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
AT_THE_END = ", at the end"


@dataclass(frozen=True)
class Step:
    """One block of a page."""

    language: str
    caption: str
    text: str

    def do(self, root: Path) -> None:
        """Write, change or run what the block says, in a copy of the project."""
        path = root / self.caption.removesuffix(AT_THE_END)
        if not self.caption:
            self._run(root)
        elif self.language == "diff":
            path.write_text(patched(path.read_text(), self.text))
        elif self.caption.endswith(AT_THE_END):
            path.write_text(path.read_text() + "\n" + self.text)
        else:
            assert not path.exists(), f"{self.caption} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text)

    def _run(self, root: Path) -> None:
        python, environment = sys.executable, os.environ | {"PYTHONPATH": str(root / "src")}
        commands = [[python, "-c", self.text]]
        if self.language == "bash":
            commands = [shlex.split(line) for line in self.text.splitlines()]
        for program, *arguments in commands:
            if program == "snakemake":
                result = forked.snakemake(root, arguments, environment)
            else:
                assert program in (python, "python")
                result = subprocess.run(
                    [python, *arguments],
                    cwd=root,
                    env=environment,
                    text=True,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                )
            assert result.returncode == 0, f"{self.text}\n{result.stdout}"


def patched(text: str, diff: str) -> str:
    """A text with the lines of a diff added and removed; what surrounds them must be there once."""
    lines = [(line[:1], line[1:]) for line in diff.splitlines()]
    before = "".join(f"{line}\n" for sign, line in lines if sign != "+")
    after = "".join(f"{line}\n" for sign, line in lines if sign != "-")
    places = re.findall(rf"^{re.escape(before)}", text, re.MULTILINE)
    assert len(places) == 1, f"found {len(places)} times:\n{before}"
    return re.sub(rf"^{re.escape(before)}", lambda _: after, text, flags=re.MULTILINE)


def steps(page: str) -> list[Step]:
    """The blocks of a page, in their order."""
    blocks = BLOCK.findall((FOLDER / f"{page}.md").read_text())
    return [Step(language, caption or "", text) for language, caption, text in blocks]


def depth(root: Path) -> None:
    """Both grids have their new depth."""
    summary = pd.read_csv(root / "results/summary/early_stopping_l2_error.csv")
    assert summary["depth"].tolist() == [2, 3, 4, 5]
    assert (summary["best_error"] < 1).all()
    table = pd.read_csv(root / "results/studies/kernel.csv")
    assert sorted(table["depth"].dropna().unique()) == [2, 2.5, 3]


def experiment(root: Path) -> None:
    """The figure is drawn, and stopping early is worth it at both depths from the small start."""
    assert (root / "paper_figures/weaker_signal.pdf").stat().st_size > 5_000
    summary = pd.read_csv(root / "results/summary/weaker_signal.csv")
    small = summary[summary["alpha"] == 0.01]
    assert small["depth"].tolist() == [2, 3]
    assert (small["best_error"] < 0.8 * small["final_error"]).all()


def study(root: Path) -> None:
    """Every cell × depth × start × replicate is there; the best errors are near the oracle's."""
    table = pd.read_csv(root / "results/studies/noise_and_start.csv")
    flows = table[table["method"] == "flow"]
    assert len(flows) == 3 * 2 * 2 * 3
    oracle = table[table["method"] == "oracle"]["best_error"].median()
    assert flows[flows["init"] == 1e-6]["best_error"].median() < 2 * oracle


def design(root: Path) -> None:
    """The figure is drawn, and its columns have the heavy tails and the second moment."""
    assert (root / "paper_figures/heavy_tails.pdf").stat().st_size > 5_000
    X = load(root / "results/problems/heavy_tails.npz")[0].X
    assert abs(np.mean(X**2) - 1) < 0.1
    assert np.mean(X**4) > 4  # 3 if they were normal


def measure(root: Path) -> None:
    """Small starts end at about the least norm, and large ones far from it."""
    table = pd.read_csv(root / "results/studies/norms.csv")
    l1 = table.groupby("init")["l1"].median()
    assert abs(l1[1e-6] - 1) < 0.05 < l1[1] - 1
    assert (table[table["init"] == 1e-6]["large"] == 5).all()


def baseline(root: Path) -> None:
    """The adaptive Lasso comes between the Lasso and the oracle."""
    table = pd.read_csv(root / "results/studies/adaptive.csv")
    errors = table.groupby("method")["best_error"].median()
    assert errors["oracle"] < errors["adaptive_lasso_cv"] < errors["lasso_cv"]


def figure(root: Path) -> None:
    """The figure is drawn, and the loss falls at both depths."""
    assert (root / "paper_figures/training_loss.pdf").stat().st_size > 5_000
    table = pd.read_csv(root / "results/tables/training_loss.csv")
    for _, curve in table.groupby("depth"):
        assert curve["loss"].iloc[-1] < 0.1 * curve["loss"].iloc[0]


def claim(root: Path) -> None:
    """The figure is drawn, and the numbers keep the threshold where the control does not."""
    assert (root / "paper_figures/twice_the_noise.png").stat().st_size > 5_000
    table = pd.read_csv(root / "results/studies/twice_the_noise.csv")
    problem = ["init", "depth", "replicate"]
    errors = table.pivot_table(index=problem, columns="noise", values="best_error")
    factor = (errors[0.5] / errors[0.25]).groupby("init").median()  # on the same problem
    assert 3 < factor[1e-6] < 5
    assert factor[1] < 2


def system(root: Path) -> None:
    """The figure is drawn, and the claim is supported."""
    assert (root / "paper_figures/stopped_regression.png").stat().st_size > 5_000
    table = pd.read_csv(root / "results/related/stopped_regression.csv")
    assert len(table) == 20 * 3
    (verdict,) = pd.read_csv(root / "results/claims/stopped_regression.csv")["verdict"]
    assert verdict == "supported"


#: What must be true after a page has been done.
CHECKS: dict[str, Callable[[Path], None]] = {
    check.__name__: check
    for check in (depth, experiment, study, design, measure, baseline, figure, claim, system)
}

#: Pages whose scripts need no copy of the project; tests/unit/test_training_pages.py runs them.
TRAINING = {"parametrisation", "loss", "optimiser"}


@pytest.mark.parametrize("page", CHECKS)
def test_the_example_works_as_its_page_says(page: str, tmp_path: Path):
    root = copy_project(tmp_path / "project").root
    for part in ("tests", "pyproject.toml", "docs"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
        copy(ROOT / part, root / part)
    for step in steps(page):
        step.do(root)
    CHECKS[page](root)


def test_every_page_is_done():
    pages = {path.stem for path in FOLDER.glob("*.md")} - {"index"}
    assert pages == set(CHECKS) | TRAINING
    assert all(steps(page) for page in CHECKS)


def test_a_diff_fits_one_place_alone():
    assert patched("a\nb\nc\n", " a\n+x\n b") == "a\nx\nb\nc\n"
    with pytest.raises(AssertionError, match="found 2 times"):
        patched("a\na\n", " a\n+x")
