"""The files of figures: their bytes are always the same, as journals ask."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys

from claims.case import NAN
from claims.every import CLAIMS, case
from experiment_tables import pixels, shared_init, summary, table

from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.registry import FIGURES
from implicit_sparsity.pipeline.related.modules import MODULES


def example(kind):
    cells = shared_init([2, 3])
    data = pixels(cells, count=2) if kind == "images" else table(kind, cells)
    return data, summary(cells, 1000, [(194, 577), (200, NAN)])


REDRAW = """
import pickle, sys
from implicit_sparsity.pipeline.related.modules import MODULES
from implicit_sparsity.pipeline.figures import style
from implicit_sparsity.pipeline.figures.registry import FIGURES
for name, folder, arguments in pickle.load(sys.stdin.buffer):
    draw = FIGURES[name] if name in FIGURES else MODULES[name].draw
    style.save(draw(*arguments), f"{folder}/{name}.pdf", f"{folder}/{name}.png")
"""

#: Claims whose figures have points, bands and heat maps.
CLAIM_EXAMPLES = ("rich_to_kernel", "early_stopping", "sample_complexity")


def few(tables):
    """Three replicates of each cell: points, a band and a median are all there."""
    return {study: rows[rows["replicate"] < 3] for study, rows in tables.items()}


def test_figures_have_the_same_bytes_when_drawn_again(tmp_path):
    """In this process after other figures, and in a new one whose hashes are seeded otherwise."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    examples = {kind: example(kind) for kind in FIGURES}
    examples |= {name: (few(case(name).TABLES), CLAIMS[name]) for name in CLAIM_EXAMPLES}
    for name, arguments in examples.items():
        draw = FIGURES[name] if name in FIGURES else MODULES[name].draw
        style.save(draw(*arguments), here / f"{name}.pdf", here / f"{name}.png")
    jobs = [(name, str(there), arguments) for name, arguments in reversed(examples.items())]
    seed = "1" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    subprocess.run(
        [sys.executable, "-c", REDRAW],
        input=pickle.dumps(jobs),
        env=os.environ | {"PYTHONHASHSEED": seed},
        check=True,
    )
    for name in examples:
        for file in (f"{name}.pdf", f"{name}.png"):
            assert (here / file).read_bytes() == (there / file).read_bytes(), file
    pdf = (here / "coordinates.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and b"CreationDate" not in pdf
    assert b"/FontFile2" in pdf and b"/Type3" not in pdf  # as journals ask
    assert (here / "coordinates.png").read_bytes().startswith(b"\x89PNG")


def test_figures_are_as_wide_as_a_column_of_text():
    for kind in FIGURES:
        figure = FIGURES[kind](*example(kind))
        assert figure.get_size_inches()[0] == style.WIDTH == 5.5
