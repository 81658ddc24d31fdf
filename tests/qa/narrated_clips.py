"""Invented clips for the tests of language models."""

from __future__ import annotations

from mmego.records import NarratedClip, Narration, Span

THINGS = ("red mug", "plate", "knife", "towel", "book", "blue box", "jar")
PLACES = ("table", "shelf", "bed", "counter", "chair")


def clip(number: int = 0, sentences: int = 12, start: float = 60.0) -> NarratedClip:
    """Return a clip with sentences at points in time, three seconds apart. Each `number` gives another text."""
    narrations = []
    for k in range(sentences):
        thing, place = THINGS[(number + k // 2) % len(THINGS)], PLACES[(number // 7 + k // 2) % len(PLACES)]
        text = f"C puts the {thing} on the {place}" if k % 2 else f"C picks up the {thing} from the drawer"
        time = start + 2 + 3 * k
        narrations.append(Narration(f"video-{number}", Span(time, time), text))
    end = start + 3 * sentences + 2
    return NarratedClip(f"video-{number}:0", f"video-{number}", Span(start, end), tuple(narrations), "made-up", "train")
