"""The last stage: filter and balance the written questions into qa.jsonl and stats.json. It asks no model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from tqdm import tqdm

from mmego.files import json_text, naming_path, read_jsonl, write_json
from mmego.narrations.clean import Drops
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.data.folder import DatasetFolder, Plan
from mmego.records import QA
from mmego.records.length_classes import LENGTH_CLASSES, length_class
from mmego.scratch import scratch_folder, sync_to_disk

if TYPE_CHECKING:
    from mmego.qa.corpus.options import CorpusOptions
    from mmego.qa.filters import DropReason, FilterOptions


@dataclass(frozen=True)
class FinishOptions:
    """Which filters run, with which limits. `keep_dropped` writes the dropped turns to dropped.jsonl."""

    names: tuple[str, ...]
    filters: FilterOptions
    corpus: CorpusOptions
    keep_dropped: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the form in options.json."""
        return {
            "names": list(self.names),
            "filters": asdict(self.filters),
            # The names have the steps already.
            "corpus": {name: value for name, value in asdict(self.corpus).items() if name != "steps"},
            "keep_dropped": self.keep_dropped,
        }


class _Dropped:
    """Writes dropped turns to a file, if there is one. `places` has the turns' indices before any filter."""

    def __init__(self, file: TextIO | None) -> None:
        self.file = file
        self.places: list[int] | None = None

    def __call__(self, qa: QA, index: int, reason: DropReason) -> None:
        if self.file is None:
            return
        turn = qa.turns[index]
        number = index if self.places is None else self.places[index]
        row = {"id": f"{qa.id}#{number}", "question": turn.question, "answer": turn.answer}
        self.file.write(json_text(row | {"filter": reason.filter, "reason": reason.reason}) + "\n")


def finish(folder: DatasetFolder, plan: Plan, options: FinishOptions) -> dict[str, Any]:
    """Filter, balance and write the data set. Return its statistics.

    The files appear one by one, each complete, stats.json last. Without stats.json the data set is not finished.

    Raises:
        InputError: a written file has other clips than were cut, or a filter's name is unknown.
    """
    from mmego.qa.corpus.passes import filter_corpus
    from mmego.qa.filters import filter_rows

    folder.stats.unlink(missing_ok=True)
    drops, tally = Drops(), _Tally()
    with scratch_folder(folder.root, "finish") as scratch, naming_path(folder.qa, scratch):
        spool, kept, lost = (scratch / name for name in ("filtered.jsonl", "qa.jsonl", "dropped.jsonl"))
        with _opened(lost, options.keep_dropped) as file:
            dropped = _Dropped(file)
            _write(spool, _filtered(folder, plan, options, drops, tally, dropped))

            def read() -> Iterator[QA]:
                for row in read_jsonl(spool):
                    dropped.places = row["places"]
                    yield QA.from_json(row["qa"])

            balanced = filter_corpus(read, options.corpus, drops, dropped=dropped)
            _write(kept, (qa.to_json() for qa in tally.count_kept(balanced)))
        sync_to_disk(kept, scratch)
        kept.replace(folder.qa)
        if options.keep_dropped:
            sync_to_disk(lost, scratch)
            lost.replace(folder.dropped)
        else:
            folder.dropped.unlink(missing_ok=True)
    stats = tally.to_json(plan) | {"filters": filter_rows(options.names, tally.written, drops)}
    write_json(folder.stats, stats)
    return stats


def _opened(path: Path, wanted: bool) -> AbstractContextManager[TextIO | None]:
    return path.open("w", encoding="utf-8") if wanted else nullcontext()


def _write(path: Path, rows: Iterator[Any]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json_text(row) + "\n")


def _filtered(
    folder: DatasetFolder, plan: Plan, options: FinishOptions, drops: Drops, tally: _Tally, dropped: _Dropped
) -> Iterator[Any]:
    """Yield conversations with a turn left after the filters of single turns, and the places of their turns."""
    from mmego.qa.filters import FILTERS, filter_sample

    names = [name for name in options.names if name in FILTERS]
    written = tqdm(folder.read_written(plan), total=plan.clips, desc="filter", unit=" clips", disable=None)
    for sample in written:
        tally.count_written(sample)
        tally.failures.update(failure.reason for failure in sample.failures)
        gone: set[int] = set()

        def note(qa: QA, index: int, reason: DropReason, gone: set[int] = gone) -> None:
            gone.add(index)
            dropped(qa, index, reason)

        qa = filter_sample(sample, names, options.filters, drops, note)
        if qa.turns:
            tally.before[length_class(qa.clip.length)] += 1
            places = [index for index in range(len(sample.qa.turns)) if index not in gone]
            yield {"qa": qa.to_json(), "places": places}


class _Tally:
    """The counts of stats.json that are not those of filters."""

    def __init__(self) -> None:
        self.written = self.kept = 0
        self.before: Counter[str] = Counter()
        self.after: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        self.judge_tokens: Counter[str] = Counter()
        self.judged: Counter[str] = Counter()
        self.kept_videos: set[str] = set()
        self.made_by: dict[str, Any] = {}

    def count_written(self, sample: ClipQA) -> None:
        """Count an unfiltered conversation."""
        source = sample.qa.source
        self.written += len(sample.qa.turns)
        self.tokens["prompt"] += source.prompt_tokens
        self.tokens["completion"] += source.completion_tokens
        for name, tokens in zip(("prompt", "completion"), sample.judge_tokens, strict=True):
            self.judge_tokens[name] += tokens
        for verdict in sample.verdicts:
            self.judged["turns"] += 1
            self.judged["guessed"] += verdict.blind is True
            self.judged["not_told"] += verdict.narrated is False
            self.judged["no_verdict"] += verdict.blind is None or verdict.narrated is None
        self.made_by = {"generator": source.generator, "model": source.model, "seed": source.seed}

    def count_kept(self, balanced: Iterator[QA]) -> Iterator[QA]:
        """Yield the data set's conversations, and count them."""
        for qa in balanced:
            self.kept += len(qa.turns)
            self.kept_videos.add(qa.video)
            self.after[length_class(qa.clip.length)] += 1
            yield qa

    def to_json(self, plan: Plan) -> dict[str, Any]:
        """Return everything in stats.json but the filters' part."""
        return {
            "dataset": plan.dataset,
            **self.made_by,
            "clips": plan.clips,
            "videos": plan.videos,
            "videos_kept": len(self.kept_videos),
            "turns": {"written": self.written, "kept": self.kept},
            "narrations": {
                "read": plan.narrations + sum(plan.dropped.values()),
                "kept": plan.narrations,
                "dropped": plan.dropped,
                "videos_dropped": plan.videos_dropped,
                "examples": plan.examples,
            },
            "length_classes": {
                "before": {name: self.before[name] for name in LENGTH_CLASSES},
                "after": {name: self.after[name] for name in LENGTH_CLASSES},
            },
            "failures": dict(self.failures),
            "tokens": {"prompt": self.tokens["prompt"], "completion": self.tokens["completion"]},
            "judge_tokens": {name: self.judge_tokens[name] for name in ("prompt", "completion")},
            # Judged turns; right without the narrations; wrong with them; at least one of the two verdicts missing.
            "judged": {name: self.judged[name] for name in ("turns", "guessed", "not_told", "no_verdict")},
        }
