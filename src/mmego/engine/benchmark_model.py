"""The engine as a model for the benchmark: it encodes the videos once and answers many questions and settings.

A prediction is the same, bit for bit, whatever else the process asks: a run that is killed and started again asks other
questions in one process than a run that is not. So the settings of the command alone decide what is read of a video,
and questions are asked one at a time. A batch would pad them to the longest, and kernels for other shapes add in
another order: on the CPU scores then differ by 6e-6. The cost is one glimpse per question, a small part of its time.

Shapes: N frames, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import torch

from mmego.bench.data.runs import RunSettings
from mmego.bench.data.videos import share_frames, shift_times, shown_length
from mmego.bench.run.models import ModelReply, ShownVideo
from mmego.engine.answer_step import Question
from mmego.engine.engine import Engine
from mmego.errors import InputError, MemoryLimitError
from mmego.memory.encode import FRAMES_AT_ONCE, TokensKept
from mmego.memory.frame_tokens import FrameTokens
from mmego.memory.memory import Memory
from mmego.records import MCQ, SelectMode, Span
from mmego.records.finding import Finding
from mmego.video.decode import probe

T = TypeVar("T")
CUT_SHORT = 1.0
"""Seconds by which a clip may end after its video: annotators and containers round differently."""


class EngineModel:
    """A `bench.run.models.BenchModel` for our checkpoints and for plain LLaVA-OneVision ones."""

    at_once = 1

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.name, self.fingerprint = engine.name, engine.fingerprint
        # What the settings read of a video: all frames, unless none of the settings uses the pointer.
        self._settled: list[RunSettings] = []

    def settle(self, settings: RunSettings) -> RunSettings:
        """Fill in the settings: the pointer by default; evenly spaced frames and no alpha if it is not trained."""
        if settings.blind:
            return settings
        select = settings.select or "pointer"
        if select == "pointer" and not self.engine.model.can_point:
            warnings.warn(
                f"the memory pointer of {self.name} is not trained: its runs are on evenly spaced frames", stacklevel=2
            )
            select = "uniform"
        frames = settings.frames
        if select == "uniform" and frames is None and self.engine.model.config.sampling == "llava":
            # LLaVA's sampling keeps all its frames from the first to the last: a selection would give other frames.
            frames = self.engine.model.config.keep if settings.keep is None else settings.keep
        alpha = settings.alpha if select == "pointer" else None
        settled = replace(settings, select=select, alpha=alpha, frames=frames)
        self._settled.append(settled)
        return settled

    def about(self) -> dict[str, Any]:
        """Return the precision, the checkpoint's defaults, and what no setting can change.

        These shape an answer and are not in the weights: a stopped run continues only if they are the same.
        """
        config = self.engine.model.config
        defaults = {"keep": config.keep, "alpha": config.alpha, "frames": config.max_frames}
        fixed = ("frames_per_second", "key_frame_spacing", "pointer_scale", "option_scoring", "time_prompt")
        defaults |= {name: getattr(config, name) for name in (*fixed, "system_prompt", "sampling")}
        precision = str(self.engine.model.dtype).removeprefix("torch.")
        return {"defaults": defaults, "precision": precision, **_computed(config)}

    def look(self, videos: Sequence[ShownVideo], frames: int | None) -> EngineVideoView:
        """Encode the videos once; see `bench.run.models.BenchModel.look`.

        If no setting uses the pointer, only the frames that are read are encoded. That depends on the settings and not
        on what a killed run had answered, so that both give the same numbers.
        """
        if not videos:
            return EngineVideoView(self.engine, [], {})
        select: SelectMode = "uniform"
        if not self._settled or any(settings.select == "pointer" for settings in self._settled):
            select = "pointer"
        if len(videos) == 1:
            shown = videos[0]
            memory = self._index(shown, frames, select)
            cut = _cut_short(memory, shown.clip)
            return EngineVideoView(self.engine, [memory], {shown.name: -memory.span.start}, cut)
        most = self.engine.model.config.max_frames if frames is None else frames
        lengths = [shown_length(video.clip, probe(video.path).duration) for video in videos]
        memories = [
            self.engine.plan(video.path, frames=count, clip=video.clip)
            for video, count in zip(videos, share_frames(lengths, most), strict=True)
        ]
        if select == "pointer":
            names = ", ".join(str(video.path) for video in videos)
            _with_room(names, ("all",), lambda batch, _: self.engine.prepare(memories, select, batch=batch))
        else:
            self._read_even(memories, frames)
        starts = _starts(memories)
        offsets = {v.name: start - m.span.start for v, start, m in zip(videos, starts, memories, strict=True)}
        return EngineVideoView(self.engine, memories, offsets)

    def _index(self, video: ShownVideo, frames: int | None, select: SelectMode) -> Memory:
        """Return the memory of one video, with all frames or with the evenly spaced ones that the settings read."""
        if select == "uniform":
            memory = self.engine.plan(video.path, frames=frames, clip=video.clip)
            self._read_even([memory], frames)
            return memory

        def index(batch: int, kept: TokensKept) -> Memory:
            return self.engine.index(video.path, frames=frames, clip=video.clip, tokens=kept, batch=batch)

        return _with_room(str(video.path), ("auto", "compressed"), index)

    def _read_even(self, memories: Sequence[Memory], frames: int | None) -> None:
        """Encode the frames of every setting before the first question.

        A frame that cannot be decoded changes the times and gaps of the memory, and so the predictions of settings that
        do not read it; the order of settings must not matter.
        """
        keeps = dict.fromkeys(settings.keep for settings in self._settled if settings.frames == frames)
        for keep in [*keeps] * 2:
            self.engine.prepare(memories, "uniform", keep)

    def close(self) -> None:
        """Nothing is held."""


def _with_room(what: str, tokens: Sequence[TokensKept], work: Callable[[int, TokensKept], T]) -> T:
    """Return what `work` makes of ``(frames encoded at once, tokens kept)``, with less and less until memory suffices.

    The batch is halved down to one frame; then the other `tokens` are tried: without high-resolution tokens key frames
    are decoded again. The next video begins with the whole batch, so that its encoding does not depend on earlier ones.

    Raises:
        MemoryLimitError: memory did not suffice for the least of these.
    """
    batches = [FRAMES_AT_ONCE >> halved for halved in range(FRAMES_AT_ONCE.bit_length())]
    tries = [*((batch, tokens[0]) for batch in batches), *((1, kept) for kept in tokens[1:])]
    for number, (batch, kept) in enumerate(tries):
        try:
            made = work(batch, kept)
        except MemoryLimitError as error:
            if number == len(tries) - 1:
                raise
            full = str(error)
        else:
            if number:
                less = "" if kept == tokens[0] else ", and without keeping its high-resolution tokens"
                warnings.warn(f"{what}: {full}; it was encoded in batches of {batch}{less}", stacklevel=2)
            return made
    raise AssertionError("the last try returns or raises")


def _computed(config: Any) -> dict[str, Any]:
    """Return how attention is computed and weights are packed; both change answers a little."""
    packed = getattr(config, "quantization_config", None)
    fields = packed if packed is None or isinstance(packed, dict) else packed.to_dict()
    kinds = {"load_in_8bit": "8bit", "load_in_4bit": "4bit"}
    quantised = None if fields is None else next((kind for name, kind in kinds.items() if fields.get(name)), "packed")
    return {"attention": config._attn_implementation, "quantized": quantised}


class EngineVideoView:
    """The memories of the videos shown (none: blind), ready for questions, and how far each one's times are shifted.

    `cut`: spans that should be shown and that the file does not have.
    """

    def __init__(
        self, engine: Engine, memories: Sequence[Memory], offsets: dict[str, float], cut: tuple[Span, ...] = ()
    ) -> None:
        self._engine, self._memories, self._offsets, self._cut = engine, memories, offsets, cut
        self._joined: Memory | None = None

    def answer(self, questions: Sequence[MCQ], settings: RunSettings) -> list[ModelReply]:
        """Answer each question by itself; see `bench.run.models`."""
        memory = self._memory(settings)
        replies = [_reply(self._find(memory, self._question(question), settings)) for question in questions]
        gaps = () if memory is None else memory.gaps + self._cut
        return [replace(reply, gaps=gaps) for reply in replies]

    def say(self, question: str, settings: RunSettings) -> str:
        """Generate an open answer; the question is as the user wrote it."""
        return self._find(self._memory(settings), Question(question), settings).answer.answer

    def _find(self, memory: Memory | None, asked: Question, settings: RunSettings) -> Finding:
        select = settings.select or "pointer"
        return self._engine.find_all(memory, [asked], settings.keep, settings.alpha, select)[0]

    def _memory(self, settings: RunSettings) -> Memory | None:
        """Return the memory to ask: that of the one video, or one that joins what the setting reads of several."""
        if len(self._memories) < 2:
            return self._memories[0] if self._memories else None
        for memory in self._memories:
            memory.check_video()
        self._engine.prepare(self._memories, settings.select or "pointer", settings.keep)
        if self._joined is None or self._joined.E_NC is None:
            self._joined = join_memories(self._memories)
        return self._joined

    def _question(self, question: MCQ) -> Question:
        """Shift the times marked in a question: for the model a clip begins at 0, and videos follow each other."""
        single = len(self._offsets) == 1
        offsets = {"": next(iter(self._offsets.values()))} if single else self._offsets
        options = tuple(shift_times(option, offsets) for option in question.options)
        return Question(shift_times(question.question, offsets), options)


def join_memories(memories: Sequence[Memory]) -> Memory:
    """Join the memories of several videos: their frames in order, on one timeline through the sampled parts.

    Either all hold V or none holds E: the joined memory belongs to no file, so its frames cannot be decoded again.
    """
    first, starts = memories[0], _starts(memories)
    length = starts[-1] + memories[-1].span.length
    # In memories saved by earlier versions a keyframe may lie a little before the sampled part: on the joined timeline
    # it must not fall into another video.
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
        grains=tuple(value for memory in memories for value in memory.grains),
    )


def _join_some(memories: Sequence[Memory]) -> FrameTokens:
    """Return the frames read of each memory, by their numbers in the joined memory; none of them is dropped."""
    frames, start = [], 0
    for memory in memories:
        frames += [(start + index, memory.some_V.take([index])[0]) for index in memory.some_V]
        start += len(memory.times)
    return FrameTokens(frames)


def _cut_short(memory: Memory, clip: Span | None) -> tuple[Span, ...]:
    """Return the end of a clip that its file does not reach; a cut file may state only the length that is left."""
    if clip is None or clip.end <= memory.duration + CUT_SHORT:
        return ()
    return (Span(memory.duration, clip.end),)


def _starts(memories: Sequence[Memory]) -> list[float]:
    """Return where each memory begins on the joined timeline."""
    lengths = [memory.span.length for memory in memories]
    return [sum(lengths[:number]) for number in range(len(memories))]


def _reply(finding: Finding) -> ModelReply:
    answer = finding.answer
    pointed = answer.select == "pointer" and bool(finding.times)
    return ModelReply(
        answer.choice,
        answer.answer,
        key_frames=tuple(e.time for e in answer.evidence),
        scores=tuple(e.score for e in answer.evidence),
        probabilities=finding.probabilities,
        frames=answer.frames,
        seconds=answer.seconds["answer"],
        curve=(finding.times, finding.scores) if pointed else None,
    )
