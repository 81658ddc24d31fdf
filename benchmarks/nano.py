"""A checkpoint's key-frame recall and multiple choice by likelihood, on simulated houses outside training.

    python benchmarks/nano.py --out out/nano-test

renders 30 test houses as MP4, asks every multiple-choice question that their narrations answer through the engine, with
the pointer's frames, with evenly spaced frames (the same checkpoint) and blind, and prints the table of
docs/reference/nano.md. Yes/no questions, which have two choices, have their own lines and do not count in "all". It
leaves the videos, predictions.jsonl and results.json in the folder; a stopped run continues.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mmego import Engine, Question
from mmego.bench.distractors.simulator import turns_to_mcq, turns_to_yes_no
from mmego.bench.scoring.intervals import bootstrap_interval
from mmego.bench.scoring.metrics import mean, spans_hit
from mmego.engine.benchmark_model import EngineModel
from mmego.files import read_jsonl, write_json, write_jsonl
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ, QA, Source, Span
from mmego.sim.dataset import SimulateOptions, simulate

YES_NO = "yes/no"
"""Beginning of the categories of questions with two choices: a guess is right in half of them, not in a quarter."""


def questions_of(folder: Path, seed: int) -> Iterator[tuple[str, list[MCQ]]]:
    """Return name and questions of every video of a simulated data set; questions with four choices come first."""
    for meta, narrations in read_ego4d(folder / "narrations.json", folder / "ego4d.json"):
        duration = float(meta.duration or 0.0)
        turns = tuple(make_turns(narrations, duration, seed))
        qa = QA(meta.video, meta.video, Span(0.0, duration), turns, Source("mmego-sim", "rules", None, seed))
        yes_no = [replace(q, category=f"{YES_NO}: {q.category}") for q in turns_to_yes_no(qa, seed)]
        yield meta.video, [*turns_to_mcq(qa, seed, narrations), *yes_no]


def ask(engine: Engine, video: Path, questions: list[MCQ], keeps: list[int]) -> Iterator[dict[str, Any]]:
    """Return one prediction for each question and condition."""
    memory = engine.index(video)
    asked = [Question(q.question, q.options) for q in questions]
    conditions = [(select, keep) for select in ("pointer", "uniform") for keep in keeps]
    for select, keep in [*conditions, ("blind", 0)]:
        if select == "blind":
            findings = engine.find_all(None, asked)
        else:
            findings = engine.find_all(memory, asked, keep=keep, select="pointer" if select == "pointer" else "uniform")
        for question, finding in zip(questions, findings, strict=True):
            answer = finding.answer
            times = [e.time for e in answer.evidence]
            yield {
                "id": question.id,
                "video": question.video,
                "category": question.category,
                "model": engine.name,
                "blind": select == "blind",
                "select": select,
                "keep": keep,
                "choice": answer.choice,
                "answer": question.answer,
                "text": answer.answer,
                "key_frames": times,
                "recall": spans_hit(question.key_spans, times),
            }


def table(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Compute accuracy with its interval over videos, and recall, per condition and category.

    "all" are those with four options, "yes/no" those with two.
    """
    lines = []
    for select, keep in dict.fromkeys((r["select"], r["keep"]) for r in rows):
        part = [r for r in rows if (r["select"], r["keep"]) == (select, keep)]
        for category, some in _groups(part):
            right = [float(r["choice"] == r["answer"]) for r in some]
            low, high = bootstrap_interval(right, [r["video"] for r in some], seed=0)
            recall = mean(r["recall"] for r in some)
            lines.append(
                {
                    "select": select,
                    "keep": keep,
                    "category": category,
                    "questions": len(some),
                    "accuracy": mean(right),
                    "low": low,
                    "high": high,
                    "recall": recall,
                }
            )
    return lines


def _groups(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Group the rows by number of choices, "all" and "yes/no", each followed by its categories; no group is empty."""
    for name, two in (("all", False), (YES_NO, True)):
        some = [r for r in rows if r["category"].startswith(YES_NO) == two]
        if some:
            yield name, some
        for category in sorted({r["category"] for r in some}):
            yield category, [r for r in some if r["category"] == category]


def show(lines: list[dict[str, Any]]) -> None:
    """Print the table as Markdown."""
    print("| frames | kept | questions | n | accuracy | 95 % over houses | recall |")
    print("|---|---|---|---|---|---|---|")
    for line in lines:
        print(
            f"| {line['select']} | {line['keep']} | {line['category']} | {line['questions']} | {line['accuracy']:.3f} "
            f"| {line['low']:.3f} to {line['high']:.3f} | {line['recall']:.3f} |"
        )


def key_of(engine: Engine, questions: list[MCQ], keeps: list[int]) -> str:
    """Return 12 digits for what shapes a part's rows: weights, the checkpoint's settings, questions and conditions."""
    asked = [question.to_json() for question in questions]
    shape = [engine.name, engine.fingerprint, EngineModel(engine).about(), asked, keeps]
    return hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:12]


def main() -> None:
    """Render, ask, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/nano-test"))
    parser.add_argument("--model", default="nano")
    parser.add_argument("--houses", type=int, default=30)
    parser.add_argument("--seed", type=int, default=9_000_000, help="first house; test houses begin at 9,000,000")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--size", type=int, default=384)
    parser.add_argument("--keep", type=int, nargs="+", default=[4, 8])
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    given = parser.parse_args()

    simulate(
        SimulateOptions(out=given.out, houses=given.houses, minutes=given.minutes, seed=given.seed, size=given.size)
    )
    engine = Engine.from_pretrained(given.model, precision=given.precision)
    rows = []
    for video, questions in tqdm(list(questions_of(given.out, 0)), desc="houses", file=sys.stderr):
        part = given.out / "predictions" / f"{video}-{key_of(engine, questions, given.keep)}.jsonl"
        if not part.exists():
            write_jsonl(part, ask(engine, given.out / "videos" / f"{video}.mp4", questions, given.keep))
        rows += list(read_jsonl(part))
    write_jsonl(given.out / "predictions.jsonl", rows)
    lines = table(rows)
    write_json(given.out / "results.json", {"model": engine.name, "fingerprint": engine.fingerprint, "rows": lines})
    show(lines)


if __name__ == "__main__":
    main()
