"""The engine as the benchmark's model: one look at the videos of a question, any number of questions and settings.

Shapes: N frames, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch

from mmego.bench.marks import shift_times
from mmego.bench.models import Reply, Shown
from mmego.bench.runs import RunSettings
from mmego.bench.videos import share_frames, shown_length
from mmego.engine.engine import Engine, Question
from mmego.engine.finding import Finding
from mmego.errors import InputError
from mmego.memory.store import Memory
from mmego.records import MCQ, Span
from mmego.video.decode import probe

CUT_SHORT = 1.0
"""Seconds by which a clip may end after its video: annotators and containers round differently."""


class EngineModel:
    """Implements `bench.models.BenchModel` for our checkpoints and for plain LLaVA-OneVision ones."""

    at_once = 1

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name, self.fingerprint = engine.name, engine.fingerprint

    def settle(self, settings: RunSettings) -> RunSettings:
        """The pointer unless told otherwise; evenly spaced frames where there is none, and then no alpha."""
        if settings.blind:
            return settings
        select = settings.select or "pointer"
        if select == "pointer" and not self.engine.model.can_point:
            warnings.warn(
                f"the memory pointer of {self.name} is not trained: its runs are on evenly spaced frames", stacklevel=2
            )
            select = "uniform"
        return replace(settings, select=select, alpha=settings.alpha if select == "pointer" else None)

    def about(self) -> dict[str, Any]:
        """The precision, what the checkpoint does where a setting is None, and what no setting can change.

        All that shapes an answer and is not in the weights: a run goes on only where it is the same.
        """
        config = self.engine.model.config
        defaults = {"keep": config.keep, "alpha": config.alpha, "frames": config.max_frames}
        fixed = ("frames_per_second", "key_frame_spacing", "pointer_scale", "option_scoring", "time_prompt")
        defaults |= {name: getattr(config, name) for name in fixed}
        return {"defaults": defaults, "precision": str(self.engine.model.dtype).removeprefix("torch.")}

    def look(self, videos: Sequence[Shown], frames: int | None) -> EngineView:
        """Encode the videos, once; `bench.models.BenchModel.look`."""
        if not videos:
            return EngineView(self.engine, None, {})
        if len(videos) == 1:
            memory = self.engine.index(videos[0].path, frames=frames, clip=videos[0].clip)
            memory.gaps += _cut_short(memory, videos[0].clip)
            return EngineView(self.engine, memory, {videos[0].name: -memory.span.start})
        most = self.engine.model.config.max_frames if frames is None else frames
        lengths = [shown_length(video.clip, probe(video.path).duration) for video in videos]
        memories = [
            self.engine.index(video.path, frames=count, clip=video.clip, tokens="all")
            for video, count in zip(videos, share_frames(lengths, most), strict=True)
        ]
        starts = _starts(memories)
        offsets = {v.name: start - m.span.start for v, start, m in zip(videos, starts, memories, strict=True)}
        return EngineView(self.engine, join_memories(memories), offsets)

    def close(self) -> None:
        """Nothing is held."""


class EngineView:
    """A memory (None: blind), and by how much each video's clock differs from the one the model is told of."""

    def __init__(self, engine: Engine, memory: Memory | None, offsets: dict[str, float]) -> None:
        self._engine, self._memory, self._offsets = engine, memory, offsets

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[Reply]:
        """All questions in one glimpse batch; `bench.models.View.answer`."""
        asked = [self._question(question) for question in questions]
        findings = self._engine.find_all(
            self._memory, asked, keep=settings.keep, alpha=settings.alpha, select=settings.select or "pointer"
        )
        gaps = () if self._memory is None else self._memory.gaps
        return [replace(_reply(finding), gaps=gaps) for finding in findings]

    def say(self, question: str, settings: RunSettings) -> str:
        """An open answer, generated; the question as the user put it."""
        select = settings.select or "pointer"
        asked = [Question(question)]
        found = self._engine.find_all(self._memory, asked, keep=settings.keep, alpha=settings.alpha, select=select)
        return found[0].answer.answer

    def _question(self, question: MCQ) -> Question:
        """To the model the clip begins at 0, or the videos follow on each other: marked times are put on that clock."""
        single = len(self._offsets) == 1
        offsets = {"": next(iter(self._offsets.values()))} if single else self._offsets
        options = tuple(shift_times(option, offsets) for option in question.options)
        return Question(shift_times(question.question, offsets), options)


def join_memories(memories: Sequence[Memory]) -> Memory:
    """One memory of several videos: their frames in order, on a clock that runs through the parts sampled.

    All must hold V: the joined one belongs to no file, no frame of it can be decoded again.
    """
    first, starts = memories[0], _starts(memories)
    length = starts[-1] + memories[-1].span.length
    # In memories saved by earlier versions a keyframe may lie a little before the part sampled: on the joined clock it
    # must not fall into another video.
    times = tuple(
        start + max(0.0, time - memory.span.start)
        for memory, start in zip(memories, starts, strict=True)
        for time in memory.times
    )
    tokens = [memory.V_NTC for memory in memories if memory.V_NTC is not None]
    if len(tokens) < len(memories):
        raise InputError("memories without high-resolution tokens cannot be joined")
    return Memory(
        video=first.video,
        video_hash=first.video_hash,
        fingerprint=first.fingerprint,
        duration=length,
        span=Span(0.0, length),
        times=times,
        E_NC=torch.cat([memory.E_NC for memory in memories]),
        V_NTC=torch.cat(tokens),
        gaps=tuple(
            Span(start + gap.start - memory.span.start, start + gap.end - memory.span.start)
            for memory, start in zip(memories, starts, strict=True)
            for gap in memory.gaps
        ),
        seconds={"index": sum(memory.seconds["index"] for memory in memories)},
    )


def _cut_short(memory: Memory, clip: Span | None) -> tuple[Span, ...]:
    """The end of a clip that its file does not reach: a file cut short may claim to be no longer than what is left."""
    if clip is None or clip.end <= memory.duration + CUT_SHORT:
        return ()
    return (Span(memory.duration, clip.end),)


def _starts(memories: Sequence[Memory]) -> list[float]:
    """Where each memory begins on the joined clock."""
    lengths = [memory.span.length for memory in memories]
    return [sum(lengths[:number]) for number in range(len(memories))]


def _reply(finding: Finding) -> Reply:
    answer = finding.answer
    pointed = answer.select == "pointer" and bool(finding.times)
    return Reply(
        answer.choice,
        answer.answer,
        key_frames=tuple(e.time for e in answer.evidence),
        scores=tuple(e.score for e in answer.evidence),
        probabilities=finding.probabilities,
        frames=answer.frames,
        seconds=answer.seconds["answer"],
        curve=(finding.times, finding.scores) if pointed else None,
    )
