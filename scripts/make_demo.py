"""Make the demo that ships with the package: a video of a house outside training, and questions about it.

    python scripts/make_demo.py src/mmego/assets/demo

The questions are drawn by seed, one of each category in turn, before any model has seen them: none is picked because
a model answers it well. Half are multiple choice, half open.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import tempfile
from pathlib import Path

from mmego.bench.distractors.simulator import turns_to_mcq
from mmego.files import write_jsonl
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ, QA, Source, Span
from mmego.sim.dataset import SimulateOptions, simulate

CATEGORIES = ("where_put", "colour", "where_taken", "put_on", "first", "last", "switched", "after")
QUESTIONS = 8


def in_turn(questions: list[MCQ]) -> list[MCQ]:
    """Order questions: one of each category, then a second of each, and so on."""
    piles = [[q for q in questions if q.category == category] for category in CATEGORIES]
    return [q for row in itertools.zip_longest(*piles) for q in row if q is not None]


def main() -> None:
    """Render the house, draw the questions, write both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=990_000, help="the house; not one of training or testing")
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--size", type=int, default=256)
    given = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        simulate(SimulateOptions(out=made, houses=1, minutes=given.minutes, seed=given.seed, size=given.size))
        (meta, narrations) = next(iter(read_ego4d(made / "narrations.json", made / "ego4d.json")))
        duration = given.minutes * 60
        turns = tuple(make_turns(narrations, duration, seed=0))
        source = Source("mmego-sim", "rules", None, given.seed)
        questions = turns_to_mcq(QA("demo", "demo", Span(0.0, duration), turns, source), 0, narrations)
        rows = []
        for question in in_turn(questions)[:QUESTIONS]:
            row = question.to_json() | {"truth": question.options[question.answer]}
            if len(rows) % 2:
                row["options"] = []
            rows.append(row)
        given.out.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made / "videos" / f"{meta.video}.mp4", given.out / "demo.mp4")
        write_jsonl(given.out / "questions.jsonl", rows)


if __name__ == "__main__":
    main()
