"""A benchmark on disk: a folder with its questions, or a bare JSON Lines file.

BENCH/
  questions.jsonl   one MCQ a line
  benchmark.json    {"schema", "name", "questions": count, "sha256": of questions.jsonl, and what made it}
  videos/           the videos, if they lie beside the questions
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.files import file_hash, read_object, read_records, require_folder, write_json, write_jsonl
from mmego.records import MCQ
from mmego.records.length_classes import LENGTH_CLASSES

SCHEMA = 1
QUESTIONS = "questions.jsonl"
ABOUT = "benchmark.json"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Questions in their order, under a name; `sha256` is that of the file they came from."""

    path: Path
    name: str
    questions: tuple[MCQ, ...]
    sha256: str

    def __repr__(self) -> str:
        return f"Benchmark({self.name!r}, {len(self.questions)} questions on {len(self.videos)} videos)"

    @property
    def videos(self) -> tuple[str, ...]:
        """Every video that a question names, once, in order of first appearance."""
        named = (video for q in self.questions for video in (q.video, *(one.video for one in q.inputs)))
        return tuple(dict.fromkeys(named))

    @property
    def video_folder(self) -> Path:
        """The folder of its videos, unless you name another."""
        return (self.path if self.path.is_dir() else self.path.parent) / "videos"


def load_benchmark(path: Path) -> Benchmark:
    """Read a benchmark folder, or a JSON Lines file of questions.

    Raises:
        InputError: no such folder or file, a row that is not a question (with file and row), an id that comes twice, no
            question at all, a later schema, or questions other than those `benchmark.json` was written for.
    """
    path = Path(path)
    file = path / QUESTIONS if path.is_dir() else path
    if path.is_dir() and not file.exists():
        raise InputError(f"{path} is not a benchmark: it holds no {QUESTIONS}")
    questions = []
    for number, row in enumerate(read_records(file), 1):
        try:
            questions.append(read_question(row))
        except (InputError, TypeError, ValueError) as error:
            raise InputError(f"{file}: row {number}: {error}") from error
    if not questions:
        raise InputError(f"{file} holds no question")
    twice = [name for name, count in Counter(q.id for q in questions).items() if count > 1]
    if twice:
        raise InputError(f"{file}: {len(twice)} ids come more than once, first {twice[0]!r}")
    digest = file_hash(file)
    return Benchmark(path, _name(path, digest), tuple(questions), digest)


def read_question(row: Mapping[str, Any]) -> MCQ:
    """Read a row of ``questions.jsonl``, more strictly than `MCQ.from_json`, which turns many values into an index.

    Raises:
        InputError, TypeError, ValueError: not a question, an answer that is not a whole number, or an unknown length
            class.
    """
    question = MCQ.from_json(dict(row))
    if isinstance(row["answer"], bool) or not isinstance(row["answer"], int):
        raise InputError(f"{question.id}: 'answer' must be the index of a choice, got {row['answer']!r}")
    if question.length_class not in ("", *LENGTH_CLASSES):
        known = ", ".join(LENGTH_CLASSES)
        raise InputError(f"{question.id}: 'length_class' must be empty or {known}, got {question.length_class!r}")
    return question


def save_benchmark(folder: Path, name: str, questions: Sequence[MCQ], about: Mapping[str, Any]) -> Benchmark:
    """Write `questions.jsonl` and `benchmark.json` into `folder`, which is made if it does not exist.

    Args:
        folder: other files in it stay as they are.
        name: what reports call the benchmark.
        questions: in their order.
        about: what made it (options, sources, seeds); goes into ``benchmark.json`` beside name, count and hash.
    """
    folder = Path(folder)
    require_folder(folder)
    write_jsonl(folder / QUESTIONS, (q.to_json() for q in questions))
    known = {"schema": SCHEMA, "name": name, "questions": len(questions), "sha256": file_hash(folder / QUESTIONS)}
    write_json(folder / ABOUT, {**known, **about})
    return load_benchmark(folder)


def _name(path: Path, digest: str) -> str:
    """Return the benchmark's own name, or that of its file or folder."""
    about = path / ABOUT
    if not about.exists():
        return path.stem
    known = read_object(about)
    if known.get("schema") != SCHEMA:
        raise InputError(f"{about} has schema {known.get('schema')!r}; this version reads {SCHEMA}")
    if known.get("sha256") != digest:
        raise InputError(f"{path / QUESTIONS} was changed after {about.name} was written: hash {digest[:12]}...")
    return str(known["name"])
