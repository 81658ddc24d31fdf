"""Deeds that people did not narrate, proved by their opposite: what is opened twice was closed in between.

A question on closings has no sure answer where a closing is known to be untold; the same holds for openings, switching
on and off, taking and putting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mmego.qa.nouns import alike, head, many, singular
from mmego.qa.words import CLOSABLE

if TYPE_CHECKING:
    from mmego.qa.told import Deed

_PAIRS = (("open", "close"), ("switch on", "switch off"), ("take", "put"))
_OPPOSITE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_LEFT = 30.0
"""Seconds after which a door that is open, or a tap that runs, was surely closed if the clip goes on."""
_SOON_CLOSED = CLOSABLE | {"door", "tap"}
_AT_THE_START = 10.0
"""Seconds from the clip's first deed in which a thing that is put may have been in the hand before."""
_EITHER = frozenset(("throw", "move", "remove", "pour", "eat", "wear"))
"""Families after which nothing is known of where the thing is."""
_STILL_HELD = frozenset(("hold", "carry"))


@dataclass(frozen=True, slots=True)
class Gap:
    """An untold deed of `family` on the thing `name`, somewhere from `start` to `end` in seconds."""

    family: str
    name: str
    start: float
    end: float


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

    def of(self, deed: Deed) -> bool:
        """True if another deed of the same family on the same thing is untold; a told place tells puts apart."""
        if deed.action.place is not None and "put" in deed.families:
            return False
        return any(g.family in deed.families and alike(g.name, deed.name or "") for g in self._gaps)

    def around(self, deed: Deed) -> bool:
        """True if another deed of the same family, or its opposite, is untold of the thing."""
        families = deed.families | {_OPPOSITE.get(family, family) for family in deed.families}
        return any(g.family in families and alike(g.name, deed.name or "") for g in self._gaps)

    def at_end(self, deed: Deed, end: int) -> bool:
        """True if the deed need not be the first (`end` 0) or last (-1) of its family in the clip.

        Doors, taps and switches: an untold deed anywhere makes that doubtful.
        """
        gaps = [g for g in self._gaps if g.family in deed.families]
        if any(g.family not in ("take", "put") for g in gaps):
            return True
        return any(_hand_sized(g) and (g.start < deed.start if end == 0 else g.end > deed.start) for g in gaps)


def _hand_sized(gap: Gap) -> bool:
    """True for what is picked up as one thing; salt that is put into a pan is not."""
    return many(singular(head(gap.name)))


def _gaps(name: str, same: Sequence[Deed], pair: tuple[str, str], deeds: Sequence[Deed]) -> Iterator[Gap]:
    """The untold deeds on one thing, whose told ones are `same`, in a clip with `deeds`."""
    begin, end = deeds[0].start, deeds[-1].end
    soon_closed = singular(head(name)) in _SOON_CLOSED and pair[0] != "take"
    before: Deed | None = None
    for number, deed in enumerate(same):
        family = _side(deed, pair)
        if family is None:
            before = None
            continue
        if number == 0:
            late = _AT_THE_START if family == "put" else _LEFT
            if family == pair[1] and (family == "put" or soon_closed) and deed.start - begin > late:
                yield Gap(pair[0], name, begin, deed.start)
        elif before is not None and _side(before, pair) == family:
            yield Gap(_OPPOSITE[family], name, before.start, deed.start)
        before = deed
    if before is not None and _side(before, pair) == pair[0] and soon_closed and end - before.end > _LEFT:
        yield Gap(pair[1], name, before.start, end)


def _side(deed: Deed, pair: tuple[str, str]) -> str | None:
    """Which of the pair's families the deed belongs to; None for one that says nothing of it."""
    sides = [family for family in pair if family in deed.families and deed.verb not in _STILL_HELD]
    return sides[0] if len(sides) == 1 else None
