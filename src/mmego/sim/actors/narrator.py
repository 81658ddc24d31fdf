"""The narrator: records actions as events, each with the sentence that an Ego4D narrator would write."""

from __future__ import annotations

from dataclasses import dataclass, field

from mmego.sim.actors.state import Event, Household, JointId, Side, Spot, Verb
from mmego.sim.shapes.shapes import House


@dataclass(slots=True)
class PerformedAction:
    """An action that was done, before it is narrated; see `Event` for the fields."""

    verb: Verb
    start: float
    time: float
    end: float
    room: str
    item: str | None = None
    spot: Spot | JointId | None = None
    hand: Side | None = None


@dataclass(slots=True)
class Narrator:
    """Collects the events of an episode of `seconds`; knows which items it has named before."""

    house: House
    home: Household
    seconds: float
    events: list[Event] = field(default_factory=list)
    _mentioned: set[str] = field(default_factory=set)

    def narrate(self, action: PerformedAction) -> None:
        """Add an action of the wearer."""
        self._add(action, "C", f"#C C {self._sentence(action)}")

    def narrate_other(self, action: PerformedAction, seen: bool) -> None:
        """Add an action of the other person, with a sentence only if the wearer could see it."""
        name = self.house.person
        assert name is not None
        self._add(action, name, f"#O {name} {self._sentence(action)}" if seen else None)

    def _add(self, action: PerformedAction, actor: str, text: str | None) -> None:
        start, end = max(0.0, round(action.start, 3)), min(self.seconds, round(action.end, 3))
        furniture = None if action.spot is None else action.spot[0]
        self.events.append(
            Event(
                start, end, round(action.time, 3), actor, action.verb, action.item, furniture, self._joint(action),
                action.room, action.hand, text,
            )
        )  # fmt: skip

    def _joint(self, action: PerformedAction) -> str | None:
        """Return the name of the door or drawer that was moved, or that hides the item's slot."""
        if action.spot is None:
            return None
        furniture, index = self.home.furniture[action.spot[0]], action.spot[1]
        if action.verb in ("opens", "closes"):
            return furniture.joints[index].name
        behind = furniture.slots[index].joint if action.item is not None else None
        return None if behind is None else furniture.joints[behind].name

    def _sentence(self, action: PerformedAction) -> str:
        if action.spot is None:
            return f"{action.verb} the {action.room}"
        place = self._joint(action) or action.spot[0]
        if action.item is None:
            return f"{action.verb} the {place}"
        if action.verb == "picks up":
            return f"picks up {self._mention(action.item)} from the {place}"
        preposition = self.home.furniture[action.spot[0]].slots[action.spot[1]].preposition
        return f"puts {self._mention(action.item)} {preposition} the {place}"

    def _mention(self, item: str) -> str:
        """Name an item: "a red mug" the first time, "the red mug" afterwards; plurals always with "the"."""
        first = item not in self._mentioned
        self._mentioned.add(item)
        plural = item.endswith("s") and not item.endswith("ss") and " pair of " not in item
        if not first or plural:
            return f"the {item}"
        return f"{'an' if item[0] in 'aeiou' else 'a'} {item}"
