"""Clips for the tests of language models: invented sentences of the kind that narrators write."""

from __future__ import annotations

from mmego.records import NarratedClip, Narration, Span

THINGS = ("red mug", "plate", "knife", "towel", "book", "blue box", "jar")
PLACES = ("table", "shelf", "bed", "counter", "chair")


def clip(number: int = 0, sentences: int = 12, start: float = 60.0) -> NarratedClip:
    """A clip whose sentences are a point in time each, three seconds apart; every `number` gives another text."""
    told = []
    for k in range(sentences):
        thing, place = THINGS[(number + k // 2) % len(THINGS)], PLACES[(number // 7 + k // 2) % len(PLACES)]
        text = f"C puts the {thing} on the {place}" if k % 2 else f"C picks up the {thing} from the drawer"
        time = start + 2 + 3 * k
        told.append(Narration(f"video-{number}", Span(time, time), text))
    end = start + 3 * sentences + 2
    return NarratedClip(f"video-{number}:0", f"video-{number}", Span(start, end), tuple(told), "made-up", "train")
