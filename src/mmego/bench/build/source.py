"""The conversations of a data set that a benchmark is made of, without the videos that a model has trained on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from mmego.errors import InputError
from mmego.files import file_hash, read_records
from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import without_ending
from mmego.narrations.split import read_exclusions
from mmego.qa.data.samples import read_samples, samples_file
from mmego.records import QA, NarratedClip

EXCLUDED, OTHER_SPLIT = "in an excluded video", "of another split"


class QuestionSource:
    """The conversations of a data set folder (``qa.jsonl``, ``clips/``), or of a JSON Lines file.

    For a file, the clips are those in ``clips/`` of its folder.
    """

    def __init__(self, path: Path) -> None:
        path = Path(path)
        self.file = samples_file(path) if path.is_dir() else path
        self._clips = self.file.parent / "clips"
        self._offsets: dict[str, tuple[Path, int]] | None = None
        self._sha256: str | None = None

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes; raises InputError if the file is missing."""
        if self._sha256 is None:
            if not self.file.is_file():
                raise InputError(f"no such file: {self.file}")
            self._sha256 = file_hash(self.file)
        return self._sha256

    def samples(self, drops: Drops, split: str | None = None, exclude: frozenset[str] = frozenset()) -> Iterator[QA]:
        """Yield the conversations of one split outside the excluded videos; `drops` counts the turns of the others.

        Raises:
            InputError: a row that is not a conversation, or an id that comes twice; at the end, nothing of `split` (the
                message names the splits that exist).
        """
        splits: Counter[str | None] = Counter()
        seen: set[str] = set()
        for sample in read_samples(self.file):
            if sample.id in seen:
                raise InputError(f"{self.file}: the conversation {sample.id!r} comes twice")
            seen.add(sample.id)
            splits[sample.source.split] += 1
            if sample.video in exclude:
                drops.add(EXCLUDED, sample.video, len(sample.turns))
            elif split is not None and sample.source.split != split:
                drops.add(OTHER_SPLIT, sample.video, len(sample.turns))
            else:
                yield sample
        if not seen:
            raise InputError(f"{self.file} holds no conversation")
        if split is not None and not splits[split]:
            there = ", ".join(sorted(name for name in splits if name is not None)) or "none"
            raise InputError(f"{self.file} has nothing of the split {split!r}; its splits: {there}")

    def clip(self, name: str) -> NarratedClip | None:
        """Return the clip of a conversation with its narrations, read from ``clips/``; None if it is not there."""
        if self._offsets is None:
            self._offsets = _index(sorted(self._clips.glob("*.jsonl")))
        if name not in self._offsets:
            return None
        path, offset = self._offsets[name]
        with path.open("rb") as file:
            file.seek(offset)
            return NarratedClip.from_json(json.loads(file.readline()))


def _index(paths: Iterable[Path]) -> dict[str, tuple[Path, int]]:
    """Return where each clip's line begins: the clips of a large data set do not fit into memory, their places do."""
    found = {}
    for path in paths:
        offset = 0
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        found[json.loads(line)["id"]] = (path, offset)
                    except (ValueError, KeyError, TypeError) as error:
                        raise InputError(f"{path}:{number}: no narrated clip") from error
                offset += len(line)
    return found


def read_excluded(paths: Iterable[Path]) -> frozenset[str]:
    """Return the videos that lists or data sets name.

    A folder is a data set that a model was trained on; a ``.jsonl`` file holds its conversations or any rows with a
    ``video``; `narrations.split.read_exclusions` reads every other file.
    """
    return frozenset(name for path in paths for name in _excluded(Path(path)))


def _excluded(path: Path) -> Iterator[str]:
    if path.is_dir() or path.suffix == ".jsonl":
        file = samples_file(path) if path.is_dir() else path
        for number, row in enumerate(read_records(file), 1):
            name = row.get("video") if isinstance(row, dict) else None
            if not isinstance(name, str):
                raise InputError(f"{file}: row {number}: has no 'video'")
            yield without_ending(name)
    else:
        yield from map(without_ending, read_exclusions(path))
