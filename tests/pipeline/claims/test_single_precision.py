"""Windows that do not open or close, in one precision or in both."""

import numpy as np
import pytest

from claims.case import NAN, Change
from claims.single_precision import STUDY, TABLES, end
from implicit_sparsity.pipeline.claims.single_precision import evidence


def test_a_window_that_closes_in_one_precision_alone_is_infinitely_changed():
    found = evidence(end(4, 0.005, NAN).apply(TABLES))["change_at_authors_start"]
    assert found.value == found.low == found.high == np.inf


@pytest.mark.parametrize(("start", "stop"), [(100, NAN), (NAN, 900), (900, 100)])
def test_windows_of_which_neither_opens_or_closes_are_the_same(start, stop):
    """In both precisions; 0 / 0 and inf / inf are no change."""
    change = Change(STUDY, "depth == 4", {"window_start": start, "window_end": stop})
    for found in evidence(change.apply(TABLES)).values():
        assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
