"""Facts from people's narrations: what was done first and last, with which tool and hand, how often, and to a thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mmego.language.lexicon import word_set
from mmego.language.nouns import alike, canon, head, many, one_of, plural, say, singular
from mmego.language.verbs import NO_TOOL, SILENT
from mmego.qa.rules.facts import AnswerKind, Fact, past, times
from mmego.qa.rules.narrated.events import AT_ONCE, Told
from mmego.qa.rules.narrated.narrated_action import Deed, nameable
from mmego.qa.rules.narrated.wording import did, do

_WORDED = {
    "take": "pick up;take;get;grab;pick;fetch;collect;take out;get out",
    "put down": "put down;put away",
    "open": "open",
    "close": "close",
}
_BY_THEIR_OWN_NAME = (
    "wash;rinse;clean;scrub;cut;chop;slice;dice;grate;peel;stir;mix;pour;wipe;dry;squeeze;shake;fill;empty;fold;"
    "turn on;turn off;throw away;knead;cook;fry;boil;drain;unwrap;remove;move;eat;drink;taste;flip;roll;plug in;unplug;"
    "sew;iron;paint;drill;sand;plant;dig;water;read;cover;wrap;hang;carry;sweep"
)
ASKED = {verb: asked for asked, verbs in _WORDED.items() for verb in verbs.split(";")} | {
    verb: verb for verb in _BY_THEIR_OWN_NAME.split(";")
}
"""Verb as narrated -> the verb of the question."""

_TOOLS = word_set(
    """spoon spatula knife fork cloth towel sponge rag tissue napkin brush peeler scissors ladle whisk tongs
    chopstick mop broom hammer screwdriver spanner wrench drill saw pliers needle scraper grater masher rolling pin
    pestle hoe shovel
    trowel rake roller sandpaper iron cutter scoop teaspoon tablespoon mixer blender paper stick filter"""
)
MOST_COUNTED = 8
_MOST_CITED = 5
_ONE_TIME_SHARE = 0.15


def first_and_last(told: Told) -> Iterator[Fact]:
    """The first and the last thing picked up, washed, cut..., or the only one."""
    for deed in told.deeds:
        asked = ASKED.get(deed.verb)
        if asked is None or deed.verb == "put away":
            continue
        rivals = told.of(deed.families)
        if deed is not rivals[0] and deed is not rivals[-1]:
            continue
        things = {canon(d.name) if d.name is not None else None for d in rivals}
        if len(things) > 1:
            for word, end in (("first", 0), ("last", -1)):
                if deed is rivals[end] and _clear_end(deed, rivals, end) and not told.gaps.at_end(deed, end):
                    yield _end_fact(deed, asked, word, len(rivals))
        elif deed is rivals[0] and asked not in ("take", "put down") and _is_only(deed, asked, rivals):
            if told.gaps.at_end(deed, 0):
                continue
            yield Fact("deed", "object", say(deed.thing), _indices(rivals), (f"What did I {asked}?",), worth=1.0)


def _is_only(deed: Deed, asked: str, rivals: Sequence[Deed]) -> bool:
    """True if all the family's deeds, a few, have the question's verb and this one thing."""
    return len(rivals) <= _MOST_CITED and deed.can_be_named and all(ASKED.get(d.verb) == asked for d in rivals)


def _clear_end(deed: Deed, rivals: Sequence[Deed], end: int) -> bool:
    """True if the first (last) of the family's deeds is surely so, and its thing has a name."""
    if deed.name is None or not deed.can_be_named or (deed.action.continued and end == 0):
        return False
    others = [d for d in rivals if d is not deed and d.name != deed.name]
    return all(abs(d.start - deed.start) >= AT_ONCE and d.index != deed.index for d in others)


def _end_fact(deed: Deed, asked: str, word: str, number: int) -> Fact:
    verb = "pick up" if deed.verb == "pick up" else asked
    wordings = [f"What did I {verb} {word}?", f"What was the {word} thing I {past(verb)}?"]
    if plural(deed.thing.name) or " and " in deed.thing.name:
        wordings = wordings[:1]
    kind: AnswerKind = "fixture" if asked == "open" else "switch" if asked.startswith("turn") else "object"
    return Fact(word, kind, say(deed.thing), (deed.index,), tuple(wordings), worth=1.0 + 0.1 * min(number, 10))


def tools(told: Told) -> Iterator[Fact]:
    """What something was done with, and with which hand."""
    for deed in told.deeds:
        action = deed.action
        same = [d for d in told.of(deed.families) if deed.name is not None and d.on(deed.name)]
        if not same or (same[0] is not deed and same[0].verb == deed.verb) or deed.name is None:
            continue
        base = do(deed)
        if base is None:
            continue
        with_tool = [d for d in same if d.action.tool is not None]
        tool = action.tool
        if tool is not None and singular(head(tool.name)) in _TOOLS and nameable(tool):
            alone = all(alike(d.action.tool.name, tool.name) for d in with_tool if d.action.tool is not None)
            if alone and deed.verb.split()[0] not in NO_TOOL and all(d.name is not None for d in same):
                wordings = (f"What did I use to {base}?", f"What did I {base} with?")
                yield Fact("tool", "tool", say(tool), _indices(with_tool), wordings, worth=3.0)
        if action.hand in ("left", "right", "both") and told.once(deed):
            hand = "both hands" if action.hand == "both" else f"my {action.hand} hand"
            yield Fact("hand", "hand", hand, (deed.index,), (f"Which hand did I use to {base}?",), worth=3.0)


def counts(told: Told) -> Iterator[Fact]:
    """How often a door was opened, a tap turned on, a thing picked up."""
    for families, verb in (
        *((("open",), "open"), (("close",), "close"), (("switch on",), "turn on"), (("switch off",), "turn off")),
        (("take",), "pick up"),
    ):
        deeds = told.of(families)
        for name in dict.fromkeys(d.name for d in deeds if d.name is not None):
            same = [d for d in deeds if d.on(name)]
            if same and same[0].name == name and _countable(same, verb) and not told.gaps.around(same[0]):
                thing = one_of(same[0].thing) if many(name) else say(same[0].thing)
                share = 1.0 if len(same) > 1 else 0.0 if verb == "pick up" else _ONE_TIME_SHARE
                wordings = (f"How many times did I {verb} {thing}?",)
                yield Fact("count", "count", times(len(same)), _indices(same), wordings, share, 1.0 + len(same) / 4)


def _countable(same: Sequence[Deed], verb: str) -> bool:
    """True if each of the deeds is surely one more of the same thing."""
    if len(same) > MOST_COUNTED or any(d.name is None for d in same):
        return False
    thing = same[0].thing
    if not nameable(thing) or plural(thing.name) or thing.is_body or len({canon(d.name or "") for d in same}) > 1:
        return False
    if any(plural(d.thing.name) or d.thing.article == "another" for d in same):
        return False
    if verb == "pick up" and any(d.action.place is not None or d.action.source is not None for d in same):
        return False  # "pick the bag into the drawer" was a put; "pasta from the bag" is each time other pasta
    narrated = {
        "pick up": ("pick up", "take", "grab", "get", "pick"),
        "turn on": ("turn on",),
        "turn off": ("turn off",),
    }
    if any(d.verb not in narrated.get(verb, (verb,)) or d.action.continued for d in same):
        return False
    # Two sentences that overlap may tell of one event.
    return all(b.start >= a.end - 0.2 and b.index != a.index for a, b in pairwise(same))


def handled(told: Told) -> Iterator[Fact]:
    """What was done with a thing: the only deed, or the first and the last of several."""
    names = dict.fromkeys(d.name for d in told.deeds if d.name is not None)
    for name in names:
        about = told.mentions(name)
        named = [d for d in about if d.name is not None]
        if not named or not all(canon(d.name or "") == canon(name) for d in named):
            continue  # "salt on the potato" is also done with the potato
        if len(named) != len(about) and any(_between(d, named) for d in about if d.name is None):
            continue
        thing = named[0].thing
        if not nameable(thing) or thing.is_body or (thing.article == "another"):
            continue
        texts = [did(d) for d in named]
        if any(d.families & {"open", "close", "switch on", "switch off"} for d in named):
            continue  # what else does one do with a tap
        if any(d.verb in SILENT or "enter" in d.families for d in named):
            continue  # nothing is done with a room that is walked into
        trivial = "take" in named[0].families or named[0].verb == "put down"
        if len(named) == 1 and texts[0] is not None and not trivial:
            yield Fact(
                "handled", "deed", f"I {texts[0]}", _indices(named), (f"What did I do with {say(thing)}?",), worth=2.0
            )
        if many(name) or len(set(texts)) < 2 or len(named) < 3:
            continue
        for word, end in (("first", 0), ("last", -1)):
            text, beside = texts[end], named[1] if end == 0 else named[-2]
            if (
                text is None
                or (named[end].action.continued and end == 0)
                or (end == 0 and told.gaps.used_untaken(name))
                or abs(named[end].start - beside.start) < AT_ONCE
                or named[end].index == beside.index
            ):
                continue
            x = say(named[end].thing)  # "the place mats", if they were several by then
            wordings = (
                f"What was the {word} thing I did with {x}?",
                f"What did I do {word} with {x}?",
            )
            yield Fact("handled", "deed", f"I {text}", (named[end].index,), wordings, worth=2.5)


def _between(deed: Deed, named: Sequence[Deed]) -> bool:
    """True if a deed on something unnamed lies near those on the thing: it may be one of them."""
    return named[0].start - 30.0 < deed.start < named[-1].start + 60.0


def _indices(deeds: Sequence[Deed]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(deed.index for deed in deeds))
