"""Answers that hedge, and those that only look like it."""

from __future__ import annotations

import pytest

from mmego.qa.filters.unsure import is_unsure


@pytest.mark.parametrize(
    "answer", ["I'm not sure.", "Probably a mug", "It seems red", "Unknown", "I can't tell", "N/A"]
)
def test_unsure(answer: str) -> None:
    assert is_unsure(answer)


@pytest.mark.parametrize("answer", ["A mug", "in May", "the sureness", "I knew it", "the likeness of him"])
def test_sure(answer: str) -> None:
    assert not is_unsure(answer)
