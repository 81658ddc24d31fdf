"""What writes the questions of a run: the rules, and how a worker process gets its generator and its judge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from mmego.qa.data.clip import ClipQA, Generator
from mmego.qa.rules.make_turns import make_turns, narrator_of
from mmego.records import QA, NarratedClip, Source, Span, Turn

if TYPE_CHECKING:
    from mmego.qa.writing.generator import LlmOptions
    from mmego.qa.writing.judge import JudgeOptions

TURNS = 20
"""Most turns of a rules-made conversation by default: an hour of cooking would give hundreds."""


class RulesGenerator:
    """Conversations by rules; costs nothing, and the same clip and seed give the same conversation."""

    def __init__(self, seed: int, turns: int = TURNS) -> None:
        self.seed, self.turns = seed, turns

    def write(self, clips: Iterable[NarratedClip], journal: Path) -> Iterator[ClipQA]:
        """Each clip with its conversation, in the order given; nothing goes to the journal."""
        for clip in clips:
            source = Source(clip.dataset, "rules", seed=self.seed, split=clip.split)
            yield ClipQA(clip, QA(clip.id, clip.video, clip.clip, rules_turns(clip, self.seed, self.turns), source))


def rules_turns(clip: NarratedClip, seed: int, turns: int) -> tuple[Turn, ...]:
    """The clip's turns by rules, their key spans cut to it.

    The rules see the clip's narrations alone: "first", "last" and "how many times" are meant of the clip. Times stay
    the video's, for the rules need their order only (moving them to the clip's start and back would blur them).
    """
    # Clips of one video must not draw the same wordings, so the seed is the clip's own.
    own = int.from_bytes(hashlib.sha256(f"{seed} {clip.id}".encode()).digest()[:4])
    made = make_turns(clip.narrations, clip.clip.end, own, turns, narrator_of(clip.dataset))
    return tuple(replace(turn, key_spans=tuple(_cut(span, clip.clip) for span in turn.key_spans)) for turn in made)


def _cut(span: Span, clip: Span) -> Span:
    """The part of a narrated span (which touches the clip) that the clip shows."""
    return Span(max(span.start, clip.start), min(span.end, clip.end))


class Writing(Protocol):
    """How a worker makes its generator. A small value that is written to files with the run: it holds no secret."""

    def __call__(self) -> Generator: ...


class Judging(Protocol):
    """How a worker judges what was written; `journal` is a file of the task's own, as for `Generator.write`."""

    def __call__(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]: ...


@dataclass(frozen=True)
class WriteByRules:
    """`Writing` without a language model."""

    seed: int
    turns: int = TURNS

    def __call__(self) -> Generator:
        """The generator."""
        return RulesGenerator(self.seed, self.turns)


@dataclass(frozen=True)
class WriteByModel:
    """`Writing` by a language model; the key is read from the worker's environment by the generator itself."""

    options: LlmOptions
    seed: int

    def __call__(self) -> Generator:
        """The generator; raises InputError if it cannot work (no key, no endpoint)."""
        from mmego.qa.writing.generator import LlmGenerator

        generator: Generator = LlmGenerator(self.options, self.seed)
        return generator


@dataclass(frozen=True)
class JudgeByModel:
    """`Judging` by a second language model."""

    options: JudgeOptions
    seed: int

    def __call__(self, samples: Iterable[ClipQA], journal: Path) -> Iterator[ClipQA]:
        """The samples with their verdicts."""
        from mmego.qa.writing.judge import Judge

        judged: Iterator[ClipQA] = Judge(self.options, self.seed).judge(samples, journal)
        return judged
