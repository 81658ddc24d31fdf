"""Noting what happens as events, each with the sentence an Ego4D narrator would say."""

from __future__ import annotations

from dataclasses import dataclass, field

from mmego.sim.actors.state import Event, Hinge, Household, Side, Spot, Verb
from mmego.sim.shapes.shapes import House


@dataclass(slots=True)
class Act:
    """What was done, before it is told: see `Event`."""

    verb: Verb
    start: float
    time: float
    end: float
    room: str
    item: str | None = None
    spot: Spot | Hinge | None = None
    hand: Side | None = None


@dataclass(slots=True)
class Teller:
    """Collects the events of an episode of `seconds`; remembers which items it has named before."""

    house: House
    home: Household
    seconds: float
    events: list[Event] = field(default_factory=list)
    _mentioned: set[str] = field(default_factory=set)

    def tell(self, act: Act) -> None:
        """Note something the wearer did."""
        self._add(act, "C", f"#C C {self._sentence(act)}")

    def tell_other(self, act: Act, seen: bool) -> None:
        """Note something the other person did; narrated only if the wearer could see it."""
        name = self.house.person
        assert name is not None
        self._add(act, name, f"#O {name} {self._sentence(act)}" if seen else None)

    def _add(self, act: Act, actor: str, text: str | None) -> None:
        start, end = max(0.0, round(act.start, 3)), min(self.seconds, round(act.end, 3))
        furniture = None if act.spot is None else act.spot[0]
        self.events.append(
            Event(
                start, end, round(act.time, 3), actor, act.verb, act.item, furniture, self._joint(act),
                act.room, act.hand, text,
            )
        )  # fmt: skip

    def _joint(self, act: Act) -> str | None:
        """Name of the door or drawer that was moved, or behind which the item was or is."""
        if act.spot is None:
            return None
        furniture, index = self.home.furniture[act.spot[0]], act.spot[1]
        if act.verb in ("opens", "closes"):
            return furniture.joints[index].name
        behind = furniture.slots[index].joint if act.item is not None else None
        return None if behind is None else furniture.joints[behind].name

    def _sentence(self, act: Act) -> str:
        if act.spot is None:
            return f"{act.verb} the {act.room}"
        place = self._joint(act) or act.spot[0]
        if act.item is None:
            return f"{act.verb} the {place}"
        if act.verb == "picks up":
            return f"picks up {self._mention(act.item)} from the {place}"
        preposition = self.home.furniture[act.spot[0]].slots[act.spot[1]].preposition
        return f"puts {self._mention(act.item)} {preposition} the {place}"

    def _mention(self, item: str) -> str:
        """ "a red mug" the first time it is told of, "the red mug" from then on; plurals always with "the"."""
        first = item not in self._mentioned
        self._mentioned.add(item)
        plural = item.endswith("s") and not item.endswith("ss") and " pair of " not in item
        if not first or plural:
            return f"the {item}"
        return f"{'an' if item[0] in 'aeiou' else 'a'} {item}"
