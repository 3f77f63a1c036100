"""The ledger: verdicts case by case, words for thresholds, and what is written down."""

from __future__ import annotations

import math
import re
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implicit_sparsity.pipeline.claims.evidence import Evidence
from implicit_sparsity.pipeline.claims.ledger import COLUMNS, ledger, markdown, summary
from implicit_sparsity.pipeline.claims.verdicts import (
    CONTRADICTED,
    INCONCLUSIVE,
    MIXED,
    SUPPORTED,
    control_verdict,
    meets,
    overall,
    stated_threshold,
    verdict,
)
from implicit_sparsity.pipeline.config.claims import Claim, Metric

NAN, INF = float("nan"), float("inf")


def metric(least=None, most=None, **words):
    return Metric(
        **({"meaning": "a number", "why": "because", "control": "a control"} | words),
        least=least,
        most=most,
    )


AT_LEAST, AT_MOST, BETWEEN = metric(1), metric(most=2), metric(1, 2)


# --- verdicts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "value", "expected"),
    [
        (AT_LEAST, 1.0, True),
        (AT_LEAST, 0.999, False),
        (AT_LEAST, INF, True),
        (AT_LEAST, -INF, False),
        (AT_MOST, 2.0, True),
        (AT_MOST, 2.001, False),
        (AT_MOST, INF, False),
        (AT_MOST, -INF, True),
        (BETWEEN, 1.0, True),
        (BETWEEN, 2.0, True),
        (BETWEEN, 0.5, False),
        (BETWEEN, 2.5, False),
        *((any_of, NAN, False) for any_of in (AT_LEAST, AT_MOST, BETWEEN)),
    ],
)
def test_a_value_meets_a_threshold(threshold, value, expected):
    assert meets(threshold, value) is expected


#: Of a metric of at least 1, with a control of 0: value, low, high, verdict.
LEAST = [
    (3.0, 2.0, 4.0, SUPPORTED),
    (3.0, 1.0, 4.0, SUPPORTED),  # the threshold itself holds
    (1.0, 1.0, 1.0, SUPPORTED),
    (3.0, 0.9, 4.0, INCONCLUSIVE),
    (0.9, 0.5, 1.0, INCONCLUSIVE),
    (0.5, 0.1, 0.9, CONTRADICTED),
    (0.5, 0.5, 0.5, CONTRADICTED),
    (3.0, NAN, NAN, SUPPORTED),  # without an interval the value decides
    (0.5, NAN, NAN, CONTRADICTED),
    (NAN, NAN, NAN, INCONCLUSIVE),
    (NAN, 2.0, 4.0, INCONCLUSIVE),
    (INF, 2.0, INF, SUPPORTED),
    (INF, NAN, NAN, SUPPORTED),
    (INF, 0.5, INF, INCONCLUSIVE),
    (-INF, -INF, 0.5, CONTRADICTED),
    (-INF, -INF, INF, INCONCLUSIVE),
]


@pytest.mark.parametrize(("value", "low", "high", "expected"), LEAST)
def test_verdicts_of_a_lower_threshold(value, low, high, expected):
    assert verdict(AT_LEAST, Evidence(value, low, high, 0.0)) == expected
    # The same, mirrored.
    assert verdict(metric(most=-1), Evidence(-value, -high, -low, 0.0)) == expected


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (1.5, 1.2, 1.8, SUPPORTED),
        (1.5, 1.0, 2.0, SUPPORTED),
        (1.5, 0.9, 1.8, INCONCLUSIVE),
        (1.5, 1.2, 2.1, INCONCLUSIVE),
        (1.5, 0.5, 2.5, INCONCLUSIVE),
        (0.5, 0.1, 0.9, CONTRADICTED),
        (3.0, 2.5, 3.5, CONTRADICTED),
        (0.9, 0.5, 1.1, INCONCLUSIVE),
        (INF, 2.5, INF, CONTRADICTED),
        (1.5, NAN, NAN, SUPPORTED),
        (3.0, NAN, NAN, CONTRADICTED),
        (NAN, NAN, NAN, INCONCLUSIVE),
    ],
)
def test_verdicts_of_two_thresholds(value, low, high, expected):
    assert verdict(BETWEEN, Evidence(value, low, high, 0.0)) == expected


@pytest.mark.parametrize(("value", "low", "high", "expected"), LEAST)
def test_nothing_is_concluded_where_the_control_holds(value, low, high, expected):
    for control in (1.0, 5.0, INF):
        assert verdict(AT_LEAST, Evidence(value, low, high, control)) == INCONCLUSIVE
    for control in (0.9, -INF):
        assert verdict(AT_LEAST, Evidence(value, low, high, control)) == expected
    assert verdict(AT_LEAST, Evidence(value, low, high, NAN)) == INCONCLUSIVE


@pytest.mark.parametrize(
    ("threshold", "value", "expected"),
    [
        (AT_LEAST, 0.5, "fails"),
        (AT_LEAST, -INF, "fails"),
        (AT_LEAST, 1.0, "holds"),
        (AT_LEAST, INF, "holds"),
        (AT_MOST, 2.0, "holds"),
        (AT_MOST, INF, "fails"),
        (BETWEEN, 0.5, "fails"),
        (BETWEEN, 1.5, "holds"),
        (BETWEEN, 2.5, "fails"),
        *((any_of, NAN, "unknown") for any_of in (AT_LEAST, AT_MOST, BETWEEN)),
    ],
)
def test_a_control_fails_holds_or_is_unknown(threshold, value, expected):
    assert control_verdict(threshold, value) == expected


numbers = st.floats(-1e6, 1e6)


@given(st.tuples(numbers, numbers, numbers), st.tuples(numbers, numbers), numbers)
def test_a_verdict_is_about_the_whole_interval(points, ends, control):
    """Whatever lies in the interval would have got the same verdict, or none is given."""
    low, value, high = sorted(points)
    least, most = sorted(ends)
    both = metric(least, most)
    found = verdict(both, Evidence(value, low, high, control))
    alone = {verdict(both, Evidence(x, NAN, NAN, control)) for x in (low, value, high)}
    undecided = least <= control <= most or (low < least and high > most)
    if undecided or len(alone) > 1:
        assert found == INCONCLUSIVE
    else:
        assert {found} == alone


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([SUPPORTED], SUPPORTED),
        ([SUPPORTED, SUPPORTED], SUPPORTED),
        ([SUPPORTED, INCONCLUSIVE], INCONCLUSIVE),
        ([SUPPORTED, CONTRADICTED], MIXED),
        ([INCONCLUSIVE, CONTRADICTED, SUPPORTED], MIXED),
        ([INCONCLUSIVE, CONTRADICTED], CONTRADICTED),
        ([CONTRADICTED], CONTRADICTED),
        ([INCONCLUSIVE], INCONCLUSIVE),
    ],
)
def test_the_verdict_on_a_claim(verdicts, expected):
    assert overall(pd.Series(verdicts)) == expected
    assert overall(pd.Series(verdicts[::-1], index=range(7, 7 + len(verdicts)))) == expected


# --- words ------------------------------------------------------------------------------------


def test_thresholds_in_words():
    assert stated_threshold(metric(0.9)) == "≥ 0.9"
    assert stated_threshold(metric(most=2)) == "≤ 2"
    assert stated_threshold(metric(0.8, 1.2)) == "0.8 to 1.2"
    assert stated_threshold(metric(-1.25, -0.75)) == "-1.25 to -0.75"
    assert stated_threshold(metric(most=0)) == "≤ 0" and stated_threshold(metric(0)) == "≥ 0"


# --- the table --------------------------------------------------------------------------------


def echo(tables):
    """The evidence that is written in the tables."""
    return {
        row.metric: Evidence(row.value, row.low, row.high, row.control)
        for table in tables.values()
        for row in table.itertuples()
    }


#: Modules of two claims, which echo the tables they get.
MODULES = dict.fromkeys(["first", "second"], SimpleNamespace(evidence=echo))


@pytest.fixture
def claims():
    """Two claims, one of two metrics and one of one."""
    return {
        name: Claim(
            id=name,
            statement=f"The {name} thing is so.",
            source=f"Someone, {name}.",
            studies=[f"study_of_{name}"],
            metrics={m: metric(1, meaning=f"what {m} is", control=f"not {m}") for m in metrics},
        )
        for name, metrics in {"first": ["a", "b"], "second": ["c"]}.items()
    }


def evidence_table(*rows):
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high", "control"])


FIRST = [("a", 3.0, 2.0, 4.0, 0.25), ("b", 0.5, 0.125, 0.75, 0.0)]
SECOND = [("c", 3.0, NAN, NAN, 7.0)]
STUDIES = {"study_of_first": evidence_table(*FIRST), "study_of_second": evidence_table(*SECOND)}


def test_the_ledger_has_a_row_for_every_metric(claims):
    found = ledger(claims, STUDIES | {"unused": pd.DataFrame()}, MODULES)
    assert list(found.columns) == COLUMNS
    assert found["metric"].tolist() == ["a", "b", "c"]
    first, second, third = found.to_dict("records")
    assert first == {
        "id": "first",
        "statement": "The first thing is so.",
        "source": "Someone, first.",
        "figure": "paper_figures/first.png",
        "metric": "a",
        "meaning": "what a is",
        "value": 3.0,
        "low": 2.0,
        "high": 4.0,
        "threshold": "≥ 1",
        "verdict": SUPPORTED,
        "control": "not a",
        "control_value": 0.25,
        "control_verdict": "fails",
    }
    assert second["verdict"] == CONTRADICTED and second["control_verdict"] == "fails"
    assert third["id"] == "second" and math.isnan(third["low"])
    assert third["verdict"] == INCONCLUSIVE and third["control_verdict"] == "holds"


@pytest.mark.parametrize(
    ("rows", "odd"),
    [
        (FIRST[:1], "b"),  # in the entry alone
        ([*FIRST, ("z", 1.0, 1.0, 1.0, 0.0)], "z"),  # in the module alone
        ([FIRST[0], ("bb", 1.0, 1.0, 1.0, 0.0)], "b"),
    ],
)
def test_a_module_and_its_entry_must_agree(claims, rows, odd):
    with pytest.raises(ValueError, match=f"Claim first has the metric '{odd}' either in claims.y"):
        ledger(claims, STUDIES | {"study_of_first": evidence_table(*rows)}, MODULES)


def test_a_claim_needs_a_module(claims):
    words = r"Claim second has no module; add pipeline/claims/second\.py and its line in"
    with pytest.raises(ValueError, match=words):
        ledger(claims, STUDIES, {"first": MODULES["first"]})


def test_a_claim_sees_its_own_studies_alone(claims):
    swapped = {"study_of_first": STUDIES["study_of_second"], "study_of_second": pd.DataFrame()}
    with pytest.raises(ValueError, match="Claim first"):
        ledger(claims, swapped, MODULES)
    with pytest.raises(KeyError):
        ledger(claims, {"study_of_second": STUDIES["study_of_second"]}, MODULES)


def test_the_text_names_every_claim_its_figure_and_verdict(claims):
    found = ledger(claims, STUDIES, MODULES)
    text = markdown(found)
    for name, verdict_on_it in {"first": MIXED, "second": INCONCLUSIVE}.items():
        assert f"## {name}: {verdict_on_it}\n" in text
        # Beside the figures, so that the link is to a file of the same folder.
        assert f"[{name}.png]({name}.png)" in text
        assert f"The {name} thing is so." in text and f"*Source:* Someone, {name}." in text
    assert (
        "| a: what a is | 3 [2, 4] | ≥ 1 | 0.25 fails (not a) | supported |\n"
        "| b: what b is | 0.5 [0.125, 0.75] | ≥ 1 | 0 fails (not b) | contradicted |\n" in text
    )
    assert "| c: what c is | 3 | ≥ 1 | 7 holds (not c) | inconclusive |\n" in text
    assert text.endswith("|\n") and text.startswith("# The ledger of claims\n")


def test_the_summary_has_a_line_for_every_claim(claims):
    assert summary(ledger(claims, STUDIES, MODULES)).splitlines() == [
        "| claim | verdict |",
        "|---|---|",
        "| [first](paper_figures/first.png) The first thing is so. | mixed |",
        "| [second](paper_figures/second.png) The second thing is so. | inconclusive |",
    ]


def cells(line):
    """Number of cells of a line of a Markdown table."""
    return len(re.split(r"(?<!\\)\|", line.strip().strip("|")))


def test_every_line_of_a_table_has_as_many_cells_as_its_head(claims):
    lines = [
        line for line in markdown(ledger(claims, STUDIES, MODULES)).splitlines() if line[:1] == "|"
    ]
    assert len(lines) == 2 * 2 + 3 and {cells(line) for line in lines} == {5}


def test_bars_do_not_break_a_table(claims):
    first = claims["first"]
    first.metrics["a"] = metric(1, meaning="|log₂| of it", control="|x| of another")
    text = markdown(ledger(claims, STUDIES, MODULES))
    assert {cells(line) for line in text.splitlines() if line[:1] == "|"} == {5}
    assert r"| a: \|log₂\| of it | 3 [2, 4] | ≥ 1 | 0.25 fails (\|x\| of another) |" in text


def test_a_control_that_is_not_a_number_is_written_down(claims):
    table = evidence_table(("a", 3.0, 2.0, 4.0, NAN), FIRST[1])
    found = ledger(claims, STUDIES | {"study_of_first": table}, MODULES)
    row = found.iloc[0]
    assert row["control_verdict"] == "unknown" and row["verdict"] == INCONCLUSIVE
    assert "| ≥ 1 | none unknown (not a) | inconclusive |" in markdown(found)
