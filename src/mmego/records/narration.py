"""What people said of a video, and clips of it with what was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mmego.records.span import Span
from mmego.records.values import reading

MOST_CHARACTERS = 1000
"""Of a sentence, without needless blanks; a longer one tells no single event and is dropped (Ego4D's longest have some
300). It also bounds what the patterns below are given."""


@dataclass(frozen=True, slots=True)
class Narration:
    """One sentence on what happens in a video.

    `span` is the stretch it tells of (zero length where the source gives a point in time), `actor` is ``"C"`` for
    the camera wearer or another letter of the source (``"X"``, ``"O"``), `text` the cleaned sentence without tags.
    """

    video: str
    span: Span
    text: str
    actor: str = "C"
    verb: str | None = None
    nouns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoMeta:
    """What is known of a video besides its narrations.

    `duration` is in seconds, None where the source does not say; `split` is the source's own split (Ego4D's
    episodic-memory split ``train``, ``val``, ``test``) or None; `redacted` are spans with blank frames.
    """

    video: str
    duration: float | None = None
    split: str | None = None
    redacted: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class NarratedClip:
    """A stretch of a video with the narrations that lie in it: what a question generator is given.

    `narrations` are in time order, their times count from the start of the VIDEO, as do those of `clip` and of
    every key span made from them; `Turn.narrations` are indices into this tuple. `dataset` is ``ego4d``,
    ``epic-kitchens``, ``hd-epic``, ``mmego-sim`` or what the user calls a source of their own.
    """

    id: str
    video: str
    clip: Span
    narrations: tuple[Narration, ...]
    dataset: str
    split: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The JSON Lines form."""
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
        """Inverse of `to_json`; raises InputError naming a missing key or a value of another kind."""
        with reading("a narrated clip", row):
            narrations = tuple(
                Narration(row["video"], Span.from_json(n["span"]), n["text"], n["actor"], n["verb"], tuple(n["nouns"]))
                for n in row["narrations"]
            )
            clip = Span.from_json(row["clip"])
            return cls(row["id"], row["video"], clip, narrations, row["dataset"], row["split"])
