"""The narrator: sentences like Ego4D's, which name a new item with "a" and a known one with "the"."""

from __future__ import annotations

import itertools
import re

import pytest

from tests.sim.actors.episodes import HANDLING, run


def test_an_item_is_named_with_a_first_and_with_the_later() -> None:
    _, events, _ = run(2, 300.0)
    seen: set[str] = set()
    for event in events:
        if event.item is not None and event.narration is not None:
            article = "the" if event.item in seen else ("an" if event.item.startswith("orange") else "a")
            assert f" {article} {event.item} " in event.narration
            seen.add(event.item)
    assert len(seen) > 3


SENTENCE = re.compile(
    r"#(C C|O man X) (picks up (an?|the) [a-z ]+ from the|puts (an?|the) [a-z ]+ (on|in) the|opens the|closes the|"
    r"switches on the|switches off the|walks into the|looks around the) [a-z ]+"
)


@pytest.mark.parametrize("person", [None, "man X"])
def test_events_are_in_order_and_narrated_in_ego4d_style(person: str | None) -> None:
    _, events, _ = run(1, 300.0, person)
    assert [event.time for event in events] == sorted(event.time for event in events)
    mine = [event for event in events if event.actor == "C" and event.verb in HANDLING]
    for event in events:
        assert 0 <= event.start <= event.time <= event.end <= 300.0
        if event.narration is not None:
            assert SENTENCE.fullmatch(event.narration), event.narration
    for event, after in itertools.pairwise(mine):
        assert event.time < after.start, "one thing after the other"
    assert all(event.narration is not None for event in events if event.actor == "C")
