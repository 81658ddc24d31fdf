"""Deeds that people did not narrate, proved by their opposite: what is opened twice was closed in between.

A question on closings has no sure answer where a closing is known to be untold; the same holds for openings, switching
on and off, taking and putting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmego.language.lexicon import CLOSABLE, word_set
from mmego.language.nouns import alike, canon, head, many, share_word, singular
from mmego.qa.rules.narrated.lids import is_portable
from mmego.qa.rules.narrated.narrated_action import Deed

_PAIRS = (("open", "close"), ("switch on", "switch off"), ("take", "put"))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_LEFT = 30.0
"""Seconds after which a door that is open, or a tap that runs, was surely closed if the clip goes on."""
_SOON_CLOSED = CLOSABLE | {"door", "tap", "bin"}
_AT_THE_START = 10.0
"""Seconds from the clip's first deed in which a thing that is put may have been in the hand before."""
_EITHER = frozenset(("throw", "move", "remove", "pour", "eat", "wear"))
"""Families after which nothing is known of where the thing is."""
_IN_HAND = frozenset(("pour", "add", "season", "spread", "eat", "wash", "peel"))
"""Families of deeds for which a thing must be in the hand."""
_TAKEN_UP = frozenset(("wash", "dry", "peel", "throw"))
_NEVER_TAKEN = word_set("water tap food mixture mix content waste peel sink counter table hob floor")
_ROOMS = CLOSABLE | word_set("counter table desk rack drainer shelf sink worktop countertop floor side bag")
"""Heads of places in which things keep their names; in a pan the salt becomes part of something."""
_REACH = 20.0
_LIKELY = 60.0
_STILL_HELD = frozenset(("hold", "carry"))


@dataclass(frozen=True, slots=True)
class Gap:
    """An untold deed of `family` on the thing `name`, somewhere from `start` to `end` in seconds."""

    family: str
    name: str
    start: float
    end: float
    used: bool = False
    """True if the thing was surely taken as one thing: it was used, or put somewhere as a whole."""


class Gaps:
    """The untold deeds of one clip, whose told ones are `deeds`, in time order."""

    def __init__(self, deeds: Sequence[Deed]) -> None:
        self._gaps: list[Gap] = []
        for pair in _PAIRS:
            minded = _EITHER.union(pair)
            told = [d for d in deeds if d.name and d.families & minded and not d.action.continued]
            for name in dict.fromkeys(d.name for d in told if d.name and _side(d, pair)):
                same = [d for d in told if d.name and alike(d.name, name)]
                self._gaps += _gaps(name, same, pair, deeds)
        self._gaps += [*_used(deeds), *_handled_again(deeds), *_reached_into(deeds)]
        self._never_closed = [d for d in deeds if "open" in d.families and not _closed_later(d, deeds)]

    def of(self, deed: Deed) -> bool:
        """True if another deed of the same family on the same thing is untold; a told place tells puts apart."""
        if deed.action.place is not None and "put" in deed.families:
            return False
        return any(g.family in deed.families and alike(g.name, deed.name or "") for g in self._gaps)

    def around(self, deed: Deed) -> bool:
        """True if another deed of the same family, or its opposite, is untold of the thing."""
        families = deed.families | {_OPPOSITE.get(family, family) for family in deed.families}
        return any(g.family in families and alike(g.name, deed.name or "") for g in self._gaps)

    def used_untaken(self, name: str) -> bool:
        """True if the thing was used though no word was told of taking it."""
        return any(g.used and g.family == "take" and alike(g.name, name) for g in self._gaps)

    def at_end(self, deed: Deed, end: int) -> bool:
        """True if the deed need not be the first (`end` 0) or last (-1) of its family in the clip.

        Doors, taps and switches: an untold deed anywhere makes that doubtful.
        """
        gaps = [g for g in self._gaps if g.family in deed.families]
        if any(g.family not in ("take", "put") for g in gaps):
            return True
        whole = [g for g in gaps if g.used or _hand_sized(g)]
        return any(g.start < deed.start if end == 0 else g.end > deed.start for g in whole)

    def between(self, anchor: Deed, deed: Deed) -> bool:
        """True if an untold deed of the family of `deed` may have come after `anchor` and before `deed`."""
        if "close" in deed.families and anchor in self._never_closed:
            return True
        for gap in self._gaps:
            if gap.family not in deed.families or (gap.family == "take" and not (gap.used or _hand_sized(gap))):
                continue
            # A thing is taken just before it is put or used, and a door is closed soon after it was opened.
            late = gap.family in ("take", "open", "switch on")
            start = max(gap.start, gap.end - _LIKELY) if late else gap.start
            end = gap.end if late else min(gap.end, gap.start + _LIKELY)
            if start < deed.start and end > anchor.start:
                return True
        return False


def _closed_later(opened: Deed, deeds: Sequence[Deed]) -> bool:
    """True if what was opened is told to be closed later."""
    return any("close" in d.families and opened.name and d.on(opened.name) for d in deeds[opened.order + 1 :])


def _used(deeds: Sequence[Deed]) -> Iterator[Gap]:
    """The untold takes of what is poured, added, opened or washed without a word of it before."""
    for number, deed in enumerate(deeds):
        if deed.verb in ("salt", "pepper") and not any(_speaks_of(earlier, deed.verb) for earlier in deeds[:number]):
            yield Gap("take", deed.verb, deed.start - _REACH, deed.start, used=True)
        pack = deed.verb == "open" and deed.name is not None and is_portable(deed.name)
        if (
            not (pack or deed.families & _IN_HAND)
            or deed.name is None
            or not deed.can_be_named
            or deed.action.continued
        ):
            continue
        small = pack or many(singular(head(deed.name))) or not deed.families & {"wash", "dry"}
        if not small or deed.start - deeds[0].start <= _AT_THE_START or canon(deed.name) & _NEVER_TAKEN:
            continue
        if not any(_speaks_of(earlier, deed.name) for earlier in deeds[:number]):
            start = max(deed.start - _REACH, deeds[number - 1].start)
            yield Gap("take", deed.name, start, deed.start, used=True)


def _handled_again(deeds: Sequence[Deed]) -> Iterator[Gap]:
    """The untold takes of what is washed, peeled or thrown away after it was put down, not in the sink."""
    down: list[Deed] = []
    for deed in deeds:
        if deed.name is None or not many(singular(head(deed.name))):
            continue
        same = [d for d in down if d.name and alike(d.name, deed.name)]
        down = [d for d in down if d not in same]
        if "put" in deed.families and deed.verb not in _STILL_HELD:
            down.append(deed)
        elif same and deed.families & _TAKEN_UP and not deed.action.continued and not _in_sink(same[-1]):
            yield Gap("take", deed.name, same[-1].start, deed.start, used=True)


def _in_sink(deed: Deed) -> bool:
    return deed.action.place is not None and "sink" in canon(deed.action.place.thing.name)


def _reached_into(deeds: Sequence[Deed]) -> Iterator[Gap]:
    """The untold openings of what something is put into, taken from or poured out of while it is closed."""
    begin = deeds[0].start if deeds else 0.0
    for number, deed in enumerate(deeds):
        for name in _insides(deed):
            turns = [d for d in deeds[:number] if d.name and alike(d.name, name) and d.families & {"open", "close"}]
            if turns and "close" in turns[-1].families:
                yield Gap("open", name, turns[-1].start, deed.start)
            elif turns and deed.start - turns[-1].end > _LIKELY:
                yield Gap("open", name, turns[-1].end, deed.start)  # nobody leaves a fridge open for so long
            elif not turns and name != deed.name and deed.start - begin > _LEFT:
                yield Gap("open", name, begin, deed.start)


def _insides(deed: Deed) -> Iterator[str]:
    """What must be open for the deed: the fridge that something is put in, the bottle that is poured."""
    place, source = deed.action.place, deed.action.source
    inside = place is not None and place.preposition == "in" and not deed.families & {"wash", "stir", "cook", "look"}
    if place is not None and inside and singular(head(place.thing.name)) in CLOSABLE:
        yield place.thing.name
    if source is not None and singular(head(source.thing.name)) in CLOSABLE:
        yield source.thing.name
    if deed.name is not None and "pour" in deed.families:
        yield deed.name


def _as_a_whole(deed: Deed) -> bool:
    """True for a thing that is put down or away, not added to something: the salt, if it is put in the cupboard."""
    place = deed.action.place
    return place is None or singular(head(place.thing.name)) in _ROOMS


def _speaks_of(deed: Deed, name: str) -> bool:
    """True if the deed's sentence has the thing, in whatever role."""
    return deed.name is None or share_word(name, f"{deed.action.rest} {deed.name}")


def _hand_sized(gap: Gap) -> bool:
    """True for what is picked up as one thing; salt that is put into a pan is not."""
    return many(singular(head(gap.name)))


def _gaps(name: str, same: Sequence[Deed], pair: tuple[str, str], deeds: Sequence[Deed]) -> Iterator[Gap]:
    """The untold deeds on one thing, whose told ones are `same`, in a clip with `deeds`."""
    begin, end = deeds[0].start, deeds[-1].end
    soon_closed = bool({singular(head(name)), *canon(name)} & _SOON_CLOSED) and pair[0] != "take"
    before: Deed | None = None
    for number, deed in enumerate(same):
        family = _side(deed, pair)
        if family is None:
            before = None
            continue
        if number == 0:
            late = _AT_THE_START if family == "put" else _LEFT
            if family == pair[1] and (family == "put" or soon_closed) and deed.start - begin > late:
                yield Gap(pair[0], name, begin, deed.start, used=family == "put" and _as_a_whole(deed))
        elif before is not None and _side(before, pair) == family:
            yield Gap(_OPPOSITE[family], name, before.start, deed.start, used=family == "put" and _as_a_whole(deed))
        before = deed
    if before is not None and _side(before, pair) == pair[0] and soon_closed and end - before.end > _LEFT:
        yield Gap(pair[1], name, before.start, end)


def _side(deed: Deed, pair: tuple[str, str]) -> str | None:
    """Which of the pair's families the deed belongs to; None for one that says nothing of it."""
    sides = [family for family in pair if family in deed.families and deed.verb not in _STILL_HELD]
    return sides[0] if len(sides) == 1 else None
