"""What the rules make of real narrations: EPIC-KITCHENS-100's validation videos, no video file needed.

    python benchmarks/qa_rules.py --data FOLDER         counts a category, turns a minute, CPU seconds
    ... --show 200 --seed 7                             as well 200 random pairs with the sentences around, to be graded

Questions are asked of every whole video and of clips as the data engine cuts them, one of each length class.
Narrations are read from EPIC_100_validation.csv and EPIC_100_video_info.csv in the folder --data. They are not part of
this repository: get them from https://github.com/epic-kitchens/epic-kitchens-100-annotations (CC BY-NC 4.0).
"""

from __future__ import annotations

import argparse
import ast
import csv
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mmego.language.nouns import canonical_words
from mmego.language.parser import parse
from mmego.language.verbs import FAMILIES
from mmego.qa.pipeline.cutting import ClipOptions, cut_clips
from mmego.qa.rules.turns import make_turns
from mmego.records import Narration, Span, Turn, VideoMeta

CLIPS_A_CLASS = 1
MOST_BETWEEN = 15


@dataclass(frozen=True)
class Asked:
    """A turn with the sentences of the clip that it was made from."""

    video: str
    clip: Span
    narrations: list[Narration]
    turn: Turn


def seconds(stamp: str) -> float:
    """``00:01:02.50`` in seconds."""
    hours, minutes, rest = stamp.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read(data: Path) -> dict[str, tuple[float, list[Narration]]]:
    """Duration and narrations in time order of each video."""
    with (data / "EPIC_100_video_info.csv").open(encoding="utf-8", newline="") as file:
        durations = {row["video_id"]: float(row["duration"]) for row in csv.DictReader(file)}
    videos: defaultdict[str, list[Narration]] = defaultdict(list)
    with (data / "EPIC_100_validation.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            span = Span(seconds(row["start_timestamp"]), seconds(row["stop_timestamp"]))
            nouns = tuple(ast.literal_eval(row["all_nouns"]))
            videos[row["video_id"]].append(
                Narration(row["video_id"], span, row["narration"].strip(), "C", row["verb"], nouns)
            )
    order = sorted(videos.items())
    return {v: (durations[v], sorted(narrations, key=lambda n: (n.span.start, n.span.end))) for v, narrations in order}


def clips_of(
    video: str, duration: float, narrations: Sequence[Narration], seed: int
) -> list[tuple[Span, list[Narration]]]:
    """Return the whole video, and the clips that the data engine cuts out of it, each with its narrations."""
    options = ClipOptions(per_class=CLIPS_A_CLASS, seed=seed)
    clips = cut_clips(VideoMeta(video, duration), narrations, "epic", options)
    return [(Span(0.0, duration), list(narrations))] + [(clip.clip, list(clip.narrations)) for clip in clips]


def ask(video: str, clip: Span, narrations: Sequence[Narration], seed: int) -> list[Asked]:
    """Return the turns of one clip with its narrations."""
    turns = make_turns(narrations, clip.end, seed, narrator="people")
    return [Asked(video, clip, list(narrations), turn) for turn in turns]


def sentences(asked: Asked) -> list[int]:
    """Return the sentences to judge a turn by: cited ones and neighbours, the ends, and those with its words."""
    narrations, cited = asked.narrations, asked.turn.narrations
    shown = {i + step for i in cited for step in (-2, -1, 0, 1, 2)}
    if len(cited) == 2 and cited[1] - cited[0] <= MOST_BETWEEN:
        shown |= set(range(cited[0], cited[1]))  # what came next: everything in between
    words = canonical_words(f"{asked.turn.question.rstrip('?')} {asked.turn.answer}") - canonical_words(_COMMON)
    shown |= {i for i, n in enumerate(narrations) if canonical_words(n.text) & words}
    if asked.turn.category in ("first", "last", "put_on", "taken_from"):
        families = {f for i in cited for a in parse(narrations[i]) for f in FAMILIES.get(a.verb, ())}
        alike = [
            i for i, n in enumerate(narrations) if any(FAMILIES.get(a.verb, frozenset()) & families for a in parse(n))
        ]
        shown |= set(alike[:3] + alike[-3:])
    return sorted(i for i in shown if 0 <= i < len(narrations))


_COMMON = """I did do what where which how many time first last next thing right just before after with on in into from
put my picked up take took pick down was were it use turn turned off open opened close closed wash washed"""


def show(pairs: Sequence[Asked]) -> None:
    """Print pairs with their sentences; a star marks the cited ones."""
    for number, asked in enumerate(pairs):
        turn, narrations = asked.turn, asked.narrations
        clip = f"{asked.clip.start:.0f}-{asked.clip.end:.0f} s, {len(narrations)} sentences"
        print(f"\n{number} [{turn.category}] {turn.question} -> {turn.answer}   ({asked.video}, {clip})")
        lines = [f"{'*' if i in turn.narrations else ''}{i} {narrations[i].text}" for i in sentences(asked)]
        print("    " + " | ".join(lines))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the two files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="how many random pairs to print")
    options = parser.parse_args(arguments)
    videos = read(options.data)
    rng = random.Random(options.seed)
    started = time.process_time()
    actions = [parse(narration) for _, narrations in videos.values() for narration in narrations]
    understood = sum(bool(found) and all(action.object is not None for action in found) for found in actions)
    print(f"{len(actions)} sentences of {len(videos)} videos, {understood / len(actions):.1%} with verb and object")
    whole, cut = Counter[str](), Counter[str]()
    minutes = 0.0
    pairs: list[Asked] = []
    spent = 0.0
    for video, (duration, narrations) in videos.items():
        for number, (clip, inside) in enumerate(clips_of(video, duration, narrations, options.seed)):
            begun = time.process_time()
            asked = ask(video, clip, inside, options.seed)
            spent += (time.process_time() - begun) * (number == 0)
            (whole if number == 0 else cut).update(one.turn.category for one in asked)
            minutes += clip.length / 60 * (number == 0)
            pairs += asked
    total = whole.total()
    print(f"{'category':<14}{'whole videos':>14}{'clips':>8}")
    for category, count in whole.most_common():
        print(f"{category:<14}{count:>14}{cut[category]:>8}")
    print(f"{'all':<14}{total:>14}{cut.total():>8}")
    print(
        f"whole videos: {minutes:.0f} minutes, {total / minutes:.2f} turns a minute, {spent:.1f} s of CPU to make them"
    )
    print(f"everything: {time.process_time() - started:.1f} s of CPU")
    show(rng.sample(pairs, min(options.show, len(pairs))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
