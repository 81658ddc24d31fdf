"""EgoLifeQA and EgoMemReason: questions asked at a moment of a week that one person wore a camera for.

    EgoLifeQA_A1_JAKE.json     [{"ID", "query_time": {"date": "DAY1", "time": "11210217"}, "type", "question",
                                 "choice_a" ... "choice_d", "answer": "B", ...}]
    annotations_public.jsonl   {"example_id", "p_id", "identity": "A1_JAKE", "query_time": "DAY7, 19:00:00",
    (EgoMemReason)              "question", "options": {"A": ..., "B": ...}, "query_type", "correct_answer"}

The week lies in clips of about 30 s, called ``DAY1_A1_JAKE_11094208``: day, person, hour, minute, second, frame. What
was seen after the query time must not be shown. With a folder of videos a question lists the clips up to then, in
order, the last one cut; without it, its video is ``A1_JAKE/clock``, whose second 0 is midnight before DAY1, and no file
is called that: it can be asked blind only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mmego.bench.importers.rows import LETTERS, Imported, Row, Wishes, multiple_choice, read_rows
from mmego.errors import InputError, VideoError
from mmego.records import MCQ, Span, VideoInput
from mmego.video.files import VideoFiles
from mmego.video.probe import probe

OPTIONS = 4
LEAST, MOST = 4, 10
"""How many options EgoMemReason's questions have."""
QUERY_TYPES = (
    *("Cumulative State Tracking", "Temporal Counting", "Event Ordering"),
    *("Event Linking", "Spatial Preference", "Activity Pattern"),
)
_EARLIER_TYPES = frozenset(
    {"temporal_ordering", "temporal_reasoning", "state_tracking", "spatial_tracking", "multi_entity", "semantic_event"}
)
_DAY = 86400.0
_MAY_REACH = 120.0  # no clip is longer: one that started earlier than this ends before the query
_IDENTITY = re.compile(r"A\d_[A-Z]+")
_CLIP = re.compile(r"DAY([1-9]\d*)_(A\d_[A-Z]+)_(\d{8})")
_DATE = re.compile(r"DAY([1-9]\d*)", re.IGNORECASE)
_CLOCK = re.compile(r"(\d\d?)([0-5]\d)([0-5]\d)(\d\d)")
_QUERY = re.compile(r"(DAY[1-9]\d*),\s*(\d\d?):([0-5]\d):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time on the week's clock, seconds from midnight before DAY1, and for certain no later than `latest`.

    The last two digits of a time are said to be frames at 20 a second, and nothing published says what 20 and more
    would mean; `seconds` reads them as hundredths, `latest` as twentieths, so that between the two it is right.
    """

    seconds: float
    latest: float


def read_egolifeqa(files: Sequence[Path], wishes: Wishes) -> Imported:
    """EgoLifeQA; the category is the question's type. The person comes from the file's name, or from ``identity``."""
    found, week = Imported(), Week(wishes.videos)
    for path in files:
        for row in read_rows(path):
            found.add(row, _egolifeqa(row, week))
    return found


def read_egomemreason(files: Sequence[Path], wishes: Wishes) -> Imported:
    """EgoMemReason, from a file that has the answers; the category is ``query_type``."""
    found, week = Imported(), Week(wishes.videos)
    for path in files:
        for row in read_rows(path):
            found.add(row, _egomemreason(row, week))
    return found


def _egolifeqa(row: Row, week: Week) -> MCQ:
    row = row.named(f"{row.name} (ID {row.text('ID')})")
    person = row.text("identity") if "identity" in row.values else _person_of(row)
    query = row.need("query_time")
    if not isinstance(query, Mapping):
        raise row.fault(f"'query_time' must have date and time, got {query!r}")
    asked = Row(row.file, f"{row.name}: query_time", query)
    moment = _moment(asked, asked.text("date"), asked.text("time"))
    if "choice_e" in row.values:
        raise row.fault(f"must have {OPTIONS} options, got more")
    options = row.options([row.need(f"choice_{letter}") for letter in "abcd"], OPTIONS)
    answer = row.letter(row.need("answer"), OPTIONS, "answer")
    return _asked(row, week, "egolifeqa", f"{person}-{row.text('ID')}", person, moment, options, answer, "type")


def _egomemreason(row: Row, week: Week) -> MCQ:
    row = row.named(f"{row.name} ({row.text('p_id')})")
    kind = row.text("query_type")
    if kind in _EARLIER_TYPES:
        raise row.fault(f"query_type {kind!r} is a name from before the release of May 2026; give v1.1 of the file")
    row.choice("query_type", QUERY_TYPES)
    if "correct_answer" not in row.values:
        raise row.fault(
            "lacks 'correct_answer': the public file has questions without answers, which the leaderboard keeps to "
            "itself; to score here, give a file whose rows have it"
        )
    options = row.need("options")
    if not isinstance(options, Mapping) or list(options) != list(LETTERS[: len(options)]):
        raise row.fault("'options' must be texts under the letters A, B, C and so on")
    texts = row.options(list(options.values()), LEAST, MOST)
    query = _QUERY.fullmatch(row.text("query_time"))
    if query is None:
        raise row.fault(f"'query_time' is written 'DAY7, 19:00:00', got {row.text('query_time')!r}")
    moment = _moment(row, query[1], f"{int(query[2]):02}{query[3]}{query[4]}00")
    answer = row.letter(row.need("correct_answer"), len(texts), "correct_answer")
    person = row.text("identity")
    return _asked(row, week, "egomemreason", row.text("p_id"), person, moment, texts, answer, "query_type")


def _asked(
    row: Row,
    week: Week,
    dataset: str,
    name: str,
    person: str,
    moment: Moment,
    options: tuple[str, ...],
    answer: int,
    category: str,
) -> MCQ:
    inputs = week.until(row, person, moment)
    return multiple_choice(
        row,
        dataset,
        id=name,
        video=inputs[0].video if inputs else f"{person}/clock",
        clip=inputs[0].clip if inputs else Span(0.0, moment.seconds),
        question=row.text("question"),
        options=options,
        answer=answer,
        category=row.text(category),
        inputs=inputs,
    )


def _person_of(row: Row) -> str:
    name = _IDENTITY.search(row.file.stem)
    if name is None:
        raise row.fault("whose week is it? the file's name has no A1_JAKE in it, and the row no 'identity'")
    return name[0]


def _moment(row: Row, date: str, time: str) -> Moment:
    """From ``DAY1`` and ``11210217``; a time of 7 digits lacks the hour's leading zero."""
    day, clock = _DATE.fullmatch(date), _CLOCK.fullmatch(time)
    if day is None or clock is None or int(clock[1]) > 23:
        raise row.fault(f"a moment is DAYn and hhmmssff, got {date!r} and {time!r}")
    return _on_clock(int(day[1]), time.zfill(8))


def _on_clock(day: int, digits: str) -> Moment:
    hours, minutes, seconds, frame = (int(digits[n : n + 2]) for n in (0, 2, 4, 6))
    whole = (day - 1) * _DAY + 3600 * hours + 60 * minutes + seconds
    return Moment(whole + frame / 100, whole + min(frame, 20) / 20)


@dataclass(slots=True)
class Week:
    """The clips of every person that are in a folder of videos, in order; none without a folder."""

    files: VideoFiles | None
    clips: dict[str, list[tuple[Moment, VideoInput]]] = field(default_factory=dict)
    lengths: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.files.names if self.files else ():
            parts = _CLIP.fullmatch(name)
            if parts is not None:
                digits = parts[3]
                clip = VideoInput(f"DAY{parts[1]} {digits[:2]}:{digits[2:4]}:{digits[4:6]}", name)
                self.clips.setdefault(parts[2], []).append((_on_clock(int(parts[1]), digits), clip))
        for clips in self.clips.values():
            clips.sort(key=lambda pair: (pair[0].seconds, pair[1].video))

    def until(self, row: Row, person: str, query: Moment) -> tuple[VideoInput, ...]:
        """What the person had seen by then: whole clips, and those that run past the query time cut at it.

        Raises:
            InputError: a folder was given and holds no clip of this person from before the query.
        """
        if self.files is None:
            return ()
        clips = self.clips.get(person, [])
        before = clips[: bisect_left(clips, query.seconds, key=lambda pair: pair[0].latest)]
        cut = (self._cut(row, clip, query.seconds - start.latest) for start, clip in before)
        seen = tuple(clip for clip in cut if clip is not None)
        if not seen:
            raise row.fault(f"{self.files.folder} holds no clip of {person} from before the query time")
        return seen

    def _cut(self, row: Row, clip: VideoInput, left: float) -> VideoInput | None:
        """The clip, or as much of it as lies in the `left` seconds before the query."""
        if left > _MAY_REACH:
            return clip
        if clip.video not in self.lengths:
            self.lengths[clip.video] = self._length(row, clip.video)
        if left >= self.lengths[clip.video]:
            return clip
        return VideoInput(clip.name, clip.video, Span(0.0, left)) if left > 0 else None

    def _length(self, row: Row, video: str) -> float:
        assert self.files is not None
        path = self.files.path_of(video)
        assert path is not None
        try:
            return probe(self.files.folder / path).duration
        except VideoError as error:
            raise InputError(f"{row.file}: {row.name}: {error}") from error
