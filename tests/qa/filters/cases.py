"""Turns to filter, for tests."""

from __future__ import annotations

from typing import Any

from mmego.narrations.clean import to_spans
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.filters import FILTERS, DropReason, FilterOptions, find_drop_reasons
from mmego.records import QA, NarratedClip, Source, Span, Turn
from tests.qa.llm_pairs import CLIPS
from tests.qa.narrate import tell

ALL = tuple(FILTERS)


OPTIONS = FilterOptions()


def clip_of(*lines: str) -> NarratedClip:
    narrations = tell(*lines)
    return NarratedClip("c", "v", Span(0, narrations[-1].span.end + 10), tuple(narrations), "own")


def sample_of(clip: NarratedClip, *turns: Turn, verdicts: tuple[Verdict, ...] = ()) -> ClipQA:
    return ClipQA(clip, QA("c", "v", clip.clip, turns, Source("own", "llm")), verdicts=verdicts)


def turn_of(clip: NarratedClip, question: Any, answer: Any, cited: tuple[Any, ...]) -> Turn:
    spans = to_spans(clip.narrations, clip.clip.end)
    at = tuple(spans[i] for i in cited if isinstance(i, int) and 0 <= i < len(spans))
    return Turn(question, answer, at or (Span(1, 2),), cited, "llm")


def fault_of(clip: NarratedClip, question: Any, answer: Any, cited: tuple[Any, ...], *names: str) -> DropReason | None:
    return find_drop_reasons(sample_of(clip, turn_of(clip, question, answer, cited)), names or ALL, OPTIONS)[0]


NARRATED = {name: clip_of(*lines) for name, lines in CLIPS.items()}
