"""People's narrations of a few made-up kitchens, with questions by rules: for tests of wrong choices."""

from __future__ import annotations

import random
from collections.abc import Callable

from mmego.bench.distractors.checks import CheckCounts
from mmego.bench.distractors.rules import RulesWriter
from mmego.bench.distractors.writer import write_choices
from mmego.narrations.clean import Drops
from mmego.qa.rules.turns import make_turns
from mmego.records import MCQ, QA, NarratedClip, Narration, Source, Span

THINGS = ("plate", "fork", "carrot", "kettle", "sponge", "bottle of oil", "onion", "towel", "saucepan", "spoon", "lid")
INSIDE = ("cupboard", "drawer", "fridge", "sink", "bin", "dishwasher", "microwave", "basket")
ON = ("counter", "hob", "table", "shelf", "tray", "chopping board")
CLIP = Span(0.0, 600.0)


def narrations(seed: int, count: int = 60, video: str = "v") -> list[Narration]:
    """Return a sentence every ten seconds, as in EPIC-KITCHENS: no subject, no article."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        thing = rng.choice(THINGS)
        text = rng.choice(
            (
                *(f"put {thing} in {rng.choice(INSIDE)}", f"put {thing} on {rng.choice(ON)}", f"wash {thing}"),
                *(f"take {thing} from {rng.choice(INSIDE)}", f"open {rng.choice(INSIDE)}", f"dry {thing}"),
                *(f"close {rng.choice(INSIDE)}", f"pick up {thing}", "turn on tap", "stir soup", f"cut {thing}"),
            )
        )
        found.append(Narration(video, Span(10.0 * number, 10.0 * number + 3.0), text, "C"))
    return found


def kitchens(number: int = 6) -> tuple[list[QA], Callable[[str], NarratedClip | None]]:
    """Return conversations about a few videos, and their clips by id."""
    samples, clips = [], {}
    for seed in range(number):
        found = narrations(seed, video=f"v{seed}")
        name = f"v{seed}:0-600"
        clips[name] = NarratedClip(name, f"v{seed}", CLIP, tuple(found), "epic-kitchens")
        turns = tuple(make_turns(found, CLIP.end, seed, narrator="people"))
        samples.append(QA(name, f"v{seed}", CLIP, turns, Source("epic-kitchens", "rules", seed=seed)))
    return samples, clips.get


def written(seed: int = 0, number: int = 6) -> tuple[list[MCQ], Drops, CheckCounts]:
    """Return the questions that the rules write for some kitchens, with what they dropped and checked."""
    samples, clips = kitchens(number)
    drops, checks = Drops(), CheckCounts()
    found = list(write_choices(iter(samples), clips, RulesWriter(seed), seed, drops, checks))
    return found, drops, checks
