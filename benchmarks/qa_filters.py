"""Turns a second through the filters, against bare parsing of the same sentences; memory of the corpus filters.

    python benchmarks/qa_filters.py [--epic EPIC_100_validation.csv] [--clips 200] [--rounds 3] [--json FILE]
    python benchmarks/qa_filters.py --corpus 7000000 [--varied]

Without the EPIC-KITCHENS file the clips are made of invented kitchen sentences. Times are of the processor (a busy
machine does not change them much), the best of all rounds. The bound: the filters must see every sentence of a clip
once, so reading a clip's sentences with the grammar, caches empty, is what no filter that knows the sentences beats.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mmego.language import content_words, parser, question_parser
from mmego.narrations.clean import Drops
from mmego.narrations.readers.epic import read_epic
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.corpus.passes import filter_corpus
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.filters import FILTERS, FilterOptions, filter_sample
from mmego.qa.rules.turns import make_turns
from mmego.records import QA, NarratedClip, Narration, Source, Span, Turn

TARGET_TURNS_PER_SECOND = 5000
TARGET_CORPUS_MB = 1500
SOURCE = Source("bench", "rules")
THINGS = [f"{colour} {thing}" for colour in ("red", "blue", "old", "small") for thing in (
    "mug", "knife", "pan", "plate", "bowl", "spoon", "bottle", "onion", "carrot", "towel", "lid", "jar")]  # fmt: skip
PLACES = ("sink", "fridge", "drawer", "counter", "shelf", "table", "dishwasher", "bin", "hob", "cupboard")


def invented_videos(number: int) -> dict[str, list[Narration]]:
    """Videos of 150 invented sentences."""
    rng = random.Random(0)
    videos = {}
    for video in range(number):
        narrations = []
        for i in range(150):
            thing, place = rng.choice(THINGS), rng.choice(PLACES)
            text = rng.choice(
                (f"take {thing} from {place}", f"put {thing} in {place}", f"wash {thing}", f"open {place}")
            )
            narrations.append(Narration(f"v{video}", Span(i * 4.0, i * 4.0 + 3), text))
        videos[f"v{video}"] = narrations
    return videos


def samples_of(videos: dict[str, list[Narration]], number: int) -> list[ClipQA]:
    """Clips of 30 s to 10 min with the questions that rules write about them."""
    rng = random.Random(1)
    names = sorted(videos)
    samples: list[ClipQA] = []
    while len(samples) < number:
        narrations = sorted(videos[rng.choice(names)], key=lambda n: n.span)
        end = max(n.span.end for n in narrations)
        start = rng.uniform(0, max(0.0, end - 60))
        clip = Span(start, min(end, start + rng.choice((30, 60, 120, 300, 600))))
        inside = tuple(n for n in narrations if clip.start <= n.span.start and n.span.end <= clip.end)
        turns = tuple(make_turns(inside, clip.end, 0))
        if turns:
            name = f"{inside[0].video}-{len(samples)}"
            narrated = NarratedClip(name, inside[0].video, clip, inside, "bench")
            samples.append(ClipQA(narrated, QA(name, narrated.video, clip, turns, SOURCE)))
    return samples


def forget() -> None:
    """Empty every cache: each round starts as a new process does."""
    for module in (question_parser, parser, content_words):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def measure_filters(samples: list[ClipQA], rounds: int) -> dict[str, float]:
    """Best processor seconds of the filters and of bare parsing."""
    best = {"filters": float("inf"), "parsing": float("inf")}
    turns = sum(len(sample.qa.turns) for sample in samples)
    kept = 0
    for _ in range(rounds):
        forget()
        start = time.process_time()
        for sample in samples:
            for narration in sample.clip.narrations:
                parser.parse(narration)
        best["parsing"] = min(best["parsing"], time.process_time() - start)
        forget()
        start = time.process_time()
        kept = sum(len(filter_sample(s, tuple(FILTERS), FilterOptions(), Drops()).turns) for s in samples)
        best["filters"] = min(best["filters"], time.process_time() - start)
    return {
        "turns": turns,
        "kept": kept,
        "sentences": sum(len(sample.clip.narrations) for sample in samples),
        "turns_per_second": turns / best["filters"],
        "times_bare_parsing": best["filters"] / best["parsing"],
    }


def invented_corpus(turns: int) -> Iterator[QA]:
    """Conversations of seven and a half turns on clips of all lengths, as many videos as give 780 turns each."""
    rng = random.Random(0)
    lengths = (45, 90, 180, 400, 900, 1800, 3000)
    made = 0
    while made < turns:
        video, size = f"v{rng.randrange(max(1, turns // 780))}", rng.choice(lengths)
        start = rng.uniform(0, 3600)
        number = min(rng.randint(5, 10), turns - made)
        conversation = []
        for _ in range(number):
            thing, place, at = rng.choice(THINGS), rng.choice(PLACES), start + rng.uniform(0, size - 4)
            question, answer = rng.choice(
                (
                    (f"Where did I put the {thing} after I opened the {rng.choice(PLACES)}?", f"in the {place}"),
                    (f"What did I take from the {place} before I washed the {thing}?", f"the {rng.choice(THINGS)}"),
                    (f"Did I close the {place} after I picked up the {thing}?", rng.choice(("yes", "no"))),
                )
            )
            conversation.append(Turn(question, answer, (Span(at, at + 4),), (0,), "llm"))
        yield QA(f"c{made}", video, Span(start, start + size), tuple(conversation), SOURCE)
        made += number


def varied_corpus(turns: int) -> Iterator[QA]:
    """Yield a corpus that is the worst case for near duplicates.

    Two thousand things of uneven frequency and clauses that come and go: millions of questions that differ, most of
    them similar to another one, on few answers.
    """
    rng = random.Random(0)
    starts, ends = ("b", "d", "f", "g", "h", "k", "m", "p", "s", "t"), ("ck", "nd", "rm", "sh", "lt")
    parts = [f"{start}{vowel}" for start in starts for vowel in "aeiou"]
    things = [f"{one}{two}{end}" for one in parts for two in parts[::6] for end in ends]

    def thing() -> str:
        return things[min(int(rng.paretovariate(0.7)) - 1, len(things) - 1)]

    for qa in invented_corpus(turns):
        conversation = []
        for turn in qa.turns:
            extra = "".join(
                f" {word} the {thing()}" for word in ("with", "beside", "near", "under") if rng.random() < 0.4
            )
            question = f"{rng.choice(('Did I pick up', 'Where did I put'))} the {thing()}{extra}?"
            answer = rng.choice(("yes", "no")) if question.startswith("Did") else f"on the {rng.choice(PLACES)}"
            conversation.append(replace(turn, question=question, answer=answer))
        yield replace(qa, turns=tuple(conversation))


def measure_corpus(turns: int, varied: bool) -> dict[str, float]:
    """Peak memory of this process and seconds, making the conversations included."""
    drops, start = Drops(), time.process_time()
    make = varied_corpus if varied else invented_corpus
    kept = sum(len(qa.turns) for qa in filter_corpus(lambda: make(turns), CorpusOptions(), drops))
    for reason, count in drops.counts.most_common():
        print(f"{count:>10,}  {reason}")
    return {
        "turns": kept + drops.counts.total(),
        "kept": kept,
        "seconds": time.process_time() - start,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure, print, compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--epic", type=Path, help="EPIC_100_validation.csv")
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--corpus", type=int, default=0, metavar="TURNS", help="measure the corpus filters instead")
    parser.add_argument("--varied", action="store_true", help="with --corpus: millions of questions that differ")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.corpus:
        found = measure_corpus(options.corpus, options.varied)
        print(f"{found['turns']:.0f} turns, {found['kept']:.0f} kept, {found['seconds']:.0f} s (making them included)")
        print(f"peak memory {found['peak_mb']:.0f} MB (target {TARGET_CORPUS_MB} for 7 million turns)")
    else:
        videos = (
            {meta.video: narrations for meta, narrations in read_epic(options.epic)}
            if options.epic
            else invented_videos(50)
        )
        found = measure_filters(samples_of(videos, options.clips), options.rounds)
        print(f"{found['turns']:.0f} turns on {found['sentences']:.0f} sentences, {found['kept']:.0f} kept")
        print(f"{found['turns_per_second']:.0f} turns/s (target {TARGET_TURNS_PER_SECOND})")
        print(f"{found['times_bare_parsing']:.2f} times the time of bare parsing of the same sentences")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
