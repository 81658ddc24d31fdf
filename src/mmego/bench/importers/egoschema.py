"""EgoSchema: ``questions.json``, the public answers to 500 of them, and the Ego4D video of each.

    questions.json        [{"q_uid", "google_drive_id", "question", "option 0" ... "option 4"}]
    subset_answers.json   {q_uid: 0 to 4}
    uid_to_ego4d.json     {q_uid: {"video_uid", "starting_sec", "ending_sec"}}

Only the benchmark's server has the other answers: a question without one cannot be scored here, so it is left out and
counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mmego.bench.importers.entries import Doubled, json_file, members, read_rows
from mmego.bench.importers.rows import Imported, ImportSettings, Row, multiple_choice
from mmego.errors import InputError
from mmego.records import MCQ, Span

DATASET = "egoschema"
CHOICES = 5
SECONDS = 180.0
"""Length of every clip."""


def read_egoschema(files: Sequence[Path], settings: ImportSettings) -> Imported:
    """Read the questions that have an answer.

    With ``uid_to_ego4d.json`` among `files` they are asked of the Ego4D videos, each clip in its place; without it of
    EgoSchema's own clips, which are named like the question.
    """
    questions, answers, places = _sorted(files)
    found = Imported(settings.strict)
    asked: set[str] = set()

    def question(row: Row) -> MCQ | None:
        name = row.text("q_uid")
        if name in asked:
            raise row.fault(f"the id {name!r} was there before")
        asked.add(name)
        return _question(row.named(f"{row.name} ({name})"), name, answers, places, found)

    for row in read_rows(questions):
        found.take(row, question)
    for name in sorted(set(answers.values) - asked):
        found.read += 1
        found.leave_out(answers.fault(f"{name!r} belongs to no question of {questions}"))
    return found


def _question(row: Row, name: str, answers: Row, places: Mapping[str, Any] | None, found: Imported) -> MCQ | None:
    """Return the question of a row; None if it has no public answer, which is counted."""
    choices = row.choices([row.need(f"option {n}") for n in range(CHOICES)], CHOICES)
    if f"option {CHOICES}" in row.values:
        raise row.fault(f"must have {CHOICES} choices, got more")
    text = row.text("question")
    if name not in answers.values:
        found.drops.add("no_public_answer", name)
        return None
    for file, content in (("the answers", answers.values), ("uid_to_ego4d.json", places)):
        if isinstance(content, Doubled) and sum(key == name for key, _ in members(content)) > 1:
            raise row.fault(f"comes twice in {file}")
    answer = answers.index(answers.values[name], CHOICES, name)
    video, clip = name, Span(0.0, SECONDS)
    if places is not None:
        if name not in places or not isinstance(places[name], Mapping):
            raise row.fault("uid_to_ego4d.json does not say which Ego4D video it is from")
        place = Row(row.file, f"{row.name} in uid_to_ego4d.json", places[name])
        video = place.text("video_uid")
        start, end = place.number("starting_sec"), place.number("ending_sec")
        if not start < end:
            raise place.fault(f"ends ({end} s) before it starts ({start} s)")
        clip = Span(start, end)
    return multiple_choice(
        row,
        DATASET,
        id=name,
        video=video,
        clip=clip,
        question=text,
        choices=choices,
        answer=answer,
        category="egoschema",
        split="subset",
    )


def _sorted(files: Sequence[Path]) -> tuple[Path, Row, Mapping[str, Any] | None]:
    """Return the three files by role, which their content shows."""
    questions, answers, places = None, None, None
    for path in files:
        content = json_file(path) if Path(path).suffix == ".json" else []
        if isinstance(content, list):
            if questions is not None:
                raise InputError(f"two files of questions: {questions} and {path}")
            questions = path
            _check_version(path, content)
        elif isinstance(content, Mapping) and all(isinstance(value, Mapping) for value in content.values()):
            places = content
        elif isinstance(content, Mapping):
            answers = Row(path, "answers", content)
    if questions is None or answers is None:
        lacking = "questions.json" if questions is None else "subset_answers.json"
        given = ", ".join(Path(path).name for path in files)
        raise InputError(f"EgoSchema needs questions.json and subset_answers.json; {lacking} is not among {given}")
    return questions, answers, places


def _check_version(path: Path, content: list[Any]) -> None:
    first = content[0] if content and isinstance(content[0], Mapping) else {}
    if "video_idx" in first:
        raise InputError(
            f"{path}: row 1: has 'video_idx' and 'option': lmms-eval's rearrangement of EgoSchema, whose options carry "
            "letters; give questions.json of EgoSchema's repository"
        )
    if not content:
        raise InputError(f"{path} is empty, as it was in an early commit of EgoSchema's repository; take the newest")
