"""A video file made into a memory: sample times, decode at the model's frame size, encode in batches.

At most one batch of pictures is held at a time, and the tokens that are kept.

Shapes: N frames, K frames kept, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor
from tqdm import tqdm

from mmego.errors import InputError, VideoError
from mmego.memory.fingerprint import Fingerprints, Identifier
from mmego.memory.memory import Memory
from mmego.memory.video_file import FileStat, hash_video
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.model.pointer import compress
from mmego.records import Span
from mmego.video.decode import DecodeReport, Frame, Gap, Mode, VideoInfo, decode_frames, probe
from mmego.video.sampling import first_to_last, frame_times

TokensKept = Literal["auto", "all", "compressed"]
FRAMES_AT_ONCE = 8
AUTO_BYTES = 2 << 30  # V of 300 frames of a 7B model in bf16 is 0.4 GiB, of 4,000 frames 5.2 GiB
MOST_DECODERS = 8


@dataclass(frozen=True, slots=True)
class FramePlan:
    """Which frames of a video to encode: `times` and `span` in seconds, `clip` as the caller gave it.

    `mode`: LLaVA's sampling names exact frames, which no keyframe may replace.
    """

    path: Path
    info: VideoInfo
    stat: FileStat
    clip: Span | None
    span: Span
    times: tuple[float, ...]
    mode: Mode = "auto"

    @property
    def earliest(self) -> float | None:
        """The earliest time of a keyframe that may replace a frame."""
        return None if self.clip is None else self.span.start


def plan_frames(model: MmEgoForConditionalGeneration, path: Path, frames: int | None, clip: Span | None) -> FramePlan:
    """Plan the frames; arguments and errors as in `encode_video`."""
    path = Path(path)
    info = probe(path)
    config = model.config
    wanted = config.max_frames if frames is None else frames
    named = config.sampling == "llava"
    if named:
        times = first_to_last(info.duration, wanted, info.fps, clip)
    else:
        times = frame_times(info.duration, wanted, config.frames_per_second, clip)
    span = Span(0.0, info.duration) if clip is None else Span(max(clip.start, 0.0), min(clip.end, info.duration))
    return FramePlan(path, info, FileStat.of(path), clip, span, tuple(times), "exact" if named else "auto")


def encode_video(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    path: Path,
    *,
    frames: int | None = None,
    clip: Span | None = None,
    tokens: TokensKept = "auto",
    batch: int = FRAMES_AT_ONCE,
    progress: bool = False,
    fingerprints: Fingerprints | None = None,
) -> Memory:
    """Sample, decode and encode a video.

    Args:
        model: encodes; its device and precision are used as they are.
        processor: the checkpoint's own.
        path: a video file.
        frames: most frames to sample; None takes the checkpoint's ``max_frames``.
        clip: sample this part only (seconds); no picture from before it is used.
        tokens: ``all`` keeps E and V, ``compressed`` keeps E (key frames are decoded again when a question needs
            them), ``auto`` keeps V up to 2 GiB.
        batch: frames encoded at once.
        progress: show a progress bar on stderr.
        fingerprints: of the model, if you know them already.

    Raises:
        VideoError: the file cannot be read as video, no frame could be decoded, or the file changed meanwhile.
        InputError: a count below 1, or a clip outside the video.
    """
    if batch < 1:
        raise InputError(f"batch must be 1 or more, got {batch}")
    started = time.perf_counter()
    plan = plan_frames(model, path, frames, clip)
    report = DecodeReport()
    pictures = decode_frames(
        plan.path,
        plan.times,
        size=processor.frame_size,
        mode=plan.mode,
        workers=decoder_count(),
        report=report,
        earliest=plan.earliest,
    )
    collector = _Collector(len(plan.times), tokens)
    with tqdm(
        total=len(plan.times), desc=plan.path.name, unit="frame", disable=None if progress else True, leave=False
    ) as bar:
        for group in _groups(pictures, batch):
            V_BTC = encode_pictures(model, processor, group)
            collector.add(V_BTC, [shown_at(frame, report, plan.span) for frame in group])
            bar.update(len(group))
    if not collector.times:
        raise VideoError(f"{plan.path}: none of the {len(plan.times)} frames could be decoded")
    warn_of_gaps(plan.path, report, len(plan.times))
    E_NC, V_NTC = collector.tensors()
    return Memory(
        video=plan.path.absolute(),
        video_hash=hash_unchanged(plan),
        fingerprints=Identifier(model, processor).identity().fingerprints if fingerprints is None else fingerprints,
        duration=plan.info.duration,
        span=plan.span,
        times=tuple(collector.times),
        E_NC=E_NC,
        V_NTC=V_NTC,
        gaps=gap_spans(report.gaps, plan.span, len(plan.times)),
        seconds={"index": time.perf_counter() - started},
        video_stat=plan.stat,
        planned=len(plan.times),
    )


def decoder_count() -> int:
    """Return how many decoders to run at the same time."""
    return min(MOST_DECODERS, os.cpu_count() or 1)


def shown_at(frame: Frame, report: DecodeReport, span: Span) -> float:
    """Return the time of a frame in a memory.

    A keyframe may be seconds older than the time asked for, and shows what happened at its own time. One that came on
    screen just before the clip counts from the start of the clip.
    """
    return max(frame.actual_time, span.start) if report.mode == "keyframe" else frame.time


def warn_of_gaps(path: Path, report: DecodeReport, planned: int) -> None:
    """Warn if some of the `planned` frames could not be decoded."""
    if report.gaps:
        warnings.warn(f"{path}: {len(report.gaps)} of {planned} frames could not be decoded", stacklevel=3)


def hash_unchanged(plan: FramePlan) -> str:
    """Return the video's hash; raise VideoError if the file has changed since its frames were planned."""
    if FileStat.of(plan.path) != plan.stat:
        raise VideoError(f"{plan.path} changed while it was read; index it again when it is complete")
    return hash_video(plan.path, plan.stat)


def encode_pictures(model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, frames: Sequence[Frame]) -> Tensor:
    """Return the high-resolution tokens ``(B, T, C)`` of decoded frames, on the model's device."""
    pixels = processor.pixels([frame.image for frame in frames]).to(model.device, model.dtype)
    with torch.no_grad():
        V_BTC: Tensor = model.encode_frames(pixels)
    return V_BTC


def gap_spans(gaps: Sequence[Gap], span: Span, planned: int) -> tuple[Span, ...]:
    """Return the spans (seconds) that the missing ones of `planned` frames stood for, neighbours joined."""
    piece = span.length / planned
    spans: list[Span] = []
    last = -2
    for index in sorted(gap.index for gap in gaps):
        start = spans.pop().start if index == last + 1 else span.start + index * piece
        spans.append(Span(start, span.start + (index + 1) * piece))
        last = index
    return tuple(spans)


class _Collector:
    """Collects the tokens of all batches on the CPU. V has one block from the start: joining parts would double it."""

    def __init__(self, planned: int, tokens: TokensKept) -> None:
        self.planned, self.keep = planned, tokens
        self.times: list[float] = []
        self.E: list[Tensor] = []
        self.V_NTC: Tensor | None = None

    def add(self, V_BTC: Tensor, times: Sequence[float]) -> None:
        self.E.append(compress(V_BTC).cpu())
        if not self.times and self._keeps_V(V_BTC):
            self.V_NTC = torch.empty((self.planned, *V_BTC.shape[1:]), dtype=V_BTC.dtype)
        if self.V_NTC is not None:
            self.V_NTC[len(self.times) : len(self.times) + len(times)] = V_BTC.cpu()
        self.times.extend(times)

    def _keeps_V(self, V_BTC: Tensor) -> bool:
        size = self.planned * V_BTC[0].numel() * V_BTC.element_size()
        return self.keep == "all" or (self.keep == "auto" and size <= AUTO_BYTES)

    def tensors(self) -> tuple[Tensor, Tensor | None]:
        return torch.cat(self.E), None if self.V_NTC is None else self.V_NTC[: len(self.times)]


def _groups(frames: Iterator[Frame], size: int) -> Iterator[list[Frame]]:
    while group := list(islice(frames, size)):
        yield group
