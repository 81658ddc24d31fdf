"""Reading the conversations of a data set folder, one at a time, with the row of every fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.files import read_json, read_jsonl
from mmego.records import QA

SAMPLES, REVIEWED, STATS = "qa.jsonl", "qa.reviewed.jsonl", "stats.json"


def turn_name(sample: str, index: int) -> str:
    """What one turn of a conversation is called everywhere: ``{id}#{index}``, counted from 0."""
    return f"{sample}#{index}"


def samples_file(folder: Path, reviewed: bool = False) -> Path:
    """The file of conversations in a data set folder; raises InputError saying which command writes it."""
    path = Path(folder) / (REVIEWED if reviewed else SAMPLES)
    if not path.is_file():
        maker = "mmego qa review import" if reviewed else "mmego qa make"
        raise InputError(f"{folder} has no {path.name}; {maker} writes it")
    return path


def read_samples(path: Path) -> Iterator[QA]:
    """The conversations of a JSON Lines file, lazily; raises InputError naming file and row of a malformed one."""
    for number, row in enumerate(read_jsonl(path), 1):
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
    stats = read_json(path)
    if not isinstance(stats, dict):
        raise InputError(f"{path}: expected an object of counts, got {type(stats).__name__}")
    return stats
