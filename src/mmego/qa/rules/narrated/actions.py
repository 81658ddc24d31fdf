"""Facts on narrated actions: which came first and last, with which tool and hand, how often, and on which thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mmego.language.lexicon import word_set
from mmego.language.nouns import (
    canonical_words,
    head_noun,
    indefinite_phrase,
    is_plentiful,
    is_plural,
    may_be_same_thing,
    noun_phrase,
    singular,
)
from mmego.language.verbs import INTRANSITIVE_VERBS, NEVER_WITH_TOOL
from mmego.qa.rules.facts import AnswerKind, Fact, past_tense, times_phrase
from mmego.qa.rules.narrated.clip_actions import AT_ONCE, ClipActions
from mmego.qa.rules.narrated.narrated_action import NarratedAction, nameable
from mmego.qa.rules.narrated.wording import base_phrase, past_phrase

_SHARED_VERBS = {
    "take": "pick up;take;get;grab;pick;fetch;collect;take out;get out",
    "put down": "put down;put away",
    "open": "open",
    "close": "close",
}
_OWN_VERBS = (
    "wash;rinse;clean;scrub;cut;chop;slice;dice;grate;peel;stir;mix;pour;wipe;dry;squeeze;shake;fill;empty;fold;"
    "turn on;turn off;throw away;knead;cook;fry;boil;drain;unwrap;remove;move;eat;drink;taste;flip;roll;plug in;unplug;"
    "sew;iron;paint;drill;sand;plant;dig;water;read;cover;wrap;hang;carry;sweep"
)
QUESTION_VERBS = {verb: asked for asked, verbs in _SHARED_VERBS.items() for verb in verbs.split(";")} | {
    verb: verb for verb in _OWN_VERBS.split(";")
}
"""Narrated verb -> the verb of the question."""

_TOOLS = word_set(
    """spoon spatula knife fork cloth towel sponge rag tissue napkin brush peeler scissors ladle whisk tongs
    chopstick mop broom hammer screwdriver spanner wrench drill saw pliers needle scraper grater masher rolling pin
    pestle hoe shovel
    trowel rake roller sandpaper iron cutter scoop teaspoon tablespoon mixer blender paper stick filter"""
)
MOST_COUNTED = 8
_MOST_CITED = 5
_ONE_TIME_SHARE = 0.15
"""Share of the counts of one that become questions: most answers would be "one time" otherwise."""


def first_and_last(clip: ClipActions) -> Iterator[Fact]:
    """Yield the first and the last thing that the wearer picked up, washed, cut..., or the only one."""
    for action in clip.actions:
        asked = QUESTION_VERBS.get(action.verb)
        if asked is None or action.verb == "put away":
            continue
        family = clip.of_families(action.families)
        if action is not family[0] and action is not family[-1]:
            continue
        things = {canonical_words(a.name) if a.name is not None else None for a in family}
        if len(things) > 1:
            for word, end in (("first", 0), ("last", -1)):
                if action is family[end] and _clear_end(action, family, end) and not clip.implicit.beyond(action, end):
                    yield _end_fact(action, asked, word, len(family))
        elif action is family[0] and asked not in ("take", "put down") and _is_only(action, asked, family):
            if clip.implicit.beyond(action, 0):
                continue
            yield Fact(
                "deed", "object", noun_phrase(action.thing), _indices(family), (f"What did I {asked}?",), worth=1.0
            )


def _is_only(action: NarratedAction, asked: str, family: Sequence[NarratedAction]) -> bool:
    """Return whether the actions of the family are few and all have the verb of the question."""
    return (
        len(family) <= _MOST_CITED and action.can_be_named and all(QUESTION_VERBS.get(a.verb) == asked for a in family)
    )


def _clear_end(action: NarratedAction, family: Sequence[NarratedAction], end: int) -> bool:
    """Return whether the action is surely the first (`end` 0) or last (-1) of its family, and can be named."""
    if action.name is None or not action.can_be_named or (action.continued and end == 0):
        return False
    others = [a for a in family if a is not action and a.name != action.name]
    return all(abs(a.start - action.start) >= AT_ONCE and a.index != action.index for a in others)


def _end_fact(action: NarratedAction, asked: str, word: str, number: int) -> Fact:
    verb = "pick up" if action.verb == "pick up" else asked
    wordings = [f"What did I {verb} {word}?", f"What was the {word} thing I {past_tense(verb)}?"]
    if is_plural(action.thing.name) or " and " in action.thing.name:
        wordings = wordings[:1]
    kind: AnswerKind = "fixture" if asked == "open" else "switch" if asked.startswith("turn") else "object"
    return Fact(
        word, kind, noun_phrase(action.thing), (action.index,), tuple(wordings), worth=1.0 + 0.1 * min(number, 10)
    )


def tools(clip: ClipActions) -> Iterator[Fact]:
    """Yield the tool and the hand that the wearer used for an action."""
    for action in clip.actions:
        same = [a for a in clip.of_families(action.families) if action.name is not None and a.may_be_on(action.name)]
        if not same or (same[0] is not action and same[0].verb == action.verb) or action.name is None:
            continue
        base = base_phrase(action)
        if base is None:
            continue
        with_tool = [a for a in same if a.tool is not None]
        tool = action.tool
        if tool is not None and singular(head_noun(tool.name)) in _TOOLS and nameable(tool):
            alone = all(may_be_same_thing(a.tool.name, tool.name) for a in with_tool if a.tool is not None)
            if alone and action.verb.split()[0] not in NEVER_WITH_TOOL and all(a.name is not None for a in same):
                wordings = (f"What did I use to {base}?", f"What did I {base} with?")
                yield Fact("tool", "tool", noun_phrase(tool), _indices(with_tool), wordings, worth=3.0)
        if action.hand in ("left", "right", "both") and clip.is_unique(action):
            hand = "both hands" if action.hand == "both" else f"my {action.hand} hand"
            yield Fact("hand", "hand", hand, (action.index,), (f"Which hand did I use to {base}?",), worth=3.0)


def counts(clip: ClipActions) -> Iterator[Fact]:
    """Yield how often the wearer opened a door, turned on a tap or picked up a thing."""
    for families, verb in (
        *((("open",), "open"), (("close",), "close"), (("switch on",), "turn on"), (("switch off",), "turn off")),
        (("take",), "pick up"),
    ):
        actions = clip.of_families(families)
        for name in dict.fromkeys(a.name for a in actions if a.name is not None):
            same = [a for a in actions if a.may_be_on(name)]
            if same and same[0].name == name and _countable(same, verb) and not clip.implicit.same_or_opposite(same[0]):
                thing = indefinite_phrase(same[0].thing) if is_plentiful(name) else noun_phrase(same[0].thing)
                share = 1.0 if len(same) > 1 else 0.0 if verb == "pick up" else _ONE_TIME_SHARE
                wordings = (f"How many times did I {verb} {thing}?",)
                yield Fact(
                    "count", "count", times_phrase(len(same)), _indices(same), wordings, share, 1.0 + len(same) / 4
                )


def _countable(same: Sequence[NarratedAction], verb: str) -> bool:
    """Return whether each of the actions surely counts as one more on the same thing."""
    if len(same) > MOST_COUNTED or any(a.name is None for a in same):
        return False
    thing = same[0].thing
    if (
        not nameable(thing)
        or is_plural(thing.name)
        or thing.is_body
        or len({canonical_words(a.name or "") for a in same}) > 1
    ):
        return False
    if any(is_plural(a.thing.name) or a.thing.article == "another" for a in same):
        return False
    if verb == "pick up" and any(a.place is not None or a.source is not None for a in same):
        return False  # "pick the bag into the drawer" was a put; "pasta from the bag" is each time other pasta
    narrated = {
        "pick up": ("pick up", "take", "grab", "get", "pick"),
        "turn on": ("turn on",),
        "turn off": ("turn off",),
    }
    if any(a.verb not in narrated.get(verb, (verb,)) or a.continued for a in same):
        return False
    # Two sentences that overlap may describe one event.
    return all(b.start >= a.end - 0.2 and b.index != a.index for a, b in pairwise(same))


def handled(clip: ClipActions) -> Iterator[Fact]:
    """Yield what the wearer did with a thing: the only action, or the first and the last of several."""
    names = dict.fromkeys(a.name for a in clip.actions if a.name is not None)
    for name in names:
        about = clip.mentioning(name)
        named = [a for a in about if a.name is not None]
        if not named or not all(canonical_words(a.name or "") == canonical_words(name) for a in named):
            continue  # "put salt on the potato" is also something done with the potato
        if len(named) != len(about) and any(_between(a, named) for a in about if a.name is None):
            continue
        thing = named[0].thing
        if not nameable(thing) or thing.is_body or (thing.article == "another"):
            continue
        texts = [past_phrase(a) for a in named]
        if any(a.families & {"open", "close", "switch on", "switch off"} for a in named):
            continue  # the answer would be obvious: a tap is turned on
        if any(a.verb in INTRANSITIVE_VERBS or "enter" in a.families for a in named):
            continue  # to walk into a room is not to do something with it
        trivial = "take" in named[0].families or named[0].verb == "put down"
        if len(named) == 1 and texts[0] is not None and not trivial:
            yield Fact(
                "handled",
                "action",
                f"I {texts[0]}",
                _indices(named),
                (f"What did I do with {noun_phrase(thing)}?",),
                worth=2.0,
            )
        if is_plentiful(name) or len(set(texts)) < 2 or len(named) < 3:
            continue
        for word, end in (("first", 0), ("last", -1)):
            text, beside = texts[end], named[1] if end == 0 else named[-2]
            if (
                text is None
                or (named[end].continued and end == 0)
                or (end == 0 and clip.implicit.used_without_take(name))
                or abs(named[end].start - beside.start) < AT_ONCE
                or named[end].index == beside.index
            ):
                continue
            x = noun_phrase(named[end].thing)  # it may be plural by then: "the place mats"
            wordings = (
                f"What was the {word} thing I did with {x}?",
                f"What did I do {word} with {x}?",
            )
            yield Fact("handled", "action", f"I {text}", (named[end].index,), wordings, worth=2.5)


def _between(action: NarratedAction, named: Sequence[NarratedAction]) -> bool:
    """Return whether an action without an object is close enough to the `named` ones to be on the same thing."""
    return named[0].start - 30.0 < action.start < named[-1].start + 60.0


def _indices(actions: Sequence[NarratedAction]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(action.index for action in actions))
