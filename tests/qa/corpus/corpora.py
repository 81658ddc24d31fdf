"""Small corpora, for tests of corpus filters."""

from __future__ import annotations

import random
from typing import Any

from mmego.narrations.clean import Drops
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.corpus.passes import filter_corpus
from mmego.records import QA, Source, Span, Turn

SOURCE = Source("own", "llm")


def only(*steps: str, **options: Any) -> CorpusOptions:
    return CorpusOptions(steps=steps, min_turns=0, min_conversations=0, **options)


def turn(question: str, answer: str, start: float = 0.0, category: str = "llm") -> Turn:
    return Turn(question, answer, (Span(start, start + 4),), (0,), category)


def qa(name: str, *turns: Turn, video: str = "v", seconds: float = 45.0) -> QA:
    return QA(name, video, Span(0, seconds), turns, SOURCE)


def run(corpus: list[QA], options: CorpusOptions, drops: Drops | None = None) -> list[QA]:
    return list(filter_corpus(lambda: iter(corpus), options, drops if drops is not None else Drops()))


def kept(corpus: list[QA], options: CorpusOptions) -> list[tuple[str, str]]:
    return [(t.question, t.answer) for c in run(corpus, options) for t in c.turns]


def yes_no_corpus() -> list[QA]:
    rng = random.Random(0)
    corpus = []
    for i in range(400):
        said = "yes" if rng.random() < 0.8 else "no"
        category = rng.choice(("closed", "switched"))
        turns = (turn(f"Did I close box {i}?", said, category=category), turn(f"What was in box {i}?", f"cup{i}"))
        corpus.append(qa(f"c{i}", *(turns if i % 2 else turns[:1]), video=f"v{i}"))
    return corpus


def long_and_short() -> list[QA]:
    sizes = {45.0: 100, 90.0: 60, 180.0: 40, 400.0: 20, 900.0: 20, 1800.0: 10, 3000.0: 10}
    return [
        qa(f"c{seconds}-{i}", turn(f"What was in box {i}?", f"cup{i}"), video=f"v{i % 10}", seconds=seconds)
        for seconds, number in sizes.items()
        for i in range(number)
    ]


def of_videos(out: list[QA]) -> set[str]:
    return {c.video for c in out}
