"""How far can one get without video? Text-only baselines on HD-EPIC VQA, and the letters of EgoSchema's answers.

    python benchmarks/text_only.py vqa-benchmark/*.json [--egoschema subset_answers.json]

Baselines that learn are trained on the questions of the other participants: never on the same video, nor on another of
the same person's. Intervals: 95 %, bootstrap over videos.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mmego.bench.importers.registry import import_questions
from mmego.bench.run.baselines import BASELINES, cross_validated
from mmego.bench.scoring.intervals import bootstrap_interval
from mmego.bench.scoring.metrics import chance, mean
from mmego.records import MCQ


def participant(video: str) -> str:
    """``P08`` of ``P08-20240614-184945``."""
    return video.split("-", 1)[0]


def cell(questions: Sequence[MCQ], choices: dict[str, int], rounds: int) -> tuple[float, float, float]:
    """Accuracy and its interval, in percent."""
    right = [float(choices[q.id] == q.answer) for q in questions]
    low, high = bootstrap_interval(right, [q.video for q in questions], seed=0, rounds=rounds)
    return 100 * mean(right), 100 * low, 100 * high


def panel(questions: Sequence[MCQ], rounds: int) -> list[list[str]]:
    """Return a row for each prototype and one for all."""
    choices = {name: cross_validated(name, questions, participant) for name in BASELINES}
    groups = {q.category: [p for p in questions if p.category == q.category] for q in questions}
    rows = []
    for name, chosen in [*sorted(groups.items()), ("all", list(questions))]:
        row = [name, str(len(chosen)), str(len({q.video for q in chosen})), f"{100 * chance_of(chosen):.1f}"]
        for model in BASELINES:
            accuracy, low, high = cell(chosen, choices[model], rounds)
            row.append(f"{accuracy:.1f} ({low:.1f}-{high:.1f})")
        rows.append(row)
    return rows


def chance_of(questions: Sequence[MCQ]) -> float:
    """Return the expected accuracy of guessing."""
    return chance([len(q.options) for q in questions])


def counting(questions: Sequence[MCQ]) -> str:
    """Return what counting questions give away: how often the answer is small, and what one fixed rank gives.

    The rank is the best of all on these same questions: it says how lopsided they are, it is no model.
    """
    asked = [q for q in questions if all(option.strip().isdigit() for option in q.options)]
    if not asked:
        return "no question has numbers alone for options"
    answers = [int(q.options[q.answer]) for q in asked]
    small = sum(answer <= 3 for answer in answers)
    most = max(int(option) for q in asked for option in q.options)
    ranks = Counter(sorted(map(int, q.options)).index(answer) for q, answer in zip(asked, answers, strict=True))
    shares = ", ".join(f"{100 * ranks[rank] / len(asked):.1f} %" for rank in range(len(asked[0].options)))
    return (
        f"counting: {small} of {len(asked)} answers are {min(answers)} to 3, options run up to {most}; always taking "
        f"the smallest, second smallest and so on: {shares}"
    )


def letters(answers: Path) -> str:
    """Return the letter balance of EgoSchema's public answers, and what always saying the commonest gives."""
    counts = Counter(json.loads(answers.read_text(encoding="utf-8")).values())
    total = sum(counts.values())
    shares = ", ".join(f"{'ABCDE'[n]} {counts[n]} ({100 * counts[n] / total:.1f} %)" for n in range(5))
    spread = sum((counts[n] - total / 5) ** 2 / (total / 5) for n in range(5))
    return f"EgoSchema, {total} public answers: {shares}; chi-square {spread:.2f} (95 % of balanced sets: below 9.49)"


def main() -> None:
    """Read, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("files", type=Path, nargs="+", help="HD-EPIC VQA files")
    parser.add_argument("--egoschema", type=Path, help="subset_answers.json")
    parser.add_argument("--rounds", type=int, default=2000, help="bootstrap resamplings")
    options = parser.parse_args()
    start = time.process_time()
    questions = import_questions("hd-epic", options.files).questions
    head = ["prototype", "questions", "videos", "chance", *BASELINES]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in panel(questions, options.rounds):
        print("| " + " | ".join(row) + " |")
    print(f"\n{counting(questions)}")
    print(f"{len(questions)} questions, {time.process_time() - start:.0f} s of one core")
    if options.egoschema:
        print(letters(options.egoschema))


if __name__ == "__main__":
    main()
