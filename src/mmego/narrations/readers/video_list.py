"""Reader of video lists (durations, splits): ``ego4d.json``, or a CSV such as ``EPIC_100_video_info.csv``."""

from __future__ import annotations

import math
from pathlib import Path

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.json_stream import stream_array
from mmego.narrations.readers.lines import seconds, without_ending
from mmego.narrations.readers.number_marks import Marks
from mmego.narrations.readers.rows import csv_rows, open_text, read_header
from mmego.records import Span, VideoMeta

NAMES = ("video_id", "video", "video_uid")
DURATIONS = ("duration", "duration_sec")


def read_video_list(path: Path) -> dict[str, VideoMeta]:
    """Read a video list by name: Ego4D's JSON form, or a CSV with a name, a duration and perhaps a split column.

    A name with the ending of a video file can also be found without it (`lines.find_video`).

    Raises:
        InputError: the file is neither, or a video has no name or no duration.
    """
    path = Path(path)
    with open_text(path) as file:
        is_json = file.read(4096).lstrip()[:1] in ("{", "[")
    videos = _from_json(path) if is_json else _from_csv(path)
    # "walk.mp4" in the list is the narrations' "walk", unless another row has that name.
    for name, meta in list(videos.items()):
        videos.setdefault(without_ending(name), meta)
    if not videos:
        raise InputError(f"{path}: holds no videos")
    return videos


def _from_json(path: Path) -> dict[str, VideoMeta]:
    videos: dict[str, VideoMeta] = {}
    for row in stream_array(path, "videos"):
        try:
            redacted = tuple(
                Span(float(part["canonical_video_start_sec"]), float(part["canonical_video_end_sec"]))
                for part in row.get("video_components") or ()
                if part.get("redacted")
            )
            duration = float(row["duration_sec"])
            if not 0 <= duration < math.inf:
                raise ValueError(duration)
            videos[row["video_uid"]] = VideoMeta(row["video_uid"], duration, row.get("split_em") or None, redacted)
        except (AttributeError, KeyError, TypeError, ValueError, InputError) as error:
            raise InputError(
                f"{path}: a video needs video_uid, duration_sec and, if redacted, canonical_video_start_sec and "
                f"canonical_video_end_sec; got {str(row)[:200]}"
            ) from error
    return videos


def _from_csv(path: Path) -> dict[str, VideoMeta]:
    with open_text(path) as file:
        header = read_header(file)
    names = header.names
    name = next((n for n in NAMES if n in names), None)
    duration = next((n for n in DURATIONS if n in names), None)
    if name is None or duration is None:
        raise InputError(
            f"{path}:{header.lines}: a video list needs one of the columns {', '.join(NAMES)} and one of "
            f"{', '.join(DURATIONS)}; it has {', '.join(names)}"
        )
    videos: dict[str, VideoMeta] = {}
    broken, marks = Drops(), Marks(header.delimiter)
    rows = list(csv_rows(path, (name, duration), broken))
    for _, row in rows:
        marks.see(row[duration])
    for where, row in rows:
        length, video = seconds(row[duration], marks), row[name].strip()
        if not video or length is None or length < 0:
            raise InputError(f"{path} ({where}): a video needs a name and a duration in seconds, got {row}")
        videos[video] = VideoMeta(video, length, row.get("split", "").strip() or None)
    if broken.counts:
        raise InputError(f"{path}: {broken.examples['wrong number of cells'][0]}")
    return videos
