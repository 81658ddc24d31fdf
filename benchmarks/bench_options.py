"""What can be learnt from a benchmark's options alone: `python benchmarks/bench_options.py OUT`.

OUT is a data set of `mmego qa make`. Wrong options are written by rules for all its turns; then guesses that need no
video are tried on them. A fair set of questions leaves each near 25 %. Prints the drops and one line a guess; a share
is the expected one where several options tie.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from mmego.bench.build.source import QuestionSource
from mmego.bench.data.letters import letter_balance
from mmego.bench.distractors.checks import CheckCounts
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import write_choices
from mmego.language.content_words import content_set
from mmego.narrations.clean import Drops
from mmego.records import MCQ

Score = Callable[[MCQ, str], float]


def share(questions: Sequence[MCQ], score: Score) -> float:
    """How often the option with the highest score is right."""
    total = 0.0
    for question in questions:
        scores = [score(question, option) for option in question.options]
        best = [i for i, value in enumerate(scores) if value == max(scores)]
        total += (question.answer in best) / len(best)
    return total / len(questions)


def likeness(question: MCQ, option: str) -> float:
    """Words shared with the other options: low for the odd one out."""
    mine = set(option.lower().split())
    others = [set(other.lower().split()) for other in question.options if other is not option]
    return sum(len(mine & other) / len(mine | other) for other in others)


def main() -> None:
    """Write the options, try the guesses, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    source = QuestionSource(options.data)
    drops, checks = Drops(), CheckCounts()
    samples = list(source.samples(drops))
    begun = time.perf_counter()
    writer = RulesWriter(options.seed)
    found = list(write_choices(samples, source.clip, writer, options.seed, drops, checks))
    seconds = time.perf_counter() - begun
    turns = sum(len(sample.turns) for sample in samples)
    print(f"{len(found):,} questions of {turns:,} turns in {seconds:.1f} s; letters {letter_balance(found)}")
    for reason, count in drops.counts.most_common():
        print(f"  {count:6,} {reason}")

    answers: Counter[str] = Counter()
    of_video: dict[str, Counter[str]] = {}
    for question in found:
        answer = question.options[question.answer]
        answers[answer] += 1
        of_video.setdefault(question.video, Counter())[answer] += 1
    guesses: dict[str, Score] = {
        "the longest": lambda _, option: len(option),
        "the shortest": lambda _, option: -len(option),
        "the odd one out": lambda question, option: -likeness(question, option),
        "the one most like the others": likeness,
        "most words of the question": lambda q, option: len(content_set(q.question) & content_set(option)),
        "the commonest answer of the other videos": lambda q, option: answers[option] - of_video[q.video][option],
    }
    for name, score in guesses.items():
        print(f"  {100 * share(found, score):5.1f} %  {name}")


if __name__ == "__main__":
    main()
