"""Conversations as training JSON of the LLaVA family: one array, written row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from mmego.files import VIDEO_ENDINGS, atomic_path
from mmego.narrations.clean import Drops
from mmego.records import QA, Span, Turn
from mmego.video.files import VideoFiles
from mmego.video.sampling import frame_times

MediaToken = Literal["<image>", "<video>"]
MEDIA_TOKENS: tuple[MediaToken, ...] = ("<image>", "<video>")


def with_video(samples: Iterable[QA], files: VideoFiles, drops: Drops) -> Iterator[QA]:
    """Yield the samples whose video exists. The others are counted as ``no_video_file``."""
    for sample in samples:
        if files.path_of(sample.video) is None:
            drops.add("no_video_file", sample.video)
        else:
            yield sample


def without_media_tokens(samples: Iterable[QA], drops: Drops) -> Iterator[QA]:
    """Yield the samples without turns that contain a media token: a trainer would put a second video there.

    A dropped turn is counted as ``media_token``, a conversation without turns as ``no_turns``.
    """
    for sample in samples:
        turns = tuple(turn for turn in sample.turns if not _has_token(turn, drops))
        if turns:
            yield replace(sample, turns=turns)
        else:
            drops.add("no_turns", sample.id)


def _has_token(turn: Turn, drops: Drops) -> bool:
    text = f"{turn.question} {turn.answer}"
    if not any(token in text for token in MEDIA_TOKENS):
        return False
    drops.add("media_token", text)
    return True


def key_frame_indices(spans: Iterable[Span], times: list[float]) -> list[int]:
    """Return the indices of the sampled frames in the key spans. A span without a frame takes the nearest one."""
    chosen: set[int] = set()
    for span in spans:
        inside = [index for index, time in enumerate(times) if span.holds(time)]
        middle = (span.start + span.end) / 2
        chosen.update(inside or [min(range(len(times)), key=lambda index: abs(times[index] - middle))])
    return sorted(chosen)


def llava_row(
    sample: QA,
    token: MediaToken,
    files: VideoFiles | None = None,
    frames: int | None = None,
    per_clip: bool = False,
) -> dict[str, Any]:
    """Return one conversation as trainers of the LLaVA family read it.

    They read ``id``, ``video`` and ``conversations`` and ignore the rest: ``clip`` and each turn's ``key_spans``
    (seconds from the start of the video), ``categories``, ``source``. With `frames`, the row also has the times of so
    many frames, evenly spread over the clip, and each turn's ``key_frames`` as indices of these times.

    Args:
        sample: a conversation that went through `without_media_tokens`.
        token: the token for the video in the first question.
        files: where ``video`` is looked up. Without it, ``video`` is the video's name with ``.mp4``.
        frames: number of frames to label, at least 1.
        per_clip: ``video`` is a file of the clip only, named by the sample's id; ``whole_video`` is the video.
    """
    talk: list[dict[str, str]] = []
    for turn in sample.turns:
        lead = "" if talk else f"{token}\n"
        talk.append({"from": "human", "value": lead + turn.question})
        talk.append({"from": "gpt", "value": turn.answer})
    whole = sample.to_json()
    video = (files.path_of(sample.video) if files else None) or _with_suffix(sample.video)
    # Percent-encoding for signs that a file name cannot have: two ids never become one name.
    named = {"video": f"{quote(sample.id, safe='')}.mp4", "whole_video": video} if per_clip else {"video": video}
    row: dict[str, Any] = {
        "id": sample.id,
        **named,
        "conversations": talk,
        "clip": whole["clip"],
        "key_spans": [turn["key_spans"] for turn in whole["turns"]],
        "categories": [turn["category"] for turn in whole["turns"]],
        "source": whole["source"],
    }
    if frames is not None:
        # A clip of length 0 gives one moment. Its end may be 0, which is not a duration.
        times = frame_times(max(sample.clip.end, 1e-3), frames, None, sample.clip)
        row["frame_times"] = times
        row["key_frames"] = [key_frame_indices(turn.key_spans, times) for turn in sample.turns]
    return row


def _with_suffix(video: str) -> str:
    return video if Path(video).suffix.lower() in VIDEO_ENDINGS else f"{video}.mp4"


def write_array(path: Path, rows: Iterable[Any]) -> int:
    """Write `rows` as one JSON array, one row per line, whole or not at all. Return their number."""
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write("[")
        for row in rows:
            file.write(",\n" if count else "\n")
            file.write(json.dumps(row, ensure_ascii=False))
            count += 1
        file.write("\n]\n")
    return count
