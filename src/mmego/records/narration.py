"""Narrations of a video, and clips of it with their narrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.records.span import Span
from mmego.records.values import naming_bad_values

MOST_CHARACTERS = 1000
"""Most characters of a sentence; a longer one is not about a single event and is dropped (Ego4D's longest have about
300). It also limits the time that patterns take."""


@dataclass(frozen=True, slots=True)
class Narration:
    """One sentence about what happens in a video.

    `span` is when it happens (zero length if the source gives a point in time), `actor` is ``"C"`` for the camera
    wearer or another letter of the source (``"X"``, ``"O"``), `text` the cleaned sentence without tags.
    """

    video: str
    span: Span
    text: str
    actor: str = "C"
    verb: str | None = None
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoMeta:
    """What is known about a video besides its narrations.

    `duration` is in seconds, None if the source does not say; `split` is the source's own split (Ego4D's
    episodic-memory split ``train``, ``val``, ``test``) or None; `redacted` are spans with blank frames.
    """

    video: str
    duration: float | None = None
    split: str | None = None
    redacted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NarratedClip:
    """A clip of a video with the narrations in it: the input of a question generator.

    `narrations` are in time order. Their times count from the start of the VIDEO, as do those of `clip` and of every
    key span made from them. `Turn.narrations` are indices into this tuple. `dataset` is ``ego4d``, ``epic-kitchens``,
    ``hd-epic``, ``mmego-sim`` or the user's name for another source.
    """

    id: str
    video: str
    clip: Span
    narrations: tuple[Narration, ...]
    dataset: str
    split: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the JSON Lines form."""
        return {
            "id": self.id,
            "video": self.video,
            "clip": self.clip.to_json(),
            "narrations": [
                {"span": n.span.to_json(), "text": n.text, "actor": n.actor, "verb": n.verb, "nouns": list(n.nouns)}
                for n in self.narrations
            ],
            "dataset": self.dataset,
            "split": self.split,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> NarratedClip:
        """Read what `to_json` returns; raise InputError naming a missing key or a value of another type."""
        with naming_bad_values("a narrated clip", row):
            narrations = tuple(
                Narration(row["video"], Span.from_json(n["span"]), n["text"], n["actor"], n["verb"], tuple(n["nouns"]))
                for n in row["narrations"]
            )
            clip = Span.from_json(row["clip"])
            return cls(row["id"], row["video"], clip, narrations, row["dataset"], row["split"])
