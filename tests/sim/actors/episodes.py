"""Episodes in the hand-made house, for several tests."""

from __future__ import annotations

from mmego.sim.actors.episode import run_episode
from mmego.sim.actors.state import Event
from mmego.sim.shapes.shapes import House
from tests.sim.hand_made_house import Recorder, make_house

HANDLING = ("picks up", "puts", "opens", "closes", "switches on", "switches off")


def run(seed: int, seconds: float = 120.0, person: str | None = None) -> tuple[House, list[Event], Recorder]:
    """Run an episode in the hand-made house."""
    house, view = make_house(person), Recorder()
    return house, run_episode(house, seed, seconds, view), view
