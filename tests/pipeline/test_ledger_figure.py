"""The picture of the ledger: every verdict, and that nothing overlaps."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from claims.case import NAN
from matplotlib.colors import to_hex

from implicit_sparsity.pipeline.claims import ledger_figure
from implicit_sparsity.pipeline.figures import style


def found():
    """A part of a ledger: three claims, one of each verdict, and one more."""
    row = {
        "part": "The paper's claims",
        "scope": "holds for N ≥ 3, fails at N = 2; outside the condition, fails in 7 of 12 cells",
        "primary": True,
        "same_verdict": "±0.00123 to ±0.456",
        "statement": "A statement of some length with α^{N/4} in it, " * 4,
        "metric": "share_of_problems_with_a_name_that_is_long",
        "value": 2.4e-10,
        "low": -1.7512e-10,
        "high": 3.9e-10,
        "threshold": "-1.25 to -0.75",
        "control_value": 1.2345e-12,
        "control_verdict": "fails",
        "wanting": NAN,  # as a table is read, in which there is none
        "positive_verdict": NAN,
    }
    verdicts = [
        ("first", "supported"),
        ("second", "contradicted"),
        ("third_of_all", "inconclusive"),
    ]
    rows = [row | {"id": a, "verdict": b, "verdict_on_claim": b} for a, b in verdicts]
    rows.insert(1, rows[0] | {"value": np.inf, "low": NAN, "high": NAN, "control_value": NAN})
    rows.insert(3, rows[2] | {"value": -0.12345, "low": -np.inf, "high": np.inf, "primary": False})
    rows.append(rows[0] | {"id": "fourth", "control_verdict": "undecided"})
    return pd.DataFrame(rows)


def test_the_ledger_names_every_verdict_by_colour_symbol_and_word():
    figure = ledger_figure.draw(found())
    words = {text.get_text().rstrip(","): to_hex(text.get_color()) for text in figure.axes[0].texts}
    for verdict, (colour, symbol) in ledger_figure.VERDICTS.items():
        tally = 2 if verdict == "supported" else 1
        for shown in (f"{symbol} {verdict}", f"{tally} {verdict}"):
            assert words[shown] == to_hex(colour).lower()
    assert "4 claims:" in words
    assert len({colour for colour, _ in ledger_figure.VERDICTS.values()}) == 3
    assert "The paper's claims" in words
    assert "third of all" in words and "∞" in words and "none fails" in words
    assert r"2.4 [−1.75, 3.9]$\times10^{−10}$" in words
    assert "−0.123 [−∞, ∞]" in words and "−1.25 to −0.75" in words


def test_it_says_why_there_is_no_verdict():
    wanting = {"wanting": "the positive control does not hold", "positive_verdict": "undecided"}
    rows = found().iloc[:1].assign(scope="fails", **wanting)
    words = [text.get_text() for text in ledger_figure.draw(rows).axes[0].texts]
    assert "fails, but its positive control is undecided." in words


def test_indices_and_exponents_are_set_as_such():
    """Of single letters only: words with an underscore are names."""
    rows = found().iloc[:1].assign(statement="Groups u_l² v_l, Σ|w_j|^{2/N}, α^N at other_depth")
    words = [text.get_text() for text in ledger_figure.draw(rows).axes[0].texts]
    assert r"Groups $u_l^2$ $v_l$, Σ|$w_j$$|^{2/N}$, $α^N$ at other_depth" in words


def test_names_of_claims_keep_their_size_and_cells_shrink_little():
    """A name has nothing beside it up to the verdict; three digits and signs fit their columns."""
    row = {
        "id": "non_negative_least_squares",
        "value": -0.00428,
        "low": -0.00599,
        "high": -0.000404,
    }
    rows = found().iloc[:1].assign(**row, same_verdict="4.52e-05 to 0.000644")
    sizes = {
        text.get_text(): text.get_fontsize() for text in ledger_figure.draw(rows).axes[0].texts
    }
    assert sizes["non negative least squares"] == 7.5
    assert sizes[r"−4.28 [−5.99, −0.4]$\times10^{−3}$"] >= 4.9
    assert sizes[r"4.52$\times10^{−5}$ to 0.000644"] >= 4.9


def test_nothing_overlaps_in_the_ledger():
    figure = ledger_figure.draw(found())
    assert figure.get_size_inches()[0] == style.WIDTH
    figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in figure.axes[0].texts]
    width, height = figure.canvas.get_width_height()
    for text, box in boxes:
        assert box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height, text
    for (text, box), (other, box2) in combinations(boxes, 2):
        beside = box.x1 <= box2.x0 or box2.x1 <= box.x0
        # Exponents and the tails of letters reach a little into the line above or below.
        shared = min(box.y1, box2.y1) - max(box.y0, box2.y0)
        assert beside or shared <= 0.3 * min(box.height, box2.height), (text, other)
