"""The clips of a week of EgoLife that are in a folder, and what a person had seen of them at a moment.

A week consists of clips of about 30 s, called ``DAY1_A1_JAKE_11094208``: day, person, hour, minute, second, frame.
Every clip that is shown is opened, whatever its name says: only its length shows that it ends before the query.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from tqdm import tqdm

from mmego.bench.importers.rows import Coverage, Row
from mmego.errors import VideoError
from mmego.records import Span, VideoInput
from mmego.video.files import VideoFiles
from mmego.video.probe import probe

_DAY = 86400.0
_CLIP = re.compile(r"DAY([1-9]\d{0,4})_(A\d_[A-Z]+)_(\d{8})")


@dataclass(frozen=True, slots=True)
class QueryMoment:
    """A time of the week, in seconds from midnight before DAY1; certainly no later than `latest`.

    The last two digits of a time are said to be frames at 20 a second, but published times go beyond 20. `seconds`
    reads them as hundredths, `latest` as twentieths; the truth lies between the two.
    """

    seconds: float
    latest: float

    @property
    def day(self) -> int:
        """1 for DAY1."""
        return int(self.seconds // _DAY) + 1


def time_of_day(day: int, digits: str) -> QueryMoment:
    """Return the moment of 1 and ``11094208``."""
    hours, minutes, seconds, frame = (int(digits[n : n + 2]) for n in (0, 2, 4, 6))
    whole = (day - 1) * _DAY + 3600 * hours + 60 * minutes + seconds
    return QueryMoment(whole + frame / 100, whole + min(frame, 20) / 20)


@dataclass(slots=True)
class Week:
    """The clips of every person in a folder of videos, in order; none without a folder.

    `lengths` are those of the clips opened so far, `covered` is the coverage of each question.
    """

    files: VideoFiles | None
    clips: dict[str, list[tuple[QueryMoment, VideoInput]]] = field(default_factory=dict)
    lengths: dict[str, float | None] = field(default_factory=dict)
    covered: dict[str, Coverage] = field(default_factory=dict)
    _whole: dict[str, VideoInput] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.files.names if self.files else ():
            parts = _CLIP.fullmatch(name)
            if parts is not None:
                digits = parts[3]
                clip = VideoInput(f"DAY{parts[1]} {digits[:2]}:{digits[2:4]}:{digits[4:6]}", name)
                self.clips.setdefault(parts[2], []).append((time_of_day(int(parts[1]), digits), clip))
        for clips in self.clips.values():
            clips.sort(key=lambda pair: (pair[0].seconds, pair[1].video))

    def until(self, row: Row, question: str, person: str, query: QueryMoment) -> tuple[VideoInput, ...]:
        """Return what the person had seen by then, each clip with its end: whole, or cut at the query time.

        Raises:
            RowError: the folder has no clip of this person from before the query, or one that cannot be opened.
        """
        if self.files is None:
            return ()
        clips = self.clips.get(person, [])
        before = clips[: bisect_left(clips, query.seconds, key=lambda pair: pair[0].latest)]
        if not before:
            raise row.fault(f"{self.files.folder} holds no clip of {person} from before the query time")
        self._open(row, [clip for _, clip in before if clip.video not in self._whole])
        seen = [(start, self._cut(clip, query.seconds - start.latest)) for start, clip in before]
        self.covered[question] = _coverage(seen, query)
        return tuple(clip for _, clip in seen)

    def _open(self, row: Row, clips: Sequence[VideoInput]) -> None:
        """Find where each clip ends, and keep one object for all questions with a whole clip: a week has 5,000."""
        # A bar on a terminal only, and only for many clips.
        for clip in tqdm(clips, "opening clips", unit="clip", leave=False, disable=None if len(clips) > 50 else True):
            length = self.lengths[clip.video] = self._length(row, clip.video)
            self._whole[clip.video] = VideoInput(clip.name, clip.video, Span(0.0, length))

    def _cut(self, clip: VideoInput, left: float) -> VideoInput:
        """Return the clip, or as much of it as lies in the `left` seconds before the query."""
        whole = self._whole[clip.video]
        assert whole.clip is not None
        return whole if whole.clip.end <= left else VideoInput(clip.name, clip.video, Span(0.0, left))

    def _length(self, row: Row, video: str) -> float:
        assert self.files is not None
        path = self.files.path_of(video)
        assert path is not None
        try:
            return probe(self.files.folder / path).duration
        except VideoError as error:
            raise row.fault(str(error)) from error


def _coverage(seen: Sequence[tuple[QueryMoment, VideoInput]], query: QueryMoment) -> Coverage:
    """Return the coverage by the clips up to the query, in order; what two of them show at once counts once."""
    shown, reached = 0.0, 0.0
    for start, clip in seen:
        assert clip.clip is not None
        end = start.seconds + clip.clip.end
        shown += max(0.0, end - max(start.seconds, reached))
        reached = max(reached, end)
    days = {start.day for start, _ in seen}
    return Coverage(shown, query.seconds, tuple(f"DAY{day}" for day in range(1, query.day + 1) if day not in days))
