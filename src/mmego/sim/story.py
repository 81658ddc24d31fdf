"""What happens in a house, without drawing it: an episode's narrations in seconds, and a hash to tell them apart."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from mmego.files import write_json
from mmego.narrations.readers.ego4d import read_ego4d
from mmego.records import Narration
from mmego.scratch import scratch_folder
from mmego.sim.actors.agent import run_episode
from mmego.sim.actors.state import Event, Side
from mmego.sim.house.world import make_house
from mmego.sim.record import narration_entry, uid, video_entry
from mmego.sim.shapes.shapes import Point


class NoView:
    """A view that shows nothing: what happens in a house does not depend on being seen."""

    def set_camera(self, x: float, y: float, z: float, heading: float, pitch: float, roll: float) -> None:
        """Nothing."""

    def set_hand(self, side: Side, position: Point | None) -> None:
        """Nothing."""

    def attach(self, item: str, to: Literal["left", "right", "person"]) -> None:
        """Nothing."""

    def place(self, item: str, position: Point, yaw: float) -> None:
        """Nothing."""

    def set_joint(self, furniture: str, joint: int, fraction: float) -> None:
        """Nothing."""

    def set_switch(self, furniture: str, on: bool) -> None:
        """Nothing."""

    def set_person(self, pose: tuple[float, float, float, float, float] | None) -> None:
        """Nothing."""


def tell_story(seed: int, seconds: float, ticks: int = 10) -> list[Narration]:
    """The narrations of a house's episode, as they are read from the files of ``mmego simulate``.

    Args:
        seed: the house and all that happens in it.
        seconds: length of the episode.
        ticks: steps of the simulation a second; another number gives another story.
    """
    return narrations_of(seed, seconds, ticks, run_episode(make_house(seed), seed, seconds, NoView(), ticks))


def narrations_of(seed: int, seconds: float, ticks: int, events: Sequence[Event]) -> list[Narration]:
    """An episode's events as narrations, by way of Ego4D's schema and its reader: cleaned like anybody's."""
    entry = narration_entry(seed, seconds, ticks, [event.to_json() for event in events])
    with scratch_folder(Path(tempfile.gettempdir()), "story") as folder:
        told, videos = folder / "narrations.json", folder / "ego4d.json"
        write_json(told, {uid(seed): entry})
        write_json(videos, {"version": "simulated", "videos": [video_entry(seed, seconds, ticks, 2)]})
        ((_, narrations),) = read_ego4d(told, videos)
    return narrations


def story_hash(narrations: Sequence[Narration]) -> str:
    """SHA-256 of who does what when, in hex: the same story has the same hash, however it is drawn and encoded."""
    rows = [[n.span.start, n.span.end, n.actor, n.text] for n in narrations]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
