"""Video-MME: the Parquet table of the Hugging Face data set (or the same rows as JSON), one question a row.

    {"video_id": "001", "duration": "short", "domain", "sub_category", "url", "videoID": YouTube's, "question_id":
     "001-1", "task_type", "question", "options": ["A. Apples.", ...4], "answer": "C"}

Video files are named by `videoID`. `duration` is a word (under 2 min, 4 to 15 min, 30 to 60 min), not a length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from mmego.bench.importers.entries import read_rows
from mmego.bench.importers.rows import LETTERS, Imported, ImportSettings, Row, multiple_choice, one_file
from mmego.errors import InputError
from mmego.records import MCQ

DATASET = "video-mme"
CHOICES = 4
DURATIONS = ("short", "medium", "long")
COLUMNS = frozenset(
    ("video_id", "duration", "domain", "sub_category", "videoID", "question_id", "task_type", "question", "options")
) | {"answer", "duration_category", "questions", "language"}
"""The columns to read; the last three only reveal earlier versions."""
_LETTERED = re.compile(r"([A-Z])\s?[.):]\s*(.*\S)", re.DOTALL)


def read_video_mme(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read all questions; the category is the task type, the split the word for the duration."""
    path = one_file(files, "Video-MME's test-00000-of-00001.parquet")
    found = Imported(settings.strict)
    rows = read_rows(path, COLUMNS)
    _check_version(path, rows[0])
    for row in rows:
        found.take(row, _question)
    return found


def _question(row: Row) -> MCQ:
    row = row.named(f"{row.name} ({row.text('question_id')})")
    for key in ("video_id", "domain", "sub_category"):
        row.text(key)
    choices = row.choices(_as_list(row.need("options")), CHOICES)
    return multiple_choice(
        row,
        DATASET,
        id=row.text("question_id"),
        video=row.text("videoID"),
        question=row.text("question"),
        choices=tuple(_stripped(row, n, choice) for n, choice in enumerate(choices)),
        answer=row.letter(row.need("answer"), CHOICES, "answer"),
        category=row.text("task_type"),
        split=row.one_of("duration", DURATIONS),
    )


def _as_list(value: object) -> object:
    """Return a list; tables read by numpy or pandas give arrays."""
    return value.tolist() if hasattr(value, "tolist") else value


def _stripped(row: Row, place: int, choice: str) -> str:
    """Return a choice without its letter, which must be that of its place: "B. Pears." is the second."""
    parts = _LETTERED.fullmatch(choice)
    if parts is None or parts[1] != LETTERS[place]:
        raise row.fault(f"choice {place} must begin with '{LETTERS[place]}. ' and have text, got {choice!r}")
    return parts[2]


def _check_version(path: Path, row: Row) -> None:
    if "duration_category" in row.values or ("questions" in row.values and "question_id" not in row.values):
        raise InputError(
            f"{path}: row 1: has a list of 'questions' a video: the first upload of June 2024 (900 rows), or the "
            "template for results; give the table of 2,700 rows with 'question_id'"
        )
    if "language" in row.values:
        raise InputError(
            f"{path}: row 1: has 'language': an upload of June 2024 before the questions were complete (about 2,540 "
            "rows, or with subtitles in the table); give the table of 2,700 rows without it"
        )
