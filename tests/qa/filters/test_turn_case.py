"""What filters look at: yes or no in an answer."""

from __future__ import annotations

import pytest

from mmego.qa.filters.turn_case import yes_or_no


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("Yes, I did", "yes"), ("NO.", "no"), ("yeah", "yes"), ("north", None), ("", None), ("not yes", None)],
)
def test_yes_or_no(answer: str, expected: str | None) -> None:
    assert yes_or_no(answer) == expected
