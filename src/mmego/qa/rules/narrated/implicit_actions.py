"""Implicit actions: nobody narrated them, but narrated actions prove them.

What is opened twice was closed in between. Where the clip must have a closing that nobody narrated, a question about
closings has no sure answer. The same holds for opening, switching on and off, taking and putting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mmego.language.lexicon import CLOSABLE, word_set
from mmego.language.nouns import canonical_words, head_noun, is_plentiful, may_be_same_thing, share_word, singular
from mmego.qa.rules.narrated.lids import is_portable
from mmego.qa.rules.narrated.narrated_action import NarratedAction

_PAIRS = (("open", "close"), ("switch on", "switch off"), ("take", "put"))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_LEFT = 30.0
"""Seconds after which an open door, or a running tap, was surely closed if the clip goes on."""
_SOON_CLOSED = CLOSABLE | {"door", "tap", "bin"}
_AT_THE_START = 10.0
"""Seconds from the clip's first action in which somebody may put down a thing that was in the hand before."""
_EITHER = frozenset(("throw", "move", "remove", "pour", "eat", "wear"))
"""Families of actions after which it is unknown where the thing is."""
_IN_HAND = frozenset(("pour", "add", "season", "spread", "eat", "wash", "peel"))
"""Families of actions that need the thing in the hand."""
_TAKEN_UP = frozenset(("wash", "dry", "peel", "throw"))
_NEVER_TAKEN = word_set("water tap food mixture mix content waste peel sink counter table hob floor")
_ROOMS = CLOSABLE | word_set("counter table desk rack drainer shelf sink worktop countertop floor side bag")
"""Heads of places in which things keep their names. In a pan, salt becomes part of something else."""
_REACH = 20.0
"""Seconds before its use in which a thing may have been taken."""
_LIKELY = 60.0
"""Seconds from the narrated action that proves it, in which an implicit action probably happened."""
_STILL_HELD = frozenset(("hold", "carry"))


@dataclass(frozen=True, slots=True)
class ImplicitAction:
    """An implicit action of `family` on the thing `name`, somewhere from `start` to `end` in seconds."""

    family: str
    name: str
    start: float
    end: float
    used: bool = False
    """True if somebody surely took the whole thing: it was used, or put somewhere as a whole."""


class ImplicitActions:
    """The implicit actions of one clip, derived from its narrated `actions` in time order."""

    def __init__(self, actions: Sequence[NarratedAction]) -> None:
        self._implicit: list[ImplicitAction] = []
        for pair in _PAIRS:
            families = _EITHER.union(pair)
            narrated = [a for a in actions if a.name and a.families & families and not a.continued]
            for name in dict.fromkeys(a.name for a in narrated if a.name and _side(a, pair)):
                same = [a for a in narrated if a.name and may_be_same_thing(a.name, name)]
                self._implicit += _opposites(name, same, pair, actions)
        self._implicit += [*_used(actions), *_handled_again(actions), *_reached_into(actions)]
        self._never_closed = [a for a in actions if "open" in a.families and not _closed_later(a, actions)]

    def same_family(self, action: NarratedAction) -> bool:
        """Return whether there is an implicit action of the same family on the same thing.

        False for a put with a place: the place distinguishes it from other puts.
        """
        if action.place is not None and "put" in action.families:
            return False
        return any(i.family in action.families and may_be_same_thing(i.name, action.name or "") for i in self._implicit)

    def same_or_opposite(self, action: NarratedAction) -> bool:
        """Return whether there is an implicit action of the same family, or of its opposite, on the same thing."""
        families = action.families | {_OPPOSITE.get(family, family) for family in action.families}
        return any(i.family in families and may_be_same_thing(i.name, action.name or "") for i in self._implicit)

    def used_without_take(self, name: str) -> bool:
        """Return whether the thing was used although nobody narrated that it was taken."""
        return any(i.used and i.family == "take" and may_be_same_thing(i.name, name) for i in self._implicit)

    def beyond(self, action: NarratedAction, end: int) -> bool:
        """Return whether an implicit action of its family may come before the action (`end` 0) or after it (-1).

        For doors, taps and switches, an implicit action anywhere in the clip counts.
        """
        found = [i for i in self._implicit if i.family in action.families]
        if any(i.family not in ("take", "put") for i in found):
            return True
        whole = [i for i in found if i.used or _hand_sized(i)]
        return any(i.start < action.start if end == 0 else i.end > action.start for i in whole)

    def between(self, anchor: NarratedAction, action: NarratedAction) -> bool:
        """Return whether an implicit action of the family of `action` may come after `anchor` and before `action`."""
        if "close" in action.families and anchor in self._never_closed:
            return True
        for other in self._implicit:
            if other.family not in action.families:
                continue
            if other.family == "take" and not (other.used or _hand_sized(other)):
                continue
            # People take a thing just before they put or use it, and close a door soon after they open it.
            late = other.family in ("take", "open", "switch on")
            start = max(other.start, other.end - _LIKELY) if late else other.start
            end = other.end if late else min(other.end, other.start + _LIKELY)
            if start < action.start and end > anchor.start:
                return True
        return False


def _closed_later(opened: NarratedAction, actions: Sequence[NarratedAction]) -> bool:
    """Return whether a later narration closes what was opened."""
    return any("close" in a.families and opened.name and a.may_be_on(opened.name) for a in actions[opened.order + 1 :])


def _used(actions: Sequence[NarratedAction]) -> Iterator[ImplicitAction]:
    """Yield the implicit takes of what is poured, added, opened or washed and was not mentioned before."""
    for number, action in enumerate(actions):
        if action.verb in ("salt", "pepper") and not any(
            _mentions(earlier, action.verb) for earlier in actions[:number]
        ):
            yield ImplicitAction("take", action.verb, action.start - _REACH, action.start, used=True)
        pack = action.verb == "open" and action.name is not None and is_portable(action.name)
        if (
            not (pack or action.families & _IN_HAND)
            or action.name is None
            or not action.can_be_named
            or action.continued
        ):
            continue
        small = pack or is_plentiful(singular(head_noun(action.name))) or not action.families & {"wash", "dry"}
        if not small or action.start - actions[0].start <= _AT_THE_START or canonical_words(action.name) & _NEVER_TAKEN:
            continue
        if not any(_mentions(earlier, action.name) for earlier in actions[:number]):
            start = max(action.start - _REACH, actions[number - 1].start)
            yield ImplicitAction("take", action.name, start, action.start, used=True)


def _handled_again(actions: Sequence[NarratedAction]) -> Iterator[ImplicitAction]:
    """Yield the implicit takes of what is washed, peeled or thrown away after it was put down, not in the sink."""
    down: list[NarratedAction] = []
    for action in actions:
        if action.name is None or not is_plentiful(singular(head_noun(action.name))):
            continue
        same = [a for a in down if a.name and may_be_same_thing(a.name, action.name)]
        down = [a for a in down if a not in same]
        if "put" in action.families and action.verb not in _STILL_HELD:
            down.append(action)
        elif same and action.families & _TAKEN_UP and not action.continued and not _in_sink(same[-1]):
            yield ImplicitAction("take", action.name, same[-1].start, action.start, used=True)


def _in_sink(action: NarratedAction) -> bool:
    return action.place is not None and "sink" in canonical_words(action.place.thing.name)


def _reached_into(actions: Sequence[NarratedAction]) -> Iterator[ImplicitAction]:
    """Yield the implicit openings of closed things that something is put into, taken from or poured out of."""
    begin = actions[0].start if actions else 0.0
    for number, action in enumerate(actions):
        for name in _insides(action):
            turns = [
                a
                for a in actions[:number]
                if a.name and may_be_same_thing(a.name, name) and a.families & {"open", "close"}
            ]
            if turns and "close" in turns[-1].families:
                yield ImplicitAction("open", name, turns[-1].start, action.start)
            elif turns and action.start - turns[-1].end > _LIKELY:
                # People do not leave a fridge open for so long.
                yield ImplicitAction("open", name, turns[-1].end, action.start)
            elif not turns and name != action.name and action.start - begin > _LEFT:
                yield ImplicitAction("open", name, begin, action.start)


def _insides(action: NarratedAction) -> Iterator[str]:
    """Yield the names of what must be open for the action: the fridge that receives something, the bottle poured."""
    place, source = action.place, action.source
    inside = place is not None and place.preposition == "in" and not action.families & {"wash", "stir", "cook", "look"}
    if place is not None and inside and singular(head_noun(place.thing.name)) in CLOSABLE:
        yield place.thing.name
    if source is not None and singular(head_noun(source.thing.name)) in CLOSABLE:
        yield source.thing.name
    if action.name is not None and "pour" in action.families:
        yield action.name


def _as_a_whole(action: NarratedAction) -> bool:
    """Return True for a thing that is put down or away, not added to something: salt that goes into the cupboard."""
    place = action.place
    return place is None or singular(head_noun(place.thing.name)) in _ROOMS


def _mentions(action: NarratedAction, name: str) -> bool:
    """Return whether the action's sentence mentions the thing in any role."""
    return action.name is None or share_word(name, f"{action.rest} {action.name}")


def _hand_sized(action: ImplicitAction) -> bool:
    """Return True for what people pick up as one thing, unlike salt that goes into a pan."""
    return is_plentiful(singular(head_noun(action.name)))


def _opposites(
    name: str, same: Sequence[NarratedAction], pair: tuple[str, str], actions: Sequence[NarratedAction]
) -> Iterator[ImplicitAction]:
    """Yield the implicit actions on one thing, whose narrated ones are `same`, in a clip with `actions`."""
    begin, end = actions[0].start, actions[-1].end
    soon_closed = bool({singular(head_noun(name)), *canonical_words(name)} & _SOON_CLOSED) and pair[0] != "take"
    before: NarratedAction | None = None
    for number, action in enumerate(same):
        family = _side(action, pair)
        if family is None:
            before = None
            continue
        if number == 0:
            late = _AT_THE_START if family == "put" else _LEFT
            if family == pair[1] and (family == "put" or soon_closed) and action.start - begin > late:
                yield ImplicitAction(pair[0], name, begin, action.start, used=family == "put" and _as_a_whole(action))
        elif before is not None and _side(before, pair) == family:
            yield ImplicitAction(
                _OPPOSITE[family], name, before.start, action.start, used=family == "put" and _as_a_whole(action)
            )
        before = action
    if before is not None and _side(before, pair) == pair[0] and soon_closed and end - before.end > _LEFT:
        yield ImplicitAction(pair[1], name, before.start, end)


def _side(action: NarratedAction, pair: tuple[str, str]) -> str | None:
    """Return the family of the pair that the action belongs to, None if it belongs to neither or both."""
    sides = [family for family in pair if family in action.families and action.verb not in _STILL_HELD]
    return sides[0] if len(sides) == 1 else None
