"""Where things lie at the end of an episode, by its events; a sentence gives no more than "on" or "in"."""

from __future__ import annotations

import re

from mmego.sim.actors.state import Event


def place(event: Event) -> str:
    """Return the name of the place by the event's own fields."""
    return str(event.joint or event.furniture)


def lying_by_me(events: list[Event]) -> dict[tuple[str, str], set[str]]:
    """Return, by (preposition, place), the items that the wearer put there and nobody moved again."""
    last = {e.item: e for e in events if e.item is not None and e.verb in ("puts", "picks up")}
    lying: dict[tuple[str, str], set[str]] = {}
    for item, event in last.items():
        if event.verb == "puts" and event.actor == "C":
            # Only the sentence says on or in; every put of the wearer is narrated.
            match = re.search(r" (on|in) the ", str(event.narration).split(item)[1])
            assert match is not None
            lying.setdefault((match[1], place(event)), set()).add(item)
    return lying
