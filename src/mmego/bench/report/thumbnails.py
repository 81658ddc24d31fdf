"""Key frames of a benchmark's runs as small pictures for the report page, up to a number."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmego.bench.scoring.scores import Scores
from mmego.errors import VideoError
from mmego.video.files import VideoFiles

WIDTH = 208
QUALITY = 72


@dataclass(slots=True)
class Thumbnails:
    """JPEG bytes by video and time (seconds); `missing` has each video without pictures, and why."""

    pictures: dict[tuple[str, float], bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


def thumbnails(scores: Scores, folder: Path, most: int) -> Thumbnails:
    """Decode at most `most` key frames: the best one of every question and run first, then the second best...

    If not all of one rank fit, those shown are spread evenly over the questions.

    Raises:
        InputError: `folder` does not exist, or holds none of the videos.
    """
    files = VideoFiles(folder)
    files.check(scores.benchmark.videos)
    found = Thumbnails()
    by_video: dict[str, list[float]] = {}
    for video, time in wanted(scores, most):
        by_video.setdefault(video, []).append(time)
    for video, times in by_video.items():
        try:
            for time, jpeg in _decode(files.find(video), sorted(times)):
                found.pictures[video, time] = jpeg
        except VideoError as error:
            found.missing[video] = str(error)
    return found


def wanted(scores: Scores, most: int) -> list[tuple[str, float]]:
    """Return which frames to show, as (video, time in seconds), each once."""
    chosen: dict[tuple[str, float], None] = {}
    runs = [scores.runs[i] for i in scores.seeing]
    deepest = max((len(p.key_frames) for run in runs for p in run.predictions.values()), default=0)
    for rank in range(deepest):
        found: dict[tuple[str, float], None] = {}
        for q in scores.benchmark.questions:
            for run in runs:
                frames = run.predictions[q.id].key_frames
                if rank < len(frames) and not q.inputs and (q.video, frames[rank]) not in chosen:
                    found[q.video, frames[rank]] = None
        fresh, room = list(found), most - len(chosen)
        if len(fresh) > room:
            chosen.update(dict.fromkeys(fresh[i * len(fresh) // room] for i in range(room)))
            break
        chosen.update(found)
    return list(chosen)


def _decode(path: Path, times: Sequence[float]) -> Iterator[tuple[float, bytes]]:
    from PIL import Image

    from mmego.video.decode import decode_frames
    from mmego.video.probe import probe

    info = probe(path)
    wide = min(WIDTH, info.width)
    size = (wide, max(1, round(info.height * wide / info.width)))
    for frame in decode_frames(path, times, size=size, mode="exact", workers=1):
        file = io.BytesIO()
        Image.fromarray(frame.image).save(file, "JPEG", quality=QUALITY)
        yield frame.time, file.getvalue()
