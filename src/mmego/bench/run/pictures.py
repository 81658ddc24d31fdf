"""Evenly spaced frames of one or several videos as JPEG pictures, for models behind a server."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

from mmego.bench.data.videos import share_frames, shown_length
from mmego.bench.run.models import ShownVideo
from mmego.errors import VideoError
from mmego.video.decode import decode_frames, probe
from mmego.video.sampling import frame_times

QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame with its video's name and its times in seconds.

    `time` is in that video; `joined_time` runs on through the parts shown of several videos (for one video: the same).
    """

    video: str
    time: float
    joined_time: float
    jpeg: bytes

    @property
    def url(self) -> str:
        """The picture as a ``data:`` address."""
        return f"data:image/jpeg;base64,{base64.b64encode(self.jpeg).decode('ascii')}"


def pictures(videos: Sequence[ShownVideo], keep: int, longest: int) -> list[Picture]:
    """Return the middles of `keep` equal parts of the videos, in order; fewer if a file lacks some.

    Args:
        videos: with the parts of them to show.
        keep: pictures over all videos, at least one for each.
        longest: pixels of a picture's longer side; smaller videos are not enlarged.

    Raises:
        VideoError: a file that cannot be read, or none of its frames.
        InputError: a clip outside its video, or fewer pictures than videos.
    """
    lengths = [shown_length(video.clip, probe(video.path).duration) for video in videos]
    found: list[Picture] = []
    before = 0.0
    for video, length, count in zip(videos, lengths, share_frames(lengths, keep), strict=True):
        start = 0.0 if video.clip is None else max(0.0, video.clip.start)
        found += _of_one(video, count, longest, before - start if len(videos) > 1 else 0.0)
        before += length
    return found


def _of_one(video: ShownVideo, count: int, longest: int, offset: float) -> list[Picture]:
    info = probe(video.path)
    times = frame_times(info.duration, count, None, video.clip)
    scale = min(1.0, longest / max(info.width, info.height))
    size = (max(1, round(info.width * scale)), max(1, round(info.height * scale)))
    # Exact frames of a few dozen cost little, and none lies before its clip as a keyframe may.
    found = [
        Picture(video.name, frame.time, frame.time + offset, _jpeg(frame.image))
        for frame in decode_frames(video.path, times, size=size, mode="exact")
    ]
    if not found:
        raise VideoError(f"{video.path}: none of the {count} frames could be decoded")
    return found


def _jpeg(image: object) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=QUALITY)  # type: ignore[arg-type]
    return file.getvalue()
