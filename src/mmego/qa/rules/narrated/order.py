"""Facts from people's narrations: what comes right before or after an action, and which of two comes first."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from mmego.language.nouns import canonical_words, noun_phrase
from mmego.language.timeline import Timeline
from mmego.language.verbs import INTRANSITIVE_VERBS
from mmego.qa.rules.facts import Fact, past_tense
from mmego.qa.rules.narrated.actions import QUESTION_VERBS
from mmego.qa.rules.narrated.clip_actions import AT_ONCE, ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction
from mmego.qa.rules.narrated.wording import base_phrase, past_phrase
from mmego.qa.rules.simulator_people import short_past_phrase
from mmego.records import Narration

SOON = 15.0
"""Most seconds between the end of an action and the start of the one "right after" it."""
_OVERLAP = 1.0
_MEMORABLE = frozenset(
    ("open", "close", "switch on", "switch off", "wash", "dry", "cut", "peel", "stir", "cook", "fill", "remove", "pour",
     "throw", "put", "take")
)  # fmt: skip
"""Families of actions whose order a person may remember."""
_PRONOUNS = {"the man": "he", "the boy": "he", "the woman": "she", "the girl": "she"}
FAR = 20.0
"""Fewest seconds between two actions for a question about their order."""


def neighbours(clip: ClipActions) -> Iterator[Fact]:
    """Yield what the wearer did right before and right after a unique action."""
    unique = [(action, past_phrase(action)) for action in clip.actions if clip.is_unique(action)]
    for anchor, anchor_phrase in unique:
        if anchor_phrase is None:
            continue
        for word, other in (("after", _beside(clip, anchor, 1)), ("before", _beside(clip, anchor, -1))):
            text = past_phrase(other) if other is not None else None
            if other is None or text is None or text == anchor_phrase or _trivial(anchor, other):
                continue
            pair = (anchor, other) if word == "after" else (other, anchor)
            wordings = (
                f"What did I do right {word} I {anchor_phrase}?",
                f"What did I do just {word} I {anchor_phrase}?",
            )
            worth = 1.0 + (other.place is not None) + (other.source is not None)
            yield Fact(word, "action", f"I {text}", (pair[0].index, pair[1].index), wordings, worth=worth)
        yield from _next_of_a_kind(clip, anchor, anchor_phrase)


def _trivial(one: NarratedAction, other: NarratedAction) -> bool:
    """Return True for taking a thing and putting it down again, which is easy to guess."""
    same = one.name is not None and other.name is not None and canonical_words(one.name) == canonical_words(other.name)
    plain = all(a.place is None and a.source is None for a in (one, other))
    return same and plain and bool((one.families | other.families) >= {"take", "put"})


def _beside(clip: ClipActions, anchor: NarratedAction, way: int) -> NarratedAction | None:
    """Return the action right after the anchor (`way` 1) or before it (-1), None where there is no sure one."""
    number = anchor.order + way
    if not 0 <= number < len(clip.actions):
        return None
    action = clip.actions[number]
    first, second = (anchor, action) if way == 1 else (action, anchor)
    if (
        action.continued
        or action.index == anchor.index
        or (action.name is None and action.verb not in INTRANSITIVE_VERBS)
    ):
        return None
    if not first.end - _OVERLAP <= second.start <= first.end + SOON or second.start - first.start < AT_ONCE / 2:
        return None
    if first.start == first.end and second.start - first.start > SOON:
        return None
    further = clip.actions[number + way] if 0 <= number + way < len(clip.actions) else None
    if further is None or further.index == action.index:
        return action if further is None else None
    return action if abs(further.start - action.start) >= AT_ONCE / 2 else None


def _next_of_a_kind(clip: ClipActions, anchor: NarratedAction, anchor_phrase: str) -> Iterator[Fact]:
    """Yield the next thing that the wearer picked up, washed, cut... at least two actions after the anchor."""
    seen: set[str] = set()
    for action in clip.actions[anchor.order + 1 :]:
        asked = QUESTION_VERBS.get(action.verb)
        families = action.families
        if seen & families or (asked is None or asked == "put down"):
            seen |= families
            continue
        seen |= families
        if (
            action.order < anchor.order + 2
            or action.start - anchor.start < AT_ONCE
            or action.start - anchor.end > 180.0
        ):
            continue
        if action.name is None or not action.can_be_named or action.continued:
            continue
        if canonical_words(action.name) & canonical_words(anchor.name or ""):
            continue
        competing = [a for a in clip.of_families(families) if a is not action and abs(a.start - action.start) < AT_ONCE]
        between = [
            a for a in clip.of_families(families) if anchor.start - AT_ONCE < a.start < action.start and a is not anchor
        ]
        if clip.implicit.between(anchor, action):
            continue
        if (
            competing
            or between
            or (anchor.families & families and canonical_words(anchor.name or "") == canonical_words(action.name))
        ):
            continue
        verb = "pick up" if action.verb == "pick up" else asked
        wordings = (
            f"What was the next thing I {past_tense(verb)} after I {anchor_phrase}?",
            f"What did I {verb} next after I {anchor_phrase}?",
        )
        yield Fact("after", "object", noun_phrase(action.thing), (anchor.index, action.index), wordings, worth=1.5)
        return


def order_pairs(
    clip: ClipActions, rng: random.Random, most: int
) -> Iterator[tuple[tuple[Fact, str], tuple[Fact, str]]]:
    """Yield at most `most` pairs of yes/no questions on the order of two unique actions.

    Both questions of a pair use the same words: in one the other action is earlier, in one later. One answer is yes.
    """
    unique = [a for a in clip.actions if clip.is_unique(a) and base_phrase(a) is not None and a.families & _MEMORABLE]
    actions = rng.sample(unique, len(unique))
    made = 0
    for action in actions:
        earlier = [a for a in unique if a.end + FAR <= action.start and _apart(a, action)]
        later = [a for a in unique if a.start >= action.end + FAR and _apart(a, action)]
        if not earlier or not later or made == most:
            continue
        word = rng.choice(("before", "after"))
        sides = (rng.choice(earlier), rng.choice(later))
        pair = []
        for anchor, is_later in zip(sides, (False, True), strict=True):
            answer = "yes" if is_later == (word == "before") else "no"
            question = f"Did I {base_phrase(action)} {word} I {past_phrase(anchor)}?"
            indices = tuple(a.index for a in sorted((action, anchor), key=lambda a: a.order))
            pair.append((Fact("order", "yes_no", answer, indices, (question,)), question))
        made += 1
        yield pair[0], pair[1]


def _apart(one: NarratedAction, other: NarratedAction) -> bool:
    """Return whether the actions are on different things. That a pan is washed before it is dried is easy to guess."""
    return not canonical_words(one.name or "") & canonical_words(other.name or "")


def others_in_turn(timeline: Timeline, narrations: Sequence[Narration]) -> Iterator[Fact]:
    """Yield what another person did right after something that this person did once."""
    for person, entries in timeline.people.items():
        texts = [short_past_phrase(entry) for entry in entries]
        for entry, following, before, text in zip(entries, entries[1:], texts, texts[1:], strict=False):
            if before is None or text is None or before == text:
                continue
            if texts.count(before) > 1 or entry.index == following.index:
                continue
            wait = narrations[following.index].span.start - narrations[entry.index].span.end
            apart = narrations[following.index].span.start - narrations[entry.index].span.start
            if wait > SOON or apart < AT_ONCE:
                continue
            wordings = (f"What did {person} do right after {_PRONOUNS.get(person, 'they')} {before}?",)
            yield Fact("other_person", "action", text, (entry.index, following.index), wordings, worth=1.0)
