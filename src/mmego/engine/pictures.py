"""Key frames as small JPEG pictures for a report."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from mmego.errors import VideoError
from mmego.memory.memory import Memory
from mmego.video.decode import decode_frames, probe


def frame_jpegs(memory: Memory, times: Sequence[float], width: int, stale_ok: bool) -> dict[float, bytes]:
    """Return JPEG bytes by time of the memory's video at `times` (seconds, rising), at most `width` pixels wide.

    Times without a picture are left out.

    Raises:
        VideoError: the video is gone or has changed since it was indexed; with `stale_ok` the result is empty instead.
    """
    if not times:
        return {}
    try:
        memory.check_video()
    except VideoError:
        if stale_ok:
            return {}
        raise
    info = probe(memory.video)
    wide = min(width, info.width)
    size = (wide, max(1, round(info.height * wide / info.width)))
    pictures = {}
    for frame in decode_frames(memory.video, list(times), size=size, mode="exact"):
        file = io.BytesIO()
        Image.fromarray(frame.image).save(file, "JPEG", quality=82)
        pictures[frame.time] = file.getvalue()
    return pictures
