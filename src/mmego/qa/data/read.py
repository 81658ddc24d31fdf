"""Reading the conversations of a data set folder, one at a time, with the row of every fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.files import file_hash, read_object, read_records
from mmego.records import QA

SAMPLES, REVIEWED, REVIEW, STATS = "qa.jsonl", "qa.reviewed.jsonl", "review.json", "stats.json"
REVIEWED_HASH = "qa_sha256"
"""The member of ``review.json`` that says which ``qa.jsonl`` was reviewed."""


def turn_name(sample: str, index: int) -> str:
    """What one turn of a conversation is called everywhere: ``{id}#{index}``, counted from 0."""
    return f"{sample}#{index}"


def samples_file(folder: Path, reviewed: bool = False) -> Path:
    """The file of conversations in a data set folder.

    Raises InputError saying which command writes it, also for reviewed ones of an older ``qa.jsonl``.
    """
    path = Path(folder) / (REVIEWED if reviewed else SAMPLES)
    if not path.is_file():
        maker = "mmego qa review import" if reviewed else "mmego qa make"
        raise InputError(f"{folder} has no {path.name}; {maker} writes it")
    if reviewed:
        _check_review(Path(folder))
    return path


def _check_review(folder: Path) -> None:
    """Raise InputError unless the reviewed samples were made from the ``qa.jsonl`` that is there now."""
    review, samples = folder / REVIEW, folder / SAMPLES
    recorded = read_object(review).get(REVIEWED_HASH) if review.is_file() else None
    if not samples.is_file() or recorded != file_hash(samples):
        raise InputError(
            f"{folder / REVIEWED} was made from another {SAMPLES} than is there now (filtered or made anew since): "
            f"give `mmego qa review import {folder} SHEET.csv` again (a new sheet if turns of the old one are gone), "
            "or export without --reviewed"
        )


def read_samples(path: Path) -> Iterator[QA]:
    """The conversations of a JSON Lines file, lazily; raises InputError naming file and row of a malformed one."""
    for number, row in enumerate(read_records(path), 1):
        try:
            yield QA.from_json(row)
        except (InputError, TypeError, ValueError, AttributeError) as error:
            # The constructors take what is there: a string for a list of turns, a source with an unknown field.
            raise InputError(f"{path}, row {number}: not a QA sample: {error}") from error


def read_stats(folder: Path) -> dict[str, Any]:
    """What `mmego qa make` counted on the way, or nothing where the folder has no ``stats.json``."""
    path = Path(folder) / STATS
    if not path.is_file():
        return {}
    stats = read_object(path)
    if not isinstance(stats, dict):
        raise InputError(f"{path}: expected an object of counts, got {type(stats).__name__}")
    return stats
