"""Opening any source of narrations: which format it is, which data set, and its videos one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.detect import FORMATS, companion, detect, files_of
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.narrations.readers.epic import read_epic
from mmego.narrations.readers.hd_epic import RISK, read_hd_epic
from mmego.narrations.readers.subtitles import read_subtitles
from mmego.narrations.readers.table import read_table
from mmego.narrations.readers.videos import read_videos
from mmego.records import Narration, VideoMeta

OWN = "own"  # what a source of somebody's own is called where nothing else is said


@dataclass(frozen=True, slots=True)
class NarrationSource:
    """Files of one format, read one after another; a plain value that may be sent to other processes.

    `dataset` is ``ego4d``, ``epic-kitchens``, ``hd-epic``, ``mmego-sim``, or what the user calls a source of their
    own; `videos` is the video list that was named, None to use the one beside each file if there is one.
    """

    dataset: str
    format: str
    paths: tuple[Path, ...]
    videos: Path | None = None
    trust_pickle: bool = False

    def read(self, drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        """Each video once, with its narrations clean and in time order; one video in memory at a time.

        A video none of whose lines survive is given with an empty list. A video that a file before held is dropped.

        Raises:
            InputError: a file is not of the format; names file and, where there are rows, row.
        """
        seen: set[str] = set()
        for path in self.paths:
            listed = self.videos_of(path)
            for meta, narrations in self._read(path, listed, drops):
                if meta.video in seen:
                    drops.add("video told before", f"{path.name}: {meta.video}")
                    drops.add("in a video told before", f"{path.name}: {meta.video}", count=len(narrations))
                    continue
                seen.add(meta.video)
                yield meta, narrations

    def videos_of(self, path: Path) -> Path | None:
        """The video list that goes with one of the files."""
        return self.videos or companion(path, self.format)

    def _read(self, path: Path, listed: Path | None, drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        if self.format in ("ego4d", "mmego-sim"):
            return read_ego4d(path, listed, drops)
        videos = read_videos(listed) if listed is not None else None
        if self.format == "epic-kitchens":
            return read_epic(path, videos, drops)
        if self.format == "hd-epic":
            return read_hd_epic(path, videos, drops, self.trust_pickle)
        if self.format in ("csv", "jsonl"):
            return read_table(path, self.format, videos, drops)
        return read_subtitles(path, videos, drops)


def open_source(
    paths: Sequence[Path],
    format: str = "auto",
    videos: Path | None = None,
    dataset: str | None = None,
    trust_pickle: bool = False,
) -> NarrationSource:
    """Find out what the paths hold; nothing but their beginnings is read.

    Args:
        paths: files or folders (one that `mmego simulate` wrote, Ego4D's, or one of subtitle files), of one format.
        format: one of `FORMATS`, or ``auto`` to look at the content.
        videos: a video list (durations, splits, redacted spans): ``ego4d.json`` or a CSV with ``video_id,duration``.
        dataset: the name to record with the samples; default is the format's own, ``own`` for tables and subtitles.
        trust_pickle: read HD-EPIC's pickle (by a restricted reader).

    Raises:
        InputError: a path is missing, of no known format or of several, or a pickle that nobody said to trust.
    """
    if not paths:
        raise InputError("a source needs at least one file or folder")
    if format != "auto" and format not in FORMATS:
        raise InputError(f"format must be auto or one of {', '.join(FORMATS)}; got {format!r}")
    if videos is not None and not Path(videos).is_file():
        raise InputError(f"no such file: {videos}")
    files = tuple(file for path in paths for file in files_of(Path(path), format))
    found = format if format != "auto" else _common([(file, detect(file)) for file in files])
    if found == "hd-epic" and not trust_pickle:
        raise InputError(f"{files[0]} {RISK}")
    name = dataset or (OWN if found in ("csv", "jsonl", "srt", "vtt") else found)
    return NarrationSource(name, found, files, Path(videos) if videos is not None else None, trust_pickle)


def _common(found: Sequence[tuple[Path, str]]) -> str:
    """The one format of all files; InputError if they differ."""
    formats = sorted({form for _, form in found})
    if len(formats) > 1:
        told = ", ".join(f"{path} is {form}" for path, form in found[:6])
        raise InputError(f"all paths of a source must be of one format, but {told}; read them one format at a time")
    return formats[0]
