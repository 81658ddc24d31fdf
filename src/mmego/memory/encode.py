"""From a video file to its memory: sample times, decode at the model's frame size, encode in batches.

Memory stays bounded: at most one batch of pictures is held, and of the tokens what is to be kept.

Shapes: N frames, K frames kept, T tokens per frame, C hidden size.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import warnings
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor
from tqdm import tqdm

from mmego.errors import InputError, VideoError
from mmego.files import file_hash
from mmego.memory.store import Memory
from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.model.pointer import compress
from mmego.model.processing_mmego import MmEgoProcessor
from mmego.records import Span
from mmego.video.decode import DecodeReport, Frame, Gap, decode_frames, probe
from mmego.video.sampling import frame_times

TokensKept = Literal["auto", "all", "compressed"]
AUTO_BYTES = 2 << 30  # V of 300 frames of a 7B model in bf16 is 0.4 GiB, of 4,000 frames 5.2 GiB
FINGERPRINT_VALUES = 4096
MOST_DECODERS = 8


def encode_video(
    model: MmEgoForConditionalGeneration,
    processor: MmEgoProcessor,
    path: Path,
    *,
    frames: int | None = None,
    clip: Span | None = None,
    tokens: TokensKept = "auto",
    batch: int = 8,
    progress: bool = False,
    fingerprint: str | None = None,
) -> Memory:
    """Sample, decode and encode a video.

    Args:
        model: encodes; its device and precision are used as they are.
        processor: the checkpoint's own.
        path: a video file.
        frames: most frames to sample; None takes the checkpoint's ``max_frames``.
        clip: sample this part only (seconds); no picture from before it is taken.
        tokens: ``all`` keeps E and V, ``compressed`` E alone (key frames are decoded again when a question needs
            them), ``auto`` keeps V up to 2 GiB.
        batch: frames encoded at once.
        progress: show a bar on stderr.
        fingerprint: of the model, if the caller knows it already.

    Raises:
        VideoError: the file cannot be read as video, or not one of the frames could be had.
        InputError: a count below 1, or a clip outside the video.
    """
    if batch < 1:
        raise InputError(f"batch must be 1 or more, got {batch}")
    path = Path(path)
    started = time.perf_counter()
    info = probe(path)
    config = model.config
    wanted = config.max_frames if frames is None else frames
    times = frame_times(info.duration, wanted, config.frames_per_second, clip)
    report = DecodeReport()
    workers = min(MOST_DECODERS, os.cpu_count() or 1)
    span = Span(0.0, info.duration) if clip is None else Span(max(clip.start, 0.0), min(clip.end, info.duration))
    earliest = None if clip is None else span.start
    pictures = decode_frames(path, times, size=processor.frame_size, workers=workers, report=report, earliest=earliest)
    collector = _Collector(len(times), tokens)
    with tqdm(total=len(times), desc=path.name, unit="frame", disable=None if progress else True, leave=False) as bar:
        for group in _groups(pictures, batch):
            V_BTC = encode_images(model, processor, group)
            # A keyframe may be seconds older than the time asked for: what it shows happened at its own time.
            # One that came on screen just before the clip is on screen at its start.
            collector.add(
                V_BTC, [max(f.actual_time, span.start) if report.mode == "keyframe" else f.time for f in group]
            )
            bar.update(len(group))
    if not collector.times:
        raise VideoError(f"{path}: none of the {len(times)} frames could be decoded")
    if report.gaps:
        warnings.warn(f"{path}: {len(report.gaps)} of {len(times)} frames could not be decoded", stacklevel=2)
    E_NC, V_NTC = collector.tensors()
    return Memory(
        video=path,
        video_hash=file_hash(path),
        fingerprint=model_fingerprint(model) if fingerprint is None else fingerprint,
        duration=info.duration,
        span=span,
        times=tuple(collector.times),
        E_NC=E_NC,
        V_NTC=V_NTC,
        gaps=gap_spans(report.gaps, span, len(times)),
        seconds={"index": time.perf_counter() - started},
    )


def encode_images(model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, frames: Sequence[Frame]) -> Tensor:
    """High-resolution tokens ``(B, T, C)`` of decoded frames, on the model's device."""
    pixels = processor.pixels([frame.image for frame in frames]).to(model.device, model.dtype)
    with torch.no_grad():
        V_BTC: Tensor = model.encode_frames(pixels)
    return V_BTC


def key_frame_tokens(
    model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, memory: Memory, indices: Sequence[int]
) -> Tensor:
    """V of the frames at `indices` (rising), ``(K, T, C)``: from the memory, or encoded again where V was not kept.

    Raises:
        VideoError: V was not kept and the video is gone, has changed, or does not give the same frames again.
    """
    if memory.V_NTC is not None:
        return memory.V_NTC[list(indices)].to(model.device, model.dtype)
    memory.check_video()
    times = [memory.times[index] for index in indices]
    frames = list(decode_frames(memory.video, times, size=processor.frame_size, mode="exact"))
    if len(frames) != len(times):
        raise VideoError(f"{memory.video}: {len(times) - len(frames)} key frames could not be decoded a second time")
    return encode_images(model, processor, frames)


def gap_spans(gaps: Sequence[Gap], span: Span, planned: int) -> tuple[Span, ...]:
    """The stretches (seconds) that the missing ones of `planned` frames stood for, neighbours joined."""
    piece = span.length / planned
    spans: list[Span] = []
    last = -2
    for index in sorted(gap.index for gap in gaps):
        start = spans.pop().start if index == last + 1 else span.start + index * piece
        spans.append(Span(start, span.start + (index + 1) * piece))
        last = index
    return tuple(spans)


def model_fingerprint(model: MmEgoForConditionalGeneration) -> str:
    """SHA-256 over names, shapes and evenly spaced values of all weights, in hex: equal on every device and precision.

    Values are rounded to bf16 first, so that a checkpoint loaded in float32 and in bf16 has the same fingerprint.
    """
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        flat = tensor.detach().reshape(-1)
        step = max(1, flat.numel() // FINGERPRINT_VALUES)
        values = flat[::step].to(torch.bfloat16).float().cpu().numpy().astype("<f4")
        digest.update(json.dumps([name, list(tensor.shape)]).encode())
        digest.update(values.tobytes())
    return digest.hexdigest()


class _Collector:
    """Gathers the batches' tokens on the CPU. V goes into one block made in advance: joining parts would double it."""

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
