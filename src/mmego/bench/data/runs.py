"""A finished run of one model on one benchmark under one setting, on disk: what is scored and reported.

RUN/
  run.json           {"schema", "benchmark": {"name", "sha256", "questions"}, "model", "fingerprint", "settings",
                     "defaults": what the model does where a setting is None; a model may add keys}
  predictions.jsonl  one Prediction a question, in the benchmark's order; exists only when all are there
  curves.jsonl       one {"id", "times", "scores"} for each question with a pointer's score curve; may be missing
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from mmego.bench.data.folder import QUESTIONS, Benchmark
from mmego.errors import InputError
from mmego.files import read_object, read_records
from mmego.records import Prediction, SelectMode

SCHEMA = 1
ABOUT = "run.json"
PREDICTIONS = "predictions.jsonl"
CURVES = "curves.jsonl"


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How the model was asked. None leaves a value to the model; a blind run has no selection and keeps no frames."""

    blind: bool = False
    select: SelectMode | None = None
    keep: int | None = None
    alpha: float | None = None
    frames: int | None = None

    def __post_init__(self) -> None:
        if self.blind and any(v is not None for v in (self.select, self.keep, self.alpha, self.frames)):
            raise InputError("a blind run sees no frames: it has no select, keep, alpha or frames")

    def __str__(self) -> str:
        """Return a short text that can name a folder: ``blind``, ``pointer-keep4-alpha0.1``."""
        if self.blind:
            return "blind"
        named = {"keep": self.keep, "alpha": self.alpha, "frames": self.frames}
        parts = [f"{name}{value:g}" for name, value in named.items() if value is not None]
        return "-".join([self.select or "default", *parts])

    def to_json(self) -> dict[str, Any]:
        """Return all five fields."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Run:
    """A complete run: one prediction for every question of its benchmark, by id, in the benchmark's order."""

    folder: Path
    model: str
    fingerprint: str
    settings: RunSettings
    predictions: dict[str, Prediction]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """What the model did where a setting is None, as far as it is recorded."""

    def __repr__(self) -> str:
        return f"Run({self.label!r}, {len(self.predictions)} predictions)"

    @property
    def label(self) -> str:
        """Model and setting, as tables name the run."""
        return f"{self.model} {self.settings}"

    @property
    def errors(self) -> dict[str, str]:
        """The questions without a choice, by id, each with the reason."""
        return {name: p.error for name, p in self.predictions.items() if p.error is not None}

    def value(self, setting: Literal["keep", "alpha", "frames"]) -> float | None:
        """Return a setting as it took effect: given, or the model's default; None if that is not known.

        Evenly spaced frames have no alpha.
        """
        given: float | None = getattr(self.settings, setting)
        if given is not None or (setting == "alpha" and self.settings.select == "uniform"):
            return None if given is None else float(given)
        default = self.defaults.get(setting)
        return None if default is None else float(default)

    def correct(self, benchmark: Benchmark) -> dict[str, bool]:
        """Return whether each question was answered right, by id; one without a choice was not."""
        return {q.id: self.predictions[q.id].choice == q.answer for q in benchmark.questions}

    def curves(self) -> Iterator[tuple[str, list[float], list[float]]]:
        """Yield ``(id, times in seconds, scores)`` of each stored score curve."""
        path = self.folder / CURVES
        if path.exists():
            for row in read_records(path):
                yield row["id"], row["times"], row["scores"]


def find_runs(paths: Iterable[Path]) -> list[Path]:
    """Return the runs that folders are or contain, each once; runs in a folder are sorted by name (4 before 16).

    It does not look into a benchmark inside a folder (`mmego bench run --limit` makes one): its runs are of other
    questions.

    Raises:
        InputError: a path that is not a run and contains none.
    """
    found: dict[Path, Path] = {}
    for path in map(Path, paths):
        inside = list(_runs_in(path, set()))
        if not inside:
            raise InputError(f"{path} neither is a run nor holds one: there is no {ABOUT} in it or below")
        for one in inside:
            found.setdefault(one.resolve(), one)
    return list(found.values())


def _runs_in(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield `folder`, or the runs below it; `seen` are visited folders, because links may lead back up."""
    if (folder / ABOUT).exists():
        yield folder
    elif folder.is_dir() and folder.resolve() not in seen:
        seen.add(folder.resolve())
        for inside in sorted((one for one in folder.iterdir() if one.is_dir()), key=_numbers_in_order):
            if not (inside / QUESTIONS).exists():
                yield from _runs_in(inside, seen)


def _numbers_in_order(folder: Path) -> list[tuple[float, str]]:
    """Return a sort key that puts ``pointer-keep4`` before ``pointer-keep16``."""
    parts = re.split(r"(\d+(?:\.\d+)?)", folder.name)
    return [(float(part), "") if i % 2 else (-1.0, part) for i, part in enumerate(parts)]


class OtherQuestionsError(InputError):
    """The run answered other questions than those of the benchmark."""


def load_own_runs(paths: Iterable[Path], benchmark: Benchmark) -> tuple[list[Run], list[str]]:
    """Load the runs of `benchmark` among folders; return also a line for each run of other questions.

    Raises:
        InputError: no run is of this benchmark's questions, or as `find_runs` and `load_run`.
    """
    runs, others = [], []
    for folder in find_runs(paths):
        try:
            runs.append(load_run(folder, benchmark))
        except OtherQuestionsError as error:
            others.append(str(error))
    if others and not runs:
        more = f" (nor are {len(others) - 1:,} others)" if len(others) > 1 else ""
        raise InputError(f"{others[0]}{more}: no run is left to score")
    return runs, others


def load_run(folder: Path, benchmark: Benchmark) -> Run:
    """Read a run and check that it is complete and belongs to `benchmark`.

    Raises:
        InputError: no run there, an unfinished one, one of another benchmark (`OtherQuestionsError`) or of a later
            schema; a question without a prediction or with two; a prediction of an unknown question; a choice that the
            question does not have.
    """
    folder = Path(folder)
    if not (folder / ABOUT).exists():
        raise InputError(f"{folder} is not a run: it holds no {ABOUT}")
    about = read_object(folder / ABOUT)
    if about.get("schema") != SCHEMA:
        raise InputError(f"{folder / ABOUT} has schema {about.get('schema')!r}; this version reads {SCHEMA}")
    if about["benchmark"]["sha256"] != benchmark.sha256:
        other = about["benchmark"]["name"]
        raise OtherQuestionsError(f"{folder} is a run of {other!r}, whose questions are not those of {benchmark.path}")
    if not (folder / PREDICTIONS).exists():
        raise InputError(f"{folder} is not finished: give `mmego bench run` the same arguments to go on with it")
    predictions = _read_predictions(folder / PREDICTIONS, benchmark)
    settings, defaults = RunSettings(**about["settings"]), about.get("defaults", {})
    return Run(folder, about["model"], about["fingerprint"], settings, predictions, defaults)


def _read_predictions(path: Path, benchmark: Benchmark) -> dict[str, Prediction]:
    choices = {q.id: len(q.options) for q in benchmark.questions}
    found: dict[str, Prediction] = {}
    for number, row in enumerate(read_records(path), 1):
        try:
            prediction = Prediction.from_json(row)
        except InputError as error:
            raise InputError(f"{path}: row {number}: {error}") from error
        name = prediction.id
        if name not in choices:
            raise InputError(f"{path}: row {number}: the benchmark has no question {name!r}")
        if name in found:
            raise InputError(f"{path}: row {number}: a second prediction for {name!r}")
        if prediction.choice is not None and not 0 <= prediction.choice < choices[name]:
            raise InputError(f"{path}: row {number}: choice {prediction.choice} of {choices[name]} options")
        found[name] = prediction
    missing = [name for name in choices if name not in found]
    if missing:
        raise InputError(f"{path}: {len(missing)} questions have no prediction, first {missing[0]!r}")
    return {name: found[name] for name in choices}
