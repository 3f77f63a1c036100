"""What the pipeline draws and is committed: a figure for each claim, and the ledger in words."""

import yaml
from conftest import ROOT

from implicit_sparsity.pipeline.config.claim_keys import PARTS

CLAIMS = yaml.safe_load((ROOT / "config/claims.yaml").read_text())
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())


def test_the_committed_ledger_has_the_words_of_the_claims():
    ledger = (ROOT / "paper_figures/claims.md").read_text()
    stale = [
        f"{claim}.{name}.{key}"
        for claim, entry in CLAIMS.items()
        for name, metric in entry["metrics"].items()
        for key in ("meaning", "control")
        if " ".join(metric[key].split()).replace("|", r"\|") not in ledger
    ]
    assert not stale, "run `snakemake --cores all paper_figures/claims.md` and commit it"


def test_every_claim_and_experiment_has_its_committed_figure():
    parts = [part.figure for part in PARTS]
    for name in [*CLAIMS, *CONFIG["experiments"], *parts]:
        assert (ROOT / f"paper_figures/{name}.png").is_file()
        assert (ROOT / f"paper_figures/{name}.pdf").is_file()
