"""Selection of questions for a clip that people narrated: collect all sure facts, keep the best ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from mmego.language.timeline import Timeline
from mmego.qa.rules.facts import Draft, Fact
from mmego.qa.rules.narrated.actions import counts, first_and_last, handled, tools
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.qa.rules.narrated.order import neighbours, order_pairs, others_in_turn
from mmego.qa.rules.narrated.places import put_in, taken_from, where_put, where_taken
from mmego.qa.rules.simulator_people import others
from mmego.records import Narration

NARRATED_CATEGORIES = (
    *("where_put", "where_taken", "put_on", "taken_from", "first", "last", "after", "before", "handled"),
    *("count", "tool", "hand", "order", "other_person", "deed"),
)
NARRATED_MAKERS = (where_put, where_taken, put_in, taken_from, first_and_last, neighbours, handled, counts, tools)
MOST_OF_A_CATEGORY = 12
MOST_PAIRS = 3
MOST_ON_ONE_NARRATION = 3
"""One sentence can answer many questions: where, from where, first, after, with what."""


def narrated_drafts(narrations: Sequence[Narration], rng: random.Random) -> list[Draft]:
    """Return the best questions about people's narrations, each with a sure answer."""
    clip = ClipActions(narrations)
    facts = [fact for make in NARRATED_MAKERS for fact in make(clip)]
    if any(narration.actor != "C" for narration in narrations):
        timeline = Timeline(narrations)
        facts += [*others(timeline), *others_in_turn(timeline, narrations)]
    # A thing with two names gives the same fact twice.
    facts = list({(f.category, f.answer, f.narrations): f for f in facts}.values())
    facts = [fact for fact in facts if rng.random() < fact.share]
    drafts: list[Draft] = [[(fact, rng.choice(fact.wordings))] for fact in _best(facts, rng)]
    return drafts + [list(pair) for pair in order_pairs(clip, rng, MOST_PAIRS)]


def _best(facts: Sequence[Fact], rng: random.Random) -> list[Fact]:
    """Return the best facts of each category, with a limit for each narration."""
    ranked = sorted(facts, key=lambda fact: (-fact.worth, rng.random()))
    by_category: Counter[str] = Counter()
    cited: Counter[int] = Counter()
    kept: list[Fact] = []
    for fact in ranked:
        if by_category[fact.category] == MOST_OF_A_CATEGORY:
            continue
        if max(cited[index] for index in fact.narrations) >= MOST_ON_ONE_NARRATION:
            continue
        by_category[fact.category] += 1
        cited.update(fact.narrations)
        kept.append(fact)
    return kept
