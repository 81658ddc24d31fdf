"""Questions by rules: no language model, no cost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.rules.turns import make_turns, narrator_of
from mmego.records import QA, NarratedClip, Source, Span, Turn

TURNS = 20
"""Most turns of a conversation by default. Without a limit an hour of cooking gives hundreds."""


class RulesGenerator:
    """Writes conversations by rules. The same clip and seed give the same conversation."""

    def __init__(self, seed: int, turns: int = TURNS) -> None:
        self.seed, self.turns = seed, turns

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Yield each clip with its conversation, in order. The journal is not used."""
        for clip in clips:
            source = Source(clip.dataset, "rules", seed=self.seed, split=clip.split)
            yield ClipQA(clip, QA(clip.id, clip.video, clip.clip, rules_turns(clip, self.seed, self.turns), source))


def rules_turns(clip: NarratedClip, seed: int, turns: int) -> tuple[Turn, ...]:
    """Return the clip's turns by rules, with key spans cut to the clip.

    The rules see the narrations of the clip only: "first", "last" and "how many times" refer to the clip. Times are
    those of the video: the rules need only their order, and shifting them to the clip and back would round them.
    """
    # Each clip has its own seed, so that clips of one video do not get the same wordings.
    own = int.from_bytes(hashlib.sha256(f"{seed} {clip.id}".encode()).digest()[:4])
    made = make_turns(clip.narrations, clip.clip.end, own, turns, narrator_of(clip.dataset))
    return tuple(replace(turn, key_spans=tuple(_cut(span, clip.clip) for span in turn.key_spans)) for turn in made)


def _cut(span: Span, clip: Span) -> Span:
    """Return the part of a narrated span that lies in the clip. The two must touch."""
    return Span(max(span.start, clip.start), min(span.end, clip.end))
