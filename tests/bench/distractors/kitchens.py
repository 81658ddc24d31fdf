"""People's narrations of a few made-up kitchens, for tests of wrong options: clips, and questions by rules on them."""

from __future__ import annotations

import random
from collections.abc import Callable

from mmego.qa.rules.make_turns import make_turns
from mmego.records import QA, NarratedClip, Narration, Source, Span

THINGS = ("plate", "fork", "carrot", "kettle", "sponge", "bottle of oil", "onion", "towel", "saucepan", "spoon", "lid")
INSIDE = ("cupboard", "drawer", "fridge", "sink", "bin", "dishwasher", "microwave", "basket")
ON = ("counter", "hob", "table", "shelf", "tray", "chopping board")
CLIP = Span(0.0, 600.0)


def narrations(seed: int, count: int = 60, video: str = "v") -> list[Narration]:
    """A sentence every ten seconds, as EPIC-KITCHENS has them: no subject, no article."""
    rng = random.Random(seed)
    told = []
    for number in range(count):
        thing = rng.choice(THINGS)
        text = rng.choice(
            (
                *(f"put {thing} in {rng.choice(INSIDE)}", f"put {thing} on {rng.choice(ON)}", f"wash {thing}"),
                *(f"take {thing} from {rng.choice(INSIDE)}", f"open {rng.choice(INSIDE)}", f"dry {thing}"),
                *(f"close {rng.choice(INSIDE)}", f"pick up {thing}", "turn on tap", "stir soup", f"cut {thing}"),
            )
        )
        told.append(Narration(video, Span(10.0 * number, 10.0 * number + 3.0), text, "C"))
    return told


def kitchens(number: int = 6) -> tuple[list[QA], Callable[[str], NarratedClip | None]]:
    """Conversations of a few videos, and their clips by id."""
    samples, clips = [], {}
    for seed in range(number):
        told = narrations(seed, video=f"v{seed}")
        name = f"v{seed}:0-600"
        clips[name] = NarratedClip(name, f"v{seed}", CLIP, tuple(told), "epic-kitchens")
        turns = tuple(make_turns(told, CLIP.end, seed, narrator="people"))
        samples.append(QA(name, f"v{seed}", CLIP, turns, Source("epic-kitchens", "rules", seed=seed)))
    return samples, clips.get
