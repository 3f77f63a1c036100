"""Which designs are evidence, and what the figure says of the rest."""

from claims.case import Change
from claims.correlated_designs import BEYOND, FAR, STUDY, TABLES
from claims.every import CLAIMS
from implicit_sparsity.pipeline.claims.correlated_designs import evidence
from implicit_sparsity.pipeline.claims.selection import marked


def found(tables):
    return evidence(marked(CLAIMS["correlated_designs"], tables))


def numbers(cells):
    return [(dict(cell.place), cell.value, cell.count) for cell in cells]


def test_designs_beyond_the_condition_are_reported_and_not_judged():
    change = Change(BEYOND, f"design == {FAR!r}", {"best_error": 1e-3, "window_start": 1e-3})
    before, after = found(TABLES), found(change.apply(TABLES))
    for metric in before:
        for role in ("cells", "control", "positive"):
            assert numbers(getattr(after[metric], role)) == numbers(getattr(before[metric], role))
        assert numbers(after[metric].outside) != numbers(before[metric].outside)


def test_a_row_beyond_the_condition_leaves_its_cell():
    """41 problems of each of two signals, less one whose coherence is large by chance."""
    change = Change(STUDY, "replicate == 0 and signal == 'equal(1)'", {"incoherence": 0.8})
    after = found(change.apply(TABLES))["share_with_window"]
    counts = {(cell.place["depth"], cell.place["r"]): cell.count for cell in after.cells}
    assert counts == {(N, r): (4 * 41 - 2 if r == 1 else 4 * 41) for N in (2, 3, 5) for r in (1, 2)}
