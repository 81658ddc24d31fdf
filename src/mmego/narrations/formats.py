"""The table of narration formats, `FORMATS`: one row says how to recognise a format and how to read it.

To add a format, write its reader in `readers/` and add a row here. Subtitles are in `readers/subtitles.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mmego.narrations.clean import Drops
from mmego.narrations.readers.ego4d import is_ego4d, read_ego4d
from mmego.narrations.readers.epic import is_epic, read_epic
from mmego.narrations.readers.hd_epic import read_hd_epic
from mmego.narrations.readers.subtitles import is_srt, is_vtt, read_subtitles
from mmego.narrations.readers.table import is_csv, is_jsonl, read_table
from mmego.narrations.readers.video_list import read_video_list
from mmego.records import Narration, VideoMeta

Videos = Iterator[tuple[VideoMeta, list[Narration]]]
Read = Callable[[Path, Path | None, Drops, bool], Videos]
"""Read a file, given its video list (None if there is none), the counter of drops, and whether to trust a pickle."""


@dataclass(frozen=True, slots=True)
class NarrationFormat:
    """One format of narration files."""

    title: str
    """What the files are, in a few words."""
    read: Read
    """Gives the videos of a file, each with its narrations."""
    matches: Callable[[str], bool] | None = None
    """True if a file that begins with this text has the format; None if text alone cannot tell (see `detect`)."""
    video_lists: tuple[str, ...] = ()
    """Official names of the video list that lies beside a file."""
    own: bool = False
    """True for a user's own data, False for a published data set."""
    ending: str | None = None
    """Ending of the files in a folder that holds one file a video."""


def _read_ego4d(path: Path, video_list: Path | None, drops: Drops, trust_pickle: bool) -> Videos:
    return read_ego4d(path, video_list, drops)


def _with_list(
    read: Callable[[Path, dict[str, VideoMeta] | None, Drops], Videos],
    path: Path,
    video_list: Path | None,
    drops: Drops,
    trust_pickle: bool,
) -> Videos:
    """Read the video list first, then the file."""
    return read(path, read_video_list(video_list) if video_list is not None else None, drops)


def _read_hd_epic(path: Path, video_list: Path | None, drops: Drops, trust_pickle: bool) -> Videos:
    return read_hd_epic(path, read_video_list(video_list) if video_list is not None else None, drops, trust_pickle)


def _read_csv(path: Path, videos: dict[str, VideoMeta] | None, drops: Drops) -> Videos:
    return read_table(path, "csv", videos, drops)


def _read_jsonl(path: Path, videos: dict[str, VideoMeta] | None, drops: Drops) -> Videos:
    return read_table(path, "jsonl", videos, drops)


_SUBTITLES = partial(_with_list, read_subtitles)
FORMATS: dict[str, NarrationFormat] = {
    "ego4d": NarrationFormat("Ego4D's narration.json", _read_ego4d, is_ego4d, ("ego4d.json",)),
    "mmego-sim": NarrationFormat("a folder that mmego simulate wrote", _read_ego4d, None, ("ego4d.json",)),
    "epic-kitchens": NarrationFormat(
        "EPIC_100_train.csv or EPIC_100_validation.csv",
        partial(_with_list, read_epic),
        is_epic,
        ("EPIC_100_video_info.csv",),
    ),
    "hd-epic": NarrationFormat("HD_EPIC_Narrations.pkl", _read_hd_epic),
    "csv": NarrationFormat(
        "a table with the columns video,start,end,text", partial(_with_list, _read_csv), is_csv, own=True
    ),
    "jsonl": NarrationFormat(
        'one {"video", "start", "end", "text"} a line', partial(_with_list, _read_jsonl), is_jsonl, own=True
    ),
    "srt": NarrationFormat("subtitles, one file a video", _SUBTITLES, is_srt, own=True, ending=".srt"),
    "vtt": NarrationFormat("WebVTT subtitles, one file a video", _SUBTITLES, is_vtt, own=True, ending=".vtt"),
}
