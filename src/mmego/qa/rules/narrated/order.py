"""Facts from people's narrations: what came right before and right after a deed, and which of two came first."""

from __future__ import annotations

import random
from collections.abc import Iterator

from mmego.language.nouns import canon, say
from mmego.language.verbs import SILENT
from mmego.qa.rules.facts import Fact, past
from mmego.qa.rules.narrated.actions import ASKED
from mmego.qa.rules.narrated.events import AT_ONCE, Told
from mmego.qa.rules.narrated.narrated_action import Deed
from mmego.qa.rules.narrated.wording import did, do

SOON = 15.0
"""Seconds between a deed's end and the next one's start up to which the next one comes "right after"."""
_OVERLAP = 1.0
FAR = 20.0
"""Seconds between two deeds from which on it is worth asking which of them came first."""


def neighbours(told: Told) -> Iterator[Fact]:
    """What was done right before and right after something that is told once."""
    once = [(deed, did(deed)) for deed in told.deeds if told.once(deed)]
    for anchor, said in once:
        if said is None:
            continue
        for word, other in (("after", _beside(told, anchor, 1)), ("before", _beside(told, anchor, -1))):
            text = did(other) if other is not None else None
            if other is None or text is None or text == said or _trivial(anchor, other):
                continue
            pair = (anchor, other) if word == "after" else (other, anchor)
            wordings = (f"What did I do right {word} I {said}?", f"What did I do just {word} I {said}?")
            worth = 1.0 + (other.action.place is not None) + (other.action.source is not None)
            yield Fact(word, "deed", f"I {text}", (pair[0].index, pair[1].index), wordings, worth=worth)
        yield from _next_of_a_kind(told, anchor, said)


def _trivial(one: Deed, other: Deed) -> bool:
    """True for taking a thing and putting it down again: anybody would guess it."""
    same = one.name is not None and other.name is not None and canon(one.name) == canon(other.name)
    plain = all(d.action.place is None and d.action.source is None for d in (one, other))
    return same and plain and bool((one.families | other.families) >= {"take", "put"})


def _beside(told: Told, anchor: Deed, way: int) -> Deed | None:
    """The deed right after (before) the anchor, None where the sentences do not give a sure one."""
    number = anchor.order + way
    if not 0 <= number < len(told.deeds):
        return None
    deed = told.deeds[number]
    first, second = (anchor, deed) if way == 1 else (deed, anchor)
    if deed.action.continued or deed.index == anchor.index or (deed.name is None and deed.verb not in SILENT):
        return None
    if not first.end - _OVERLAP <= second.start <= first.end + SOON or second.start - first.start < AT_ONCE / 2:
        return None
    if first.start == first.end and second.start - first.start > SOON:
        return None
    further = told.deeds[number + way] if 0 <= number + way < len(told.deeds) else None
    if further is None or further.index == deed.index:
        return deed if further is None else None
    return deed if abs(further.start - deed.start) >= AT_ONCE / 2 else None


def _next_of_a_kind(told: Told, anchor: Deed, said: str) -> Iterator[Fact]:
    """The next thing picked up, washed, cut... after the anchor, some deeds later."""
    seen: set[str] = set()
    for deed in told.deeds[anchor.order + 1 :]:
        asked = ASKED.get(deed.verb)
        families = deed.families
        if seen & families or (asked is None or asked == "put down"):
            seen |= families
            continue
        seen |= families
        if deed.order < anchor.order + 2 or deed.start - anchor.start < AT_ONCE or deed.start - anchor.end > 180.0:
            continue
        if deed.name is None or not deed.can_be_named or deed.action.continued:
            continue
        if canon(deed.name) & canon(anchor.name or ""):
            continue
        rivals = [d for d in told.of(families) if d is not deed and abs(d.start - deed.start) < AT_ONCE]
        between = [d for d in told.of(families) if anchor.start - AT_ONCE < d.start < deed.start and d is not anchor]
        if told.gaps.between(anchor, deed):
            continue
        if rivals or between or (anchor.families & families and canon(anchor.name or "") == canon(deed.name)):
            continue
        verb = "pick up" if deed.verb == "pick up" else asked
        wordings = (
            f"What was the next thing I {past(verb)} after I {said}?",
            f"What did I {verb} next after I {said}?",
        )
        yield Fact("after", "object", say(deed.thing), (anchor.index, deed.index), wordings, worth=1.5)
        return


def order_pairs(told: Told, rng: random.Random, most: int) -> Iterator[tuple[tuple[Fact, str], tuple[Fact, str]]]:
    """Pairs of one deed told once asked about before another one and after it: one yes, one no in the same words."""
    once = [d for d in told.deeds if told.once(d) and do(d) is not None and d.families & _TURNING]
    deeds = rng.sample(once, len(once))
    made = 0
    for deed in deeds:
        earlier = [d for d in once if d.end + FAR <= deed.start and _apart(d, deed)]
        later = [d for d in once if d.start >= deed.end + FAR and _apart(d, deed)]
        if not earlier or not later or made == most:
            continue
        word = rng.choice(("before", "after"))
        sides = (rng.choice(earlier), rng.choice(later))
        pair = []
        for anchor, is_later in zip(sides, (False, True), strict=True):
            answer = "yes" if is_later == (word == "before") else "no"
            question = f"Did I {do(deed)} {word} I {did(anchor)}?"
            indices = tuple(d.index for d in sorted((deed, anchor), key=lambda d: d.order))
            pair.append((Fact("order", "yes_no", answer, indices, (question,)), question))
        made += 1
        yield pair[0], pair[1]


_TURNING = frozenset(
    ("open", "close", "switch on", "switch off", "wash", "dry", "cut", "peel", "stir", "cook", "fill", "remove", "pour",
     "throw", "put", "take")
)  # fmt: skip
"""Families of deeds that somebody may remember when asked whether one came before another."""


def _apart(one: Deed, other: Deed) -> bool:
    """True if the deeds are on different things: washing a pan before drying it needs no memory."""
    return not canon(one.name or "") & canon(other.name or "")
