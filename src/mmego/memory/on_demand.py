"""Frames encoded when a question reads them: evenly spaced ones without a pointer, and key frames whose V is not kept.

Without a pointer nothing reads E, so of 300 sampled frames only the 32 that answers are read from are encoded. They are
encoded one at a time, so that a frame's tokens do not depend on the frames of earlier questions.

Shapes: N frames, K frames kept, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from torch import Tensor
from tqdm import tqdm

from mmego.errors import InputError, VideoError
from mmego.memory.encode import (
    FRAMES_AT_ONCE,
    FramePlan,
    TokensKept,
    decoder_count,
    encode_pictures,
    encode_video,
    gap_spans,
    hash_unchanged,
    plan_frames,
    shown_at,
    warn_of_gaps,
)
from mmego.memory.fingerprint import Fingerprints, Identifier
from mmego.memory.frame_tokens import FrameTokens
from mmego.memory.memory import Memory
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.records import Span
from mmego.selectors import select_uniform
from mmego.video.decode import DecodeReport, decode_frames
from mmego.video.sampling import stride

SURVEY_SIZE = (32, 32)  # pixels; these pictures only show which frames can be decoded


def plan_video(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    path: Path,
    *,
    frames: int | None = None,
    clip: Span | None = None,
    keep: int = 0,
    progress: bool = False,
    fingerprints: Fingerprints | None = None,
) -> Memory:
    """Return a memory without E: its frames are planned, and `keep` evenly spaced ones of them are encoded.

    Arguments and errors as in `encode.encode_video`. If all of those can be decoded the other frames are not tried, and
    `gaps` is empty.
    """
    started = time.perf_counter()
    plan = plan_frames(model, path, frames, clip)
    memory = Memory(
        video=plan.path.absolute(),
        video_hash=hash_unchanged(plan),
        fingerprints=Identifier(model, processor).identity().fingerprints if fingerprints is None else fingerprints,
        duration=plan.info.duration,
        span=plan.span,
        times=plan.times,
        E_NC=None,
        V_NTC=None,
        video_stat=plan.stat,
        planned=len(plan.times),
    )
    if keep:
        encode_even_frames(model, processor, [memory], keep, progress)
    memory.seconds["index"] = time.perf_counter() - started
    return memory


def encode_even_frames(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    memories: Sequence[Memory],
    keep: int,
    progress: bool = False,
) -> None:
    """Encode V of the `keep` evenly spaced frames of memories without E, which follow each other on one timeline.

    If one of them cannot be decoded, its video is searched for the frames that can (without encoding), and the evenly
    spaced ones of those are taken, as in a memory of all frames.

    Raises:
        VideoError: a video is gone, has changed, or gives no frames.
    """
    lost = True
    while lost:
        kept = select_uniform(sum(len(memory.times) for memory in memories), keep).indices
        lost, start = False, 0
        for memory in memories:
            frames = len(memory.times)
            own = [index - start for index in kept if start <= index < start + frames]
            start += frames
            if memory.E_NC is None and own and not encode_missing_frames(model, processor, memory, own, progress):
                _survey(model, memory)
                lost = True


def encode_missing_frames(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    memory: Memory,
    indices: Sequence[int],
    progress: bool = False,
) -> bool:
    """Encode those of the frames at `indices` that are not held; return False if one of them cannot be decoded.

    Raises:
        VideoError: frames must be read, and the video is gone or has changed.
    """
    missing = memory.some_V.missing(indices)
    if not missing:
        return True
    if memory.files > 1:
        raise InputError(f"{len(missing)} frames of a memory of {memory.files} videos cannot be decoded again")
    memory.check_video()
    report = DecodeReport()
    # In a memory with E every time is that of a decoded frame: each is exact. Without E a keyframe may replace the
    # frame at a time, as it does when all frames are read; a request at its own time finds it again.
    seen = memory.E_NC is not None
    times = list(memory.times)
    plan = plan_frames_again(model, memory)
    pictures = decode_frames(
        memory.video,
        [times[index] for index in missing],
        size=processor.frame_size,
        mode="exact" if seen else plan.mode,
        workers=decoder_count(),
        report=report,
        earliest=None if _clip(memory) is None else memory.span.start,
        step=stride(list(plan.times)),
    )
    with tqdm(
        total=len(missing), desc=memory.video.name, unit="frame", disable=None if progress else True, leave=False
    ) as bar:
        for frame in pictures:
            index = missing[frame.index]
            memory.some_V.put(index, encode_pictures(model, processor, [frame])[0].cpu())
            if not seen:
                times[index] = shown_at(frame, report, memory.span)
            bar.update(1)
    memory.times = tuple(times)
    memory.some_V.trim(indices)
    return not report.gaps


def key_frame_tokens(
    model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, memory: Memory, indices: Sequence[int]
) -> Tensor:
    """Return V of the frames at `indices` (rising), ``(K, T, C)``, held by the memory or encoded now.

    Raises:
        VideoError: they are not held and the video is gone, has changed, or does not give the same frames again.
    """
    if memory.V_NTC is not None:
        return memory.V_NTC[list(indices)].to(model.device, model.dtype)
    if not encode_missing_frames(model, processor, memory, indices):
        lost = len(memory.some_V.missing(indices))
        raise VideoError(f"{memory.video}: {lost} key frames could not be decoded a second time")
    return memory.some_V.take(indices).to(model.device, model.dtype)


def encode_all_frames(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    memory: Memory,
    tokens: TokensKept = "auto",
    progress: bool = False,
    batch: int = FRAMES_AT_ONCE,
) -> None:
    """Encode all frames of a memory without E, for a pointer to read; it is then as `encode_video` makes it.

    Raises:
        VideoError: the video is gone or has changed.
    """
    if memory.E_NC is not None:
        return
    memory.check_video()
    full = encode_video(
        model,
        processor,
        memory.video,
        frames=memory.planned,
        clip=_clip(memory),
        tokens=tokens,
        progress=progress,
        batch=batch,
        fingerprints=memory.fingerprints,
    )
    memory.times, memory.gaps, memory.planned = full.times, full.gaps, full.planned
    memory.E_NC, memory.V_NTC, memory.some_V = full.E_NC, full.V_NTC, FrameTokens()
    memory.seconds["index"] = memory.seconds.get("index", 0.0) + full.seconds["index"]


def plan_frames_again(model: MmEgoForConditionalGeneration, memory: Memory) -> FramePlan:
    """Return the frames as they were planned when the memory was made."""
    return plan_frames(model, memory.video, memory.planned, _clip(memory))


def _clip(memory: Memory) -> Span | None:
    """Return the part that was sampled; None if it is the whole video."""
    return None if memory.span == Span(0.0, memory.duration) else memory.span


def _survey(model: MmEgoForConditionalGeneration, memory: Memory) -> None:
    """Find the frames that can be decoded, without encoding any.

    Raises:
        VideoError: no frame can be decoded, or the same frames as before can.
    """
    plan, report = plan_frames_again(model, memory), DecodeReport()
    pictures = decode_frames(
        plan.path,
        plan.times,
        size=SURVEY_SIZE,
        mode=plan.mode,
        workers=decoder_count(),
        report=report,
        earliest=plan.earliest,
    )
    times = tuple(shown_at(frame, report, memory.span) for frame in pictures)
    if not times:
        raise VideoError(f"{memory.video}: none of the {len(plan.times)} frames could be decoded")
    if len(times) == len(memory.times):
        raise VideoError(f"{memory.video}: a frame could be decoded once and not a second time")
    warn_of_gaps(memory.video, report, len(plan.times))
    memory.times, memory.some_V = times, FrameTokens()
    memory.gaps = gap_spans(report.gaps, memory.span, len(plan.times))
