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
from mmego.memory.frame_tokens import FrameTokens
from mmego.memory.store import Memory
from mmego.records import MCQ, SelectMode, Span
from mmego.video.decode import probe

CUT_SHORT = 1.0
"""Seconds by which a clip may end after its video: annotators and containers round differently."""


class EngineModel:
    """Implements `bench.models.BenchModel` for our checkpoints and for plain LLaVA-OneVision ones."""

    at_once = 1

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name, self.fingerprint = engine.name, engine.fingerprint
        # What the settings that were settled read of a video: all frames unless none of them asks the pointer.
        self._settled: list[RunSettings] = []

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
        settled = replace(settings, select=select, alpha=settings.alpha if select == "pointer" else None)
        self._settled.append(settled)
        return settled

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
        """Encode the videos, once; `bench.models.BenchModel.look`.

        If no setting that was settled asks the pointer, only the frames that are read are encoded. That depends on
        the settings alone and not on what a run killed before had answered, so that both give the same numbers.
        """
        if not videos:
            return EngineView(self.engine, [], {})
        select: SelectMode = "uniform"
        if not self._settled or any(settings.select == "pointer" for settings in self._settled):
            select = "pointer"
        if len(videos) == 1:
            keep = next((settings.keep for settings in self._settled), None)
            shown = videos[0]
            memory = self.engine.index(shown.path, frames=frames, clip=shown.clip, select=select, keep=keep)
            cut = _cut_short(memory, shown.clip)
            return EngineView(self.engine, [memory], {shown.name: -memory.span.start}, cut)
        most = self.engine.model.config.max_frames if frames is None else frames
        lengths = [shown_length(video.clip, probe(video.path).duration) for video in videos]
        memories = [
            self.engine.plan(video.path, frames=count, clip=video.clip)
            for video, count in zip(videos, share_frames(lengths, most), strict=True)
        ]
        if select == "pointer":
            self.engine.prepare(memories, select)
        starts = _starts(memories)
        offsets = {v.name: start - m.span.start for v, start, m in zip(videos, starts, memories, strict=True)}
        return EngineView(self.engine, memories, offsets)

    def close(self) -> None:
        """Nothing is held."""


class EngineView:
    """The memories of the videos shown (none: blind), and by how much each clock differs from the model's.

    `cut`: stretches that were to be shown and that the file does not have.
    """

    def __init__(
        self, engine: Engine, memories: Sequence[Memory], offsets: dict[str, float], cut: tuple[Span, ...] = ()
    ) -> None:
        self._engine, self._memories, self._offsets, self._cut = engine, memories, offsets, cut
        self._joined: Memory | None = None

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[Reply]:
        """All questions in one glimpse batch; `bench.models.View.answer`."""
        asked = [self._question(question) for question in questions]
        memory = self._memory(settings)
        findings = self._engine.find_all(
            memory, asked, keep=settings.keep, alpha=settings.alpha, select=settings.select or "pointer"
        )
        gaps = () if memory is None else memory.gaps + self._cut
        return [replace(_reply(finding), gaps=gaps) for finding in findings]

    def say(self, question: str, settings: RunSettings) -> str:
        """An open answer, generated; the question as the user put it."""
        select = settings.select or "pointer"
        asked, memory = [Question(question)], self._memory(settings)
        found = self._engine.find_all(memory, asked, keep=settings.keep, alpha=settings.alpha, select=select)
        return found[0].answer.answer

    def _memory(self, settings: RunSettings) -> Memory | None:
        """The one memory that is asked: that of the one video, or one that joins what the setting reads of several."""
        if len(self._memories) < 2:
            return self._memories[0] if self._memories else None
        for memory in self._memories:
            memory.check_video()
        self._engine.prepare(self._memories, settings.select or "pointer", settings.keep)
        if self._joined is None or self._joined.E_NC is None:
            self._joined = join_memories(self._memories)
        return self._joined

    def _question(self, question: MCQ) -> Question:
        """To the model the clip begins at 0, or the videos follow on each other: marked times are put on that clock."""
        single = len(self._offsets) == 1
        offsets = {"": next(iter(self._offsets.values()))} if single else self._offsets
        options = tuple(shift_times(option, offsets) for option in question.options)
        return Question(shift_times(question.question, offsets), options)


def join_memories(memories: Sequence[Memory]) -> Memory:
    """One memory of several videos: their frames in order, on a clock that runs through the parts sampled.

    All must hold V, or none E: the joined one belongs to no file, no frame of it can be decoded again.
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
    E = [memory.E_NC for memory in memories if memory.E_NC is not None]
    V = [memory.V_NTC for memory in memories if memory.V_NTC is not None]
    if len(V) != len(E) or len(E) not in (0, len(memories)):
        raise InputError("memories without high-resolution tokens cannot be joined")
    return Memory(
        video=first.video,
        video_hash=first.video_hash,
        fingerprints=first.fingerprints,
        duration=length,
        span=Span(0.0, length),
        times=times,
        E_NC=torch.cat(E) if E else None,
        V_NTC=torch.cat(V) if V else None,
        gaps=tuple(
            Span(start + gap.start - memory.span.start, start + gap.end - memory.span.start)
            for memory, start in zip(memories, starts, strict=True)
            for gap in memory.gaps
        ),
        seconds={"index": sum(memory.seconds["index"] for memory in memories)},
        video_stat=first.video_stat,
        some_V=_join_some(memories),
        files=len(memories),
    )


def _join_some(memories: Sequence[Memory]) -> FrameTokens:
    """The frames that were read of each, under their numbers in the joined memory; none of them is let go."""
    frames, start = [], 0
    for memory in memories:
        frames += [(start + index, memory.some_V.take([index])[0]) for index in memory.some_V]
        start += len(memory.times)
    return FrameTokens(frames)


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
