"""The ledger: verdicts case by case, scope and thresholds in words, and what is written down."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity.pipeline.claims.evidence import Cell, Evidence
from implicit_sparsity.pipeline.claims.ledger import ledger
from implicit_sparsity.pipeline.claims.ledger_table import Ledger, read
from implicit_sparsity.pipeline.claims.ledger_text import markdown, summary, tally
from implicit_sparsity.pipeline.claims.robustness import same_verdict, stated_range
from implicit_sparsity.pipeline.claims.scope import label, scope
from implicit_sparsity.pipeline.claims.verdicts import (
    CONTRADICTED,
    FAILS,
    HOLDS,
    INCONCLUSIVE,
    OPEN,
    SUPPORTED,
    judge,
    least_favourable,
    most_favourable,
    overall,
    stated_threshold,
    states,
)
from implicit_sparsity.pipeline.config.claims import Claim, Condition, Metric, Range
from implicit_sparsity.pipeline.join import join

NAN, INF = float("nan"), float("inf")
AT_LEAST, AT_MOST, BETWEEN = Range(1, None), Range(None, 2), Range(1, 2)


def cell(low, high, value=None, count=30, wider=0.0, **place):
    """A cell whose interval is [low, high] at 95 %, and wider by so much at higher levels."""

    def interval(level):
        more = wider if level > 0.95 + 1e-9 else 0.0
        return low - more, high + more

    middle = (low + high) / 2 if value is None else value
    return Cell(place, "median", middle, count, interval)


def alone(low, high, control=-9.0, **options):
    """The evidence of one cell, with a control of one."""
    return Evidence([cell(low, high, **options)], [cell(control, control)])


# --- verdicts ---------------------------------------------------------------------------------

#: Of a metric of at least 1: the interval and the verdict.
LEAST = [
    (2.0, 4.0, SUPPORTED),
    (1.0, 4.0, SUPPORTED),  # the threshold itself holds
    (0.9, 4.0, INCONCLUSIVE),
    (0.5, 1.0, INCONCLUSIVE),
    (0.1, 0.9, CONTRADICTED),
    (2.0, INF, SUPPORTED),
    (0.5, INF, INCONCLUSIVE),
    (-INF, 0.5, CONTRADICTED),
    (-INF, INF, INCONCLUSIVE),
    (NAN, NAN, INCONCLUSIVE),
]


@pytest.mark.parametrize(("low", "high", "expected"), LEAST)
def test_verdicts_of_one_cell(low, high, expected):
    assert judge(AT_LEAST, alone(low, high, value=1.5)).verdict == expected
    # The same, mirrored.
    mirrored = Evidence([cell(-high, -low, value=-1.5)], [cell(9.0, 9.0)])
    assert judge(Range(None, -1), mirrored).verdict == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.2, 1.8, SUPPORTED),
        (1.0, 2.0, SUPPORTED),
        (0.9, 1.8, INCONCLUSIVE),
        (0.5, 2.5, INCONCLUSIVE),
        (0.1, 0.9, CONTRADICTED),
        (2.5, 3.5, CONTRADICTED),
    ],
)
def test_verdicts_of_two_thresholds(low, high, expected):
    assert judge(BETWEEN, alone(low, high)).verdict == expected


def several(*cells, control=()):
    return Evidence(list(cells), [cell(-9, -9), *control])


def test_a_metric_is_supported_only_if_every_cell_is():
    held, open_one = cell(2, 3), cell(0.9, 3)
    assert judge(AT_LEAST, several(held, held)).verdict == SUPPORTED
    assert judge(AT_LEAST, several(held, open_one)).verdict == INCONCLUSIVE


def test_support_needs_no_correction_and_contradiction_does():
    """One cell of two fails at 95 %, and no longer at the level that two of them need."""
    nearly = cell(0.1, 0.9, wider=0.2)
    assert judge(AT_LEAST, several(nearly)).verdict == CONTRADICTED
    assert judge(AT_LEAST, several(nearly, cell(2, 3))).verdict == INCONCLUSIVE
    assert judge(AT_LEAST, several(cell(0.1, 0.5, wider=0.2), cell(2, 3))).verdict == CONTRADICTED
    # What is supported at 95 % stays so, however many there are.
    assert judge(AT_LEAST, several(*[cell(1.1, 3, wider=5.0)] * 9)).verdict == SUPPORTED


def test_holms_second_step_rejects_more():
    """Once the first is rejected, the second is asked at a lower level."""
    found = states(AT_LEAST, [cell(0.1, 0.5, wider=0.1), cell(0.1, 0.9, wider=0.2)])
    assert found == [FAILS, FAILS]
    assert states(AT_LEAST, [cell(2, 3), cell(0.1, 0.9, wider=0.2)]) == [HOLDS, OPEN]


@pytest.mark.parametrize("control", [(2.0, 3.0), (0.5, 1.5), (NAN, NAN)])
def test_nothing_is_concluded_unless_the_control_fails_in_every_cell(control):
    for low, high, _ in LEAST:
        found = judge(AT_LEAST, several(cell(low, high, value=1.0), control=[cell(*control)]))
        assert found.verdict == INCONCLUSIVE and found.control != FAILS
    assert judge(AT_LEAST, several(cell(2, 3), control=[cell(*control)])).why == (
        "the control does not fail"
    )


def test_a_contradiction_needs_a_positive_control_that_holds():
    bad, good = cell(0.1, 0.5), cell(2, 3)
    for positive, expected in (
        ([good], CONTRADICTED),
        ([good, bad], INCONCLUSIVE),
        ([], CONTRADICTED),
    ):
        evidence = Evidence([bad], [cell(-9, -9)], positive)
        assert judge(AT_LEAST, evidence).verdict == expected
    # It is not needed for support.
    assert judge(AT_LEAST, Evidence([good], [cell(-9, -9)], [bad])).verdict == SUPPORTED


def test_a_single_problem_gives_no_verdict():
    found = judge(AT_LEAST, several(cell(2, 3), cell(2, 3, count=1)))
    assert (found.verdict, found.why) == (INCONCLUSIVE, "a single problem gives no verdict")
    assert judge(AT_LEAST, alone(2.0, 4.0, count=2)).verdict == SUPPORTED
    found = judge(AT_LEAST, several(cell(NAN, NAN, count=4)))
    assert (found.verdict, found.why) == (INCONCLUSIVE, "too few problems for an interval")


def test_cells_outside_the_condition_are_not_judged():
    evidence = Evidence([cell(2, 3)], [cell(-9, -9)], (), [cell(0.1, 0.2)])
    found = judge(AT_LEAST, evidence)
    assert found.verdict == SUPPORTED and found.outside == [FAILS]


def test_the_least_and_the_most_favourable_cell():
    cells = [cell(0, 2, depth=2), cell(2, 4, depth=3), cell(1, 2, depth=4)]
    for threshold, worst, best in ((AT_LEAST, 2, 3), (AT_MOST, 3, 2)):
        assert least_favourable(threshold, cells).place == {"depth": worst}
        assert most_favourable(threshold, cells).place == {"depth": best}
    assert least_favourable(BETWEEN, cells).place == {"depth": 3}
    missing = cell(NAN, NAN, depth=9)
    assert least_favourable(AT_LEAST, [*cells, missing]).place == {"depth": 9}


def test_the_verdict_on_a_claim_asks_for_all_primary_metrics():
    assert overall([SUPPORTED, SUPPORTED]) == SUPPORTED
    assert overall([SUPPORTED, INCONCLUSIVE]) == INCONCLUSIVE
    assert overall([SUPPORTED, CONTRADICTED]) == CONTRADICTED
    assert overall([INCONCLUSIVE, CONTRADICTED]) == CONTRADICTED


# --- other thresholds -------------------------------------------------------------------------

ends = st.floats(-5, 5).map(lambda x: round(x, 1))
cells_of = st.lists(st.tuples(ends, ends), min_size=1, max_size=3)


@given(cells_of, ends, st.sampled_from(["least", "most", "both"]))
def test_the_range_of_thresholds_is_that_of_the_verdict(intervals, limit, kind):
    """Asked for on a fine grid, by brute force; no threshold is the end of an interval."""
    evidence = several(*(cell(min(pair), max(pair), wider=0.35) for pair in intervals))
    at, limit = {
        "least": (lambda t: Range(t, None), limit),
        "most": (lambda t: Range(None, t), limit),
        "both": (lambda t: Range(1 - t, 1 + t), abs(limit) + 0.03),
    }[kind]
    threshold = at(limit)
    low, high = same_verdict(threshold, evidence)
    assert low <= limit + 1e-9 and limit - 1e-9 <= high
    verdict = judge(threshold, evidence).verdict
    steps = [limit + k * 0.02 + 0.007 for k in range(-600, 600)]
    for t in steps:
        if low + 0.01 < t < high - 0.01 and t > 0.001:
            assert judge(at(t), evidence).verdict == verdict, t
    for beyond in (low - 1e-3, high + 1e-3):
        if math.isfinite(beyond) and (kind != "both" or beyond > 0):
            assert judge(at(beyond), evidence).verdict != verdict


def test_thresholds_in_words():
    assert stated_threshold(AT_LEAST) == "≥ 1" and stated_threshold(AT_MOST) == "≤ 2"
    assert stated_threshold(Range(-1.25, -0.75)) == "-1.25 to -0.75"
    assert stated_range(AT_LEAST, -INF, 0.5) == "up to 0.5"
    assert stated_range(AT_LEAST, 0.25, INF) == "from 0.25"
    assert stated_range(AT_LEAST, -INF, INF) == stated_range(BETWEEN, 0.0, INF) == "any"
    assert stated_range(BETWEEN, 0.25, 0.75) == "±0.25 to ±0.75"


# --- scope ------------------------------------------------------------------------------------


def at(*places):
    return [cell(0, 0, **place) for place in places]


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        ([HOLDS] * 4, "holds in all cells"),
        ([FAILS, HOLDS, HOLDS, HOLDS], "holds for N ≥ 3, fails at N = 2"),
        ([HOLDS, HOLDS, FAILS, OPEN], "holds for N ≤ 3, fails at N = 4, is undecided at N = 5"),
        ([HOLDS, FAILS, HOLDS, FAILS], "holds at N = 2, 4, fails at N = 3, 5"),
    ],
)
def test_scope_over_depths(does, expected):
    assert scope(at(*({"depth": depth} for depth in (2, 3, 4, 5))), does) == expected


def test_scope_over_two_columns():
    places = [{"depth": d, "design": x} for d in (2, 3) for x in ("ar1", "gaussian", "pairs")]
    cells = at(*places)
    assert scope(cells, [FAILS] * 3 + [HOLDS] * 3) == "holds at N = 3, fails at N = 2"
    assert scope(cells, [HOLDS, HOLDS, FAILS] * 2) == (
        "holds at design = ar1, gaussian, fails at design = pairs"
    )
    assert scope(cells, [FAILS] + [HOLDS] * 5) == (
        "holds in 5 of 6 cells, fails at N = 2, design = ar1"
    )


def test_scope_of_one_cell_and_labels():
    assert scope(at({}), [HOLDS]) == "holds" and label({}) == ""
    assert label({"depth": 2.5, "init": 1e-6, "p": 100}) == "N = 2.5, α^N = 1e-06, p = 100"


# --- the table --------------------------------------------------------------------------------


def echo(tables):
    """The evidence that is written in the tables: a row for each cell of each metric."""
    (table,) = tables.values()
    assert "inside" in table
    return {
        metric: Evidence(
            *(
                [cell(r.low, r.high, r.value, r.count, depth=r.depth) for r in part.itertuples()]
                for part in (
                    rows[rows["role"] == role] for role in ("judged", "control", "positive")
                )
            )
        )
        for metric, rows in table.groupby("metric")
    }


MODULES = dict.fromkeys(["first", "second"], SimpleNamespace(evidence=echo))


def metric(name, primary, positive=None):
    words = (f"what {name} is", f"why {name}", f"not {name}", positive)
    return Metric(1, None, *words, primary)


@pytest.fixture
def claims():
    """Two claims: one of the abstract with two metrics and a condition, one of our own."""
    first = {"a": metric("a", True), "b": metric("b", False)}
    second = {"c": metric("c", True, "surely c")}
    condition = Condition("where it rains", {"depth": Range(2, None)})
    return {
        "first": Claim(
            *("first", "It is so.", "abstract", "Someone.", condition, ["one"], first),
            shown_in=["convergence", "mnist"],
        ),
        "second": Claim("second", "It | goes.", "own", "Us.", None, ["two"], second),
    }


COLUMNS = ["metric", "role", "depth", "value", "low", "high", "count"]
FIRST = [
    ("a", "judged", 2, 3.0, 2.0, 4.0, 30),
    ("a", "judged", 3, 5.0, 4.0, 6.0, 30),
    ("a", "control", 2, 0.25, 0.1, 0.5, 30),
    ("a", "control", 3, 0.5, 0.1, 0.75, 30),
    ("b", "judged", 2, 0.5, 0.125, 0.75, 30),
    ("b", "control", 2, 0.0, 0.0, 0.0, 30),
]
SECOND = [
    ("c", "judged", 2, 0.5, 0.25, 0.75, 30),
    ("c", "judged", 3, 3.0, 2.0, 4.0, 30),
    ("c", "control", 2, 0.5, 0.0, 0.7, 30),
    ("c", "control", 3, 0.5, 0.0, 0.7, 30),
    ("c", "positive", 2, 3.0, 2.0, 4.0, 30),
]


def tables(first=FIRST, second=SECOND):
    both = (pd.DataFrame(rows, columns=COLUMNS) for rows in (first, second))
    return dict(zip(("one", "two"), both, strict=True))


def test_the_ledger_has_a_row_for_every_metric(claims):
    found = ledger(claims, tables() | {"unused": pd.DataFrame()}, MODULES)
    first, second, third = found.metrics.to_dict("records")
    assert first == {
        "id": "first",
        "part": "The paper's claims",
        "origin": "abstract",
        "statement": "It is so.",
        "source": "Someone.",
        "shown_in": "convergence, mnist",
        "condition": "where it rains",
        "figure": "paper_figures/first.png",
        "verdict_on_claim": SUPPORTED,
        "scope": "holds in all cells",
        "metric": "a",
        "primary": True,
        "meaning": "what a is",
        "value": 3.0,
        "low": 2.0,
        "high": 4.0,
        "cell": "N = 2",
        "count": 30,
        "threshold": "≥ 1",
        "why": "why a",
        "verdict": SUPPORTED,
        "wanting": "",
        "same_verdict": "0.75 to 2",
        "control": "not a",
        "control_value": 0.5,
        "control_low": 0.1,
        "control_high": 0.75,
        "control_verdict": FAILS,
        "positive_control": "",
        "positive_verdict": "",
    }
    # The secondary metric is contradicted, and does not count.
    assert second["verdict"] == CONTRADICTED and second["verdict_on_claim"] == SUPPORTED
    assert third["part"] == "Further questions" and third["verdict_on_claim"] == CONTRADICTED
    assert third["scope"] == "holds at N = 3, fails at N = 2"
    assert third["positive_verdict"] == HOLDS


def test_the_ledger_has_a_row_for_every_cell(claims):
    cells = ledger(claims, tables(), MODULES).cells
    roles = {"judged": "judged", "control": "control", "positive": "positive control"}
    expected = [(m, roles[role], f"N = {n}", v) for m, role, n, v, *_ in FIRST + SECOND]
    found = cells[["metric", "role", "cell", "value"]].itertuples(index=False, name=None)
    assert list(found) == expected
    assert cells["state"].tolist() == [HOLDS] * 2 + [FAILS] * 5 + [HOLDS] + [FAILS] * 2 + [HOLDS]


def test_a_ledger_of_claims_one_by_one_is_read_as_the_whole(claims, tmp_path):
    """Written a claim at a time, joined as text and read, it is the same to the last bit."""
    odd = ("c", "judged", 4, 0.1 + 0.2, NAN, INF, 30), ("c", "control", 4, NAN, 0.0, 1e-300, 30)
    evidence = tables(second=[*SECOND, *odd])
    whole = ledger(claims, evidence, MODULES)
    parts = [ledger({name: claim}, evidence, MODULES) for name, claim in claims.items()]
    joined = []
    for i, tables_of_part in enumerate(zip(*parts, strict=True)):
        paths = [tmp_path / f"{i}-{j}.csv" for j in range(len(parts))]
        for path, table in zip(paths, tables_of_part, strict=True):
            table.to_csv(path, index=False)
        joined.append(tmp_path / f"{i}.csv")
        join(paths, joined[-1])
    found = read(*joined)
    for table, expected in zip(found, whole, strict=True):
        pd.testing.assert_frame_equal(table, expected, check_exact=True, check_dtype=False)
    assert markdown(found) == markdown(whole) and summary(found) == summary(whole)


@pytest.mark.parametrize("rows", [FIRST[:4], [*FIRST, ("z", "judged", 2, 1.0, 1.0, 1.0, 9)]])
def test_a_module_and_its_entry_must_agree(claims, rows):
    with pytest.raises(
        ValueError, match=r"Claim first has the metric '[bz]' either in claims\.yaml"
    ):
        ledger(claims, tables(rows), MODULES)


@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("judged", "anything that is judged"),
        ("control", "its control"),
        ("positive", "its positive control"),
    ],
)
def test_rows_that_a_grid_lacks_are_named(claims, role, words):
    rows = [row for row in SECOND if row[1] != role]
    message = rf"second\.c has no rows of {words} in two; add them to the grid in config\.yaml"
    with pytest.raises(ValueError, match=message):
        ledger(claims, tables(second=rows), MODULES)


def test_positive_controls_must_agree(claims):
    metric = replace(claims["second"].metrics["c"], positive_control=None)
    claims["second"] = replace(claims["second"], metrics={"c": metric})
    words = r"second\.c has a positive control in its module but not in claims\.yaml"
    with pytest.raises(ValueError, match=words):
        ledger(claims, tables(), MODULES)


def test_every_depth_that_is_judged_has_a_control(claims):
    with pytest.raises(ValueError, match=r"first\.a is judged at depth 3, where it has no control"):
        ledger(claims, tables([row for row in FIRST if row[1:3] != ("control", 3)]), MODULES)


def test_a_claim_needs_a_module(claims):
    words = r"Claim second has no module; add pipeline/claims/second\.py and its line in"
    with pytest.raises(ValueError, match=words):
        ledger(claims, tables(), {"first": MODULES["first"]})


def test_a_claim_sees_its_own_studies_alone(claims):
    with pytest.raises(KeyError):
        ledger(claims, {"two": tables()["two"]}, MODULES)


def test_the_text_has_two_parts_with_tallies_of_their_own(claims):
    found = ledger(claims, tables(), MODULES)
    text = markdown(found)
    paper, further = text.split("## Further questions\n")
    assert "## The paper's claims\n\n1 supported, 0 contradicted, 0 inconclusive." in paper
    assert "0 supported, 1 contradicted, 0 inconclusive." in further
    assert "### first: supported\n\nIt is so.\n\n**Supported**: holds in all cells.\n" in paper
    # Beside the figures, so that the link is to a file of the same folder.
    assert "*Source:* Someone. *Shown in the paper's:* convergence, mnist. *Cond" in paper
    assert "Shown in" not in further
    assert "[first.png](first.png)" in paper and "*Condition:* where it rains" in paper
    assert (
        "| **a**: what a is | 3 [2, 4] at N = 2 | ≥ 1 (why a) | 0.75 to 2 | "
        "not a: 0.5 [0.1, 0.75], fails | supported |\n" in paper
    )
    assert "| b: what b is | 0.5 [0.125, 0.75] at N = 2" in paper
    assert "| a, judged | N = 2: 3 [2, 4] of 30, holds; N = 3: 5 [4, 6] of 30, holds |" in paper
    assert "positive, surely c: holds" in further and "It | goes." in further
    assert tally(found.metrics) == "1 supported, 1 contradicted, 0 inconclusive"


def test_the_summary_has_what_the_abstract_says_alone(claims):
    found = summary(ledger(claims, tables(), MODULES))
    assert found.splitlines()[2:] == [
        "| It is so. | [supported](paper_figures/first.png): a 3 [2, 4]; holds in all cells |",
        "",
        "Of all the paper's claims 1 supported, 0 contradicted, 0 inconclusive.",
    ]


@pytest.mark.parametrize(
    ("positive", "words"),
    [
        (3.0, "**Contradicted**: holds at N = 3, fails at N = 2."),
        (0.5, "**Inconclusive**: holds at N = 3, fails at N = 2, but the positive control does"),
        (1.0, "**Inconclusive**: holds at N = 3, fails at N = 2, but its positive control is"),
    ],
)
def test_the_text_says_why_there_is_no_verdict(claims, positive, words):
    ends = {3.0: (2.0, 4.0), 0.5: (0.25, 0.75), 1.0: (0.5, 2.0)}[positive]
    rows = [*SECOND[:4], ("c", "positive", 2, positive, *ends, 30)]
    assert words in markdown(ledger(claims, tables(second=rows), MODULES))


def test_the_summary_names_what_is_contradicted(claims):
    found = ledger(claims, tables(), MODULES)
    metrics = found.metrics.assign(part="The paper's claims")
    last = summary(Ledger(metrics, found.cells)).splitlines()[-1]
    assert last.startswith("Of all the paper's claims 1 supported, 1 contradicted, 0 inconclusive")
    assert last.endswith("; contradicted: second.")
