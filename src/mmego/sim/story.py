"""Stories: what happens in a house without drawing it, as narrations, and a hash to compare two of them."""

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
from mmego.sim.actors.episode import run_episode
from mmego.sim.actors.state import Event, Side
from mmego.sim.house.generator import make_house
from mmego.sim.record import narration_entry, uid, video_entry
from mmego.sim.shapes.shapes import Point


class NoView:
    """A view that shows nothing; what happens in a house does not depend on the view."""

    def set_camera(self, x: float, y: float, z: float, heading: float, pitch: float, roll: float) -> None:
        """Do nothing."""

    def set_hand(self, side: Side, position: Point | None) -> None:
        """Do nothing."""

    def attach(self, item: str, to: Literal["left", "right", "person"]) -> None:
        """Do nothing."""

    def place(self, item: str, position: Point, yaw: float) -> None:
        """Do nothing."""

    def set_joint(self, furniture: str, joint: int, fraction: float) -> None:
        """Do nothing."""

    def set_switch(self, furniture: str, on: bool) -> None:
        """Do nothing."""

    def set_person(self, pose: tuple[float, float, float, float, float] | None) -> None:
        """Do nothing."""


def tell_story(seed: int, seconds: float, ticks: int = 10) -> list[Narration]:
    """Return the narrations of a house's episode, as read from the files of ``mmego simulate``.

    Args:
        seed: of the house and of everything that happens in it.
        seconds: length of the episode.
        ticks: steps of the simulation in a second; another number gives another story.
    """
    return narrations_of(seed, seconds, ticks, run_episode(make_house(seed), seed, seconds, NoView(), ticks))


def narrations_of(seed: int, seconds: float, ticks: int, events: Sequence[Event]) -> list[Narration]:
    """Convert an episode's events to narrations through Ego4D's schema and its reader, cleaned like any source."""
    entry = narration_entry(seed, seconds, ticks, [event.to_json() for event in events])
    with scratch_folder(Path(tempfile.gettempdir()), "story") as folder:
        narrated, videos = folder / "narrations.json", folder / "ego4d.json"
        write_json(narrated, {uid(seed): entry})
        write_json(videos, {"version": "simulated", "videos": [video_entry(seed, seconds, ticks, 2)]})
        ((_, narrations),) = read_ego4d(narrated, videos)
    return narrations


def story_hash(narrations: Sequence[Narration]) -> str:
    """Return the SHA-256 of who does what when, in hex; it does not depend on how the story is drawn and encoded."""
    rows = [[n.span.start, n.span.end, n.actor, n.text] for n in narrations]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
