"""Counts that a person can check."""

from __future__ import annotations

import pytest

from mmego.narrations.clean import Drops
from mmego.narrations.inspection import hours_minutes_seconds, inspect_narrations, inspection_text, verb_of
from mmego.records import Narration, Span, VideoMeta


def narration(
    start: float, text: str, actor: str = "C", end: float | None = None, verb: str | None = None
) -> Narration:
    return Narration("v", Span(start, start if end is None else end), text, actor, verb)


def test_counts() -> None:
    found = inspect_narrations(
        [
            (VideoMeta("a", 120.0, "val"), [narration(1, "C opens a door"), narration(2, "man X waves", "X", 3)]),
            (VideoMeta("b"), [narration(5, "open tap", end=60, verb="turn-on"), narration(59, "C opens it")]),
            (VideoMeta("c", 60.0), []),
        ]
    )
    assert (found.videos, found.silent, found.guessed, found.narrations, found.points) == (3, 1, 1, 4, 2)
    assert (found.seconds, found.per_minute) == (240.0, 1.0)
    assert found.verbs == {"open": 2, "wave": 1, "turn-on": 1}
    assert (found.actors, found.splits) == ({"C": 3, "X": 1}, {"val": 1, "none": 2})
    as_json = found.to_json(Drops())
    assert (as_json["hours"], as_json["verbs"]["open"], as_json["dropped"]) == (0.0667, 2, {})


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("C picks up a cup", "pick"),
        ("man X sits down", "sit"),
        ("the young man X carries it", "carry"),
        ("washes the plate", "wash"),
        ("C passes the cup", "pass"),
        ("C presses it", "press"),
        ("open door", "open"),
        ("", ""),
    ],
)
def test_verbs(text: str, verb: str) -> None:
    assert verb_of(narration(0, text)) == verb


def test_a_named_actor_is_no_verb() -> None:
    assert verb_of(narration(0, "Anna waves", "Anna")) == "wave"


def test_the_report_holds_every_reason_with_examples() -> None:
    drops = Drops()
    for number in range(4):
        drops.add("unsure", f"line {number} " + "x" * 200)
    drops.add("video excluded", "v9")
    drops.add("in a video excluded", "v9", count=12)
    text = inspection_text(
        inspect_narrations([(VideoMeta("v", 60.0), [narration(1, "C walks", end=62.5)])]), drops, "title"
    )
    assert "4  unsure" in text
    assert "e.g. line 0 xxx" in text
    assert "dropped lines: 16, 94.1% of all lines" in text
    assert "1  video excluded" in text
    assert "0:00:01.0-0:01:02.5      C   C walks" in text
    assert max(map(len, text.splitlines())) <= 120


def test_nothing_at_all() -> None:
    assert "videos        0" in inspection_text(inspect_narrations([]), Drops(), "title")
    assert inspect_narrations([]).per_minute == 0


def test_clock() -> None:
    assert [hours_minutes_seconds(t) for t in (0, 59.96, 3600, 360003.25)] == [
        "0:00:00.0",
        "0:01:00.0",
        "1:00:00.0",
        "100:00:03.2",
    ]
