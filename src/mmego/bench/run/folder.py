"""Write a run's folder (`bench.data.runs` reads it): parts while the run goes on, whole files at the end.

RUN/parts/000012.jsonl   {"prediction", "curve"} of each question of part 12, written whole or not at all
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from mmego.bench.data.folder import Benchmark
from mmego.bench.data.runs import ABOUT, CURVES, PREDICTIONS, SCHEMA, RunSettings
from mmego.errors import InputError
from mmego.files import read_object, read_records, write_json, write_jsonl
from mmego.records import Prediction
from mmego.scratch import folder_lock

PARTS = "parts"
Curve = tuple[tuple[float, ...], tuple[float, ...]]


class RunFolder:
    """One setting's folder, which is begun, filled part by part and finished. Several threads may put parts."""

    def __init__(self, folder: Path, settings: RunSettings) -> None:
        self.folder, self.settings = Path(folder), settings
        self._parts = self.folder / PARTS
        self._held = ExitStack()

    @property
    def finished(self) -> bool:
        """True once every question has its prediction."""
        return (self.folder / PREDICTIONS).exists()

    def begin(self, bench: Benchmark, model: str, fingerprint: str, about: Mapping[str, Any]) -> None:
        """Make the folder, or continue one that the same model began in the same way.

        Raises:
            InputError: the folder holds another run (the message says what differs), or another process works on it.
        """
        known = {"name": bench.name, "sha256": bench.sha256, "questions": len(bench.questions)}
        shape: dict[str, Any] = {"schema": SCHEMA, "benchmark": known, "model": model, "fingerprint": fingerprint}
        shape |= {"settings": self.settings.to_json(), **about}
        shape = json.loads(json.dumps(shape))
        self._held.enter_context(folder_lock(self.folder))
        file = self.folder / ABOUT
        if not file.exists():
            write_json(file, shape)
            return
        found = read_object(file)
        other = sorted(name for name in {*found, *shape} if found.get(name) != shape.get(name))
        if other:
            was, now = (_shown(side.get(other[0])) for side in (found, shape))
            verb = "differs" if len(other) == 1 else "differ"
            raise InputError(
                f"{self.folder} holds another run: its {' and '.join(other)} {verb} ({other[0]}: {was} there, "
                f"{now} now); give another folder with -o"
            )
        if self.finished:
            shutil.rmtree(self._parts, ignore_errors=True)

    def has(self, part: int) -> bool:
        """Return True if that part is on disk."""
        return self._part(part).exists()

    def put(self, part: int, rows: Sequence[tuple[Prediction, Curve | None]]) -> None:
        """Write a part, whole or not at all."""
        write_jsonl(self._part(part), (_row(prediction, curve) for prediction, curve in rows))

    def predictions(self, parts: int) -> Iterator[Prediction]:
        """Yield the predictions of the parts on disk, or of the finished run."""
        if self.finished:
            yield from (Prediction.from_json(row) for row in read_records(self.folder / PREDICTIONS))
            return
        for part in range(parts):
            if self.has(part):
                yield from (Prediction.from_json(row["prediction"]) for row in read_records(self._part(part)))

    def reopen(self, parts: Sequence[Sequence[str]]) -> None:
        """Remove the parts in which a question (by id) failed, so that they are asked again."""
        if self.finished:
            predictions = {p.id: p for p in self.predictions(len(parts))}
            path = self.folder / CURVES
            curves = {r["id"]: (r["times"], r["scores"]) for r in read_records(path)} if path.exists() else {}
            for number, ids in enumerate(parts):
                if all(predictions[name].error is None for name in ids):
                    self.put(number, [(predictions[name], curves.get(name)) for name in ids])
            if all(self.has(number) for number in range(len(parts))):
                shutil.rmtree(self._parts)
                return
            # Last: until here a killed process leaves the finished run as it was.
            (self.folder / PREDICTIONS).unlink()
            return
        for number in range(len(parts)):
            if self.has(number) and any(row["prediction"]["error"] for row in read_records(self._part(number))):
                self._part(number).unlink()

    def finish(self, bench: Benchmark, parts: int) -> None:
        """Join the parts to `predictions.jsonl`, in the benchmark's order, and `curves.jsonl`."""
        rows: dict[str, Any] = {}
        for part in range(parts):
            for row in read_records(self._part(part)):
                name = row["prediction"]["id"]
                if name in rows:
                    raise RuntimeError(f"{self._part(part)}: a second prediction for {name!r}")
                rows[name] = row
        ordered = [rows[q.id] for q in bench.questions]
        curves = [{"id": r["prediction"]["id"], **r["curve"]} for r in ordered if r["curve"] is not None]
        if curves:
            write_jsonl(self.folder / CURVES, curves)
        write_jsonl(self.folder / PREDICTIONS, [row["prediction"] for row in ordered])
        shutil.rmtree(self._parts, ignore_errors=True)

    def close(self) -> None:
        """Release the folder for other processes."""
        self._held.close()

    def _part(self, number: int) -> Path:
        return self._parts / f"{number:06d}.jsonl"


def _row(prediction: Prediction, curve: Curve | None) -> dict[str, Any]:
    """Return a row; curves are for drawing, so milliseconds and six digits do, at a third of the bytes."""
    if curve is None:
        return {"prediction": prediction.to_json(), "curve": None}
    times, scores = curve
    drawn = {"times": [round(time, 3) for time in times], "scores": [float(f"{score:.6g}") for score in scores]}
    return {"prediction": prediction.to_json(), "curve": drawn}


def _shown(value: Any) -> str:
    """Return a value of run.json for an error: a benchmark by its name and the beginning of its hash."""
    if isinstance(value, dict) and {"name", "sha256"} <= value.keys():
        return f"{value['name']}, questions {str(value['sha256'])[:12]}"
    return json.dumps(value)[:150]
