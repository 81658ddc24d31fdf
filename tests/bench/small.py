"""A small benchmark and runs on it, for the tests of everything that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mmego.bench.data.folder import Benchmark, save_benchmark
from mmego.bench.data.runs import ABOUT, PREDICTIONS, SCHEMA, Run, RunSettings, load_run
from mmego.files import write_json, write_jsonl
from mmego.records import MCQ, Prediction, Source, Span
from mmego.records.length_classes import LENGTH_CLASSES, class_range

OPTIONS = ("on the table", "in the drawer", "on the sofa", "in the fridge")


def question(number: int, answer: int = 0, length_class: str = "0.5-1", video: str | None = None) -> MCQ:
    """Question `number`, on video ``v{number // 2}`` unless you name another, with one key span at 10 s."""
    end = class_range(length_class)[1]
    return MCQ(
        id=f"q{number}",
        video=video or f"v{number // 2}",
        clip=Span(0.0, end),
        question="Where did I put the mug?",
        options=OPTIONS,
        answer=answer,
        length_class=length_class,
        key_spans=(Span(10.0, 12.0),),
        category="where_put" if number % 2 else "where_taken",
        source=Source("mmego-sim", "rules"),
    )


def benchmark(folder: Path, count: int = 14) -> Benchmark:
    """Save `count` questions over all length classes in turn, letters in turn."""
    questions = [question(n, n % 4, LENGTH_CLASSES[n // 2 % 7]) for n in range(count)]
    return save_benchmark(folder, "small", questions, {})


def write_run(
    folder: Path, bench: Benchmark, choices: Sequence[int | None], settings: RunSettings, model: str = "m"
) -> Path:
    """Write a finished run with these choices in the benchmark's order; None is a question that failed."""
    known = {"name": bench.name, "sha256": bench.sha256, "questions": len(bench.questions)}
    about = {"schema": SCHEMA, "benchmark": known, "model": model, "fingerprint": f"{model}-1"}
    write_json(folder / ABOUT, {**about, "settings": settings.to_json()})
    rows = [
        Prediction(
            id=q.id,
            model=model,
            blind=settings.blind,
            choice=choice,
            text="" if choice is None else q.options[choice],
            key_frames=() if settings.blind else (11.0, 30.0),
            scores=() if settings.blind else (0.7, 0.1),
            error="no such video" if choice is None else None,
        )
        for q, choice in zip(bench.questions, choices, strict=True)
    ]
    write_jsonl(folder / PREDICTIONS, (row.to_json() for row in rows))
    return folder


def runs_of_small(tmp_path: Path) -> tuple[Benchmark, list[Run]]:
    """14 questions, two a class; a run that fails once, a series over frames, and two blind runs."""
    bench = benchmark(tmp_path / "b", 14)
    right = [q.answer for q in bench.questions]
    wrong = [(a + 1) % 4 for a in right]
    wanted = [
        ("a", [*right[:10], None, *wrong[11:]], RunSettings(select="pointer", keep=4, alpha=0.1), "m"),
        ("b", [*right[:6], *wrong[6:]], RunSettings(select="pointer", keep=16, alpha=0.1), "m"),
        ("c", [*wrong[:2], *right[2:]], RunSettings(select="pointer", keep=4, alpha=0.0), "m"),
        ("blind", [*right[:2], *wrong[2:]], RunSettings(blind=True), "m"),
        ("other", [*wrong[:12], right[12], None], RunSettings(blind=True), "n"),
    ]
    runs = [load_run(write_run(tmp_path / n, bench, c, s, m), bench) for n, c, s, m in wanted]
    return bench, runs
