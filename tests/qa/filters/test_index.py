"""Cited sentences that do not exist."""

from __future__ import annotations

from typing import Any

import pytest

from tests.qa.filters.cases import ALL, NARRATED, fault_of


@pytest.mark.parametrize("cited", [(), (22,), (-1,), (True,), (1.0,), ("3",), (None,), (3, 99)])
def test_indices_that_point_nowhere(cited: tuple[Any, ...]) -> None:
    found = fault_of(NARRATED["kitchen"], "Where did I put the eggs?", "On the counter.", cited)
    assert found is not None
    assert found.filter == "index"
    # ... and without `index` the others work with those that are there.
    fault_of(NARRATED["kitchen"], "Where did I put the eggs?", "On the counter.", cited, *(set(ALL) - {"index"}))
