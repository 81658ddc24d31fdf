"""What the makers of facts share."""

from __future__ import annotations

import pytest

from mmego.language.timeline import Timeline
from mmego.qa.rules.facts import past_tense, place_of, times_phrase
from tests.qa.narrate import tell


def test_times_and_past() -> None:
    assert [times_phrase(n) for n in (1, 2)] == ["one time", "two times"]
    assert [past_tense(verb) for verb in ("pick up", "switch on", "put")] == ["picked up", "switched on", "put"]


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ("#C C puts the cup on the desk", "desk"),
        ("#C C puts the cup under the desk", "desk"),
        ("#C C puts the cup to the desk", None),
        ("#C C puts the cup down", None),
        ("#C C picks a cup from the desk", "desk"),
        ("#C C picks a cup on the desk", "desk"),
        ("#C C picks a cup from man X", None),
    ],
)
def test_places(raw: str, place: str | None) -> None:
    [step] = Timeline(tell(raw)).entries
    assert place_of(step) == place
