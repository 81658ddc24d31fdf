"""EgoLifeQA and EgoMemReason: questions asked at a moment of a week that one person filmed.

    EgoLifeQA_A1_JAKE.json     [{"ID", "query_time": {"date": "DAY1", "time": "11210217"}, "type", "question",
                                 "choice_a" ... "choice_d", "answer": "B", ...}]
    annotations_public.jsonl   {"example_id", "p_id", "identity": "A1_JAKE", "query_time": "DAY7, 19:00:00",
    (EgoMemReason)              "question", "options": {"A": ..., "B": ...}, "query_type", "correct_answer"}

A question must not show what happened after its query time. With a folder of videos it lists the clips up to then, in
order, the last one cut (`egolife_week.Week`). Without it, its video is ``A1_JAKE/clock``, which starts at midnight
before DAY1; there is no such file, so you can ask the question blind only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from mmego.bench.importers.egolife_week import QueryMoment, Week, time_of_day
from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.rows import LETTERS, Imported, ImportSettings, Row, multiple_choice
from mmego.records import MCQ, Span

CHOICES = 4
LEAST, MOST = 4, 10
"""The number of choices of EgoMemReason's questions."""
QUERY_TYPES = (
    *("Cumulative State Tracking", "Temporal Counting", "Event Ordering"),
    *("Event Linking", "Spatial Preference", "Activity Pattern"),
)
_EARLIER_TYPES = frozenset(
    {"temporal_ordering", "temporal_reasoning", "state_tracking", "spatial_tracking", "multi_entity", "semantic_event"}
)
_IDENTITY = re.compile(r"A\d_[A-Z]+")
_DATE = re.compile(r"DAY([1-9]\d{0,4})", re.IGNORECASE)
_CLOCK = re.compile(r"(\d\d?)([0-5]\d)([0-5]\d)(\d\d)")
_QUERY = re.compile(r"(DAY[1-9]\d{0,4}),\s*(\d\d?):([0-5]\d):([0-5]\d)")


def read_egolifeqa(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read EgoLifeQA; the category is the question's type. The person is in the file's name or in ``identity``."""
    found, week = Imported(settings.strict), Week(settings.videos)
    for path in files:
        for row in read_rows(path):
            found.take(row, partial(_egolifeqa, week=week))
    found.lengths, found.covered = week.lengths, week.covered
    return found


def read_egomemreason(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read EgoMemReason from a file that has the answers; the category is ``query_type``."""
    found, week = Imported(settings.strict), Week(settings.videos)
    for path in files:
        for row in read_rows(path):
            found.take(row, partial(_egomemreason, week=week))
    found.lengths, found.covered = week.lengths, week.covered
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
        raise row.fault(f"must have {CHOICES} choices, got more")
    choices = row.choices([row.need(f"choice_{letter}") for letter in "abcd"], CHOICES)
    answer = row.letter(row.need("answer"), CHOICES, "answer")
    return _asked(row, week, "egolifeqa", f"{person}-{row.text('ID')}", person, moment, choices, answer, "type")


def _egomemreason(row: Row, week: Week) -> MCQ:
    row = row.named(f"{row.name} ({row.text('p_id')})")
    kind = row.text("query_type")
    if kind in _EARLIER_TYPES:
        raise row.fault(f"query_type {kind!r} is a name from before the release of May 2026; give v1.1 of the file")
    row.one_of("query_type", QUERY_TYPES)
    if "correct_answer" not in row.values:
        raise row.fault(
            "lacks 'correct_answer': the public file has questions without answers, which the leaderboard keeps to "
            "itself; to score here, give a file whose rows have it"
        )
    choices = row.need("options")
    if not isinstance(choices, Mapping) or list(choices) != list(LETTERS[: len(choices)]):
        raise row.fault("'options' must be texts under the letters A, B, C and so on")
    texts = row.choices(list(choices.values()), LEAST, MOST)
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
    moment: QueryMoment,
    choices: tuple[str, ...],
    answer: int,
    category: str,
) -> MCQ:
    inputs = week.until(row, name, person, moment)
    return multiple_choice(
        row,
        dataset,
        id=name,
        video=inputs[0].video if inputs else f"{person}/clock",
        clip=inputs[0].clip if inputs else Span(0.0, moment.seconds),
        question=row.text("question"),
        choices=choices,
        answer=answer,
        category=row.text(category),
        inputs=inputs,
    )


def _person_of(row: Row) -> str:
    name = _IDENTITY.search(row.file.stem)
    if name is None:
        raise row.fault("the person is unknown: the file's name has no A1_JAKE in it, and the row no 'identity'")
    return name[0]


def _moment(row: Row, date: str, time: str) -> QueryMoment:
    """Return the moment of ``DAY1`` and ``11210217``; a time of 7 digits lacks the hour's leading zero."""
    day, clock = _DATE.fullmatch(date), _CLOCK.fullmatch(time)
    if day is None or clock is None or int(clock[1]) > 23:
        raise row.fault(f"a moment is DAYn and hhmmssff, got {date!r} and {time!r}")
    return time_of_day(int(day[1]), time.zfill(8))
