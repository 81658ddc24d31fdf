"""Reading the conversations of a data set folder one at a time; errors name the row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.files import file_hash, read_object, read_records
from mmego.records import QA

SAMPLES, REVIEWED, REVIEW, STATS = "qa.jsonl", "qa.reviewed.jsonl", "review.json", "stats.json"
REVIEWED_HASH = "qa_sha256"
"""The member of ``review.json`` with the hash of the reviewed ``qa.jsonl``."""


def turn_name(sample: str, index: int) -> str:
    """Return the name of one turn in all files: ``{id}#{index}``, counted from 0."""
    return f"{sample}#{index}"


def samples_file(folder: Path, reviewed: bool = False) -> Path:
    """Return the file of conversations in a data set folder.

    Raises InputError with the command that writes it if it is missing, or if the reviewed one is out of date.
    """
    path = Path(folder) / (REVIEWED if reviewed else SAMPLES)
    if not path.is_file():
        maker = "mmego qa review import" if reviewed else "mmego qa make"
        raise InputError(f"{folder} has no {path.name}; {maker} writes it")
    if reviewed:
        _check_review(Path(folder))
    return path


def _check_review(folder: Path) -> None:
    """Raise InputError unless the reviewed samples were made from the present ``qa.jsonl``."""
    review, samples = folder / REVIEW, folder / SAMPLES
    recorded = read_object(review).get(REVIEWED_HASH) if review.is_file() else None
    if not samples.is_file() or recorded != file_hash(samples):
        raise InputError(
            f"{folder / REVIEWED} was made from an older {SAMPLES} (it was filtered or made again since): "
            f"run `mmego qa review import {folder} SHEET.csv` again (with a new sheet if turns of the old one are "
            "gone), or export without --reviewed"
        )


def read_samples(path: Path) -> Iterator[QA]:
    """Yield the conversations of a JSON Lines file. Raises InputError with file and row of a malformed one."""
    for number, row in enumerate(read_records(path), 1):
        try:
            yield QA.from_json(row)
        except (InputError, TypeError, ValueError, AttributeError) as error:
            # The constructors get any JSON: a string for a list of turns, a source with an unknown field.
            raise InputError(f"{path}, row {number}: not a QA sample: {error}") from error


def read_stats(folder: Path) -> dict[str, Any]:
    """Return the counts of ``stats.json`` (`mmego qa make` writes it), or {} if there is none."""
    path = Path(folder) / STATS
    if not path.is_file():
        return {}
    stats = read_object(path)
    if not isinstance(stats, dict):
        raise InputError(f"{path}: expected an object of counts, got {type(stats).__name__}")
    return stats
