"""Sources of narrations: which format and data set some files are, and their videos one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.detection import companion, detect, files_of
from mmego.narrations.formats import FORMATS
from mmego.narrations.readers.hd_epic import RISK
from mmego.records import Narration, VideoMeta

OWN = "own"
"""The data set's name of a user's own source if you give no other."""


@dataclass(frozen=True, slots=True)
class NarrationSource:
    """Files of one format, read one after another; a plain value that you can send to other processes.

    `dataset` is ``ego4d``, ``epic-kitchens``, ``hd-epic``, ``mmego-sim``, or the user's name for their own source;
    `videos` is the video list that the user gave, None to use the one beside each file if there is one.
    """

    dataset: str
    format: str
    paths: tuple[Path, ...]
    videos: Path | None = None
    trust_pickle: bool = False

    def read(self, drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        """Yield each video once, with its narrations clean and in time order; one video in memory at a time.

        A video none of whose lines survive has an empty list. A video that an earlier file holds is dropped.

        Raises:
            InputError: a file does not have the format; the message names file and, where there are rows, row.
        """
        seen: set[str] = set()
        read = FORMATS[self.format].read
        for path in self.paths:
            for meta, narrations in read(path, self.videos_of(path), drops, self.trust_pickle):
                if meta.video in seen:
                    drops.add("video narrated before", f"{path.name}: {meta.video}")
                    drops.add("in a video narrated before", f"{path.name}: {meta.video}", count=len(narrations))
                    continue
                seen.add(meta.video)
                yield meta, narrations

    def videos_of(self, path: Path) -> Path | None:
        """Return the video list that belongs to one of the files."""
        return self.videos or companion(path, self.format)


def open_source(
    paths: Sequence[Path],
    format: str = "auto",
    videos: Path | None = None,
    dataset: str | None = None,
    trust_pickle: bool = False,
) -> NarrationSource:
    """Find out what the paths hold; reads only the first bytes of each file.

    Args:
        paths: files or folders (one that `mmego simulate` wrote, Ego4D's, or one of subtitle files), of one format.
        format: one of `FORMATS`, or ``auto`` to look at the content.
        videos: a video list (durations, splits, redacted spans): ``ego4d.json`` or a CSV with ``video_id,duration``.
        dataset: the name to record with the samples; default is the format's own, ``own`` for tables and subtitles.
        trust_pickle: read HD-EPIC's pickle (with a restricted reader).

    Raises:
        InputError: a path is missing, has no known format or several, or is a pickle without `trust_pickle`.
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
    name = dataset or (OWN if FORMATS[found].own else found)
    return NarrationSource(name, found, files, Path(videos) if videos is not None else None, trust_pickle)


def _common(found: Sequence[tuple[Path, str]]) -> str:
    """Return the one format of all files, or raise InputError if they differ."""
    formats = sorted({form for _, form in found})
    if len(formats) > 1:
        each = ", ".join(f"{path} is {form}" for path, form in found[:6])
        raise InputError(f"all paths of a source must be of one format, but {each}; read them one format at a time")
    return formats[0]
