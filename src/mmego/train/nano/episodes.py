"""Simulated episodes for training: frames, instance ids, truth, and the dense labels made of them.

This module reads what ``mmego simulate --frames-only`` writes (docs/how-to/simulate-videos.md). Shapes: N frames, S
pixels a side, G grid cells a side, J instances, L classes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mmego.errors import InputError
from mmego.files import read_records

HELD_SIDES = ("left", "right")
# The heads that read one label per frame from the compressed token.
FRAME_LABELS = (
    "verb",
    "item_kind",
    "item_colour",
    "place",
    "room",
    "left_kind",
    "left_colour",
    "right_kind",
    "right_colour",
    "other_verb",
    "other_kind",
    "other_colour",
)
NONE = 0  # class 0 of every frame label: nothing of this kind in the frame
IGNORED = -100  # the frame has no value for the label


@dataclass(frozen=True)
class EncodedEpisode:
    """One simulated video at one frame a second; frame i shows the time i + 0.5 s.

    `frames` is (N, S, S, 3) uint8 and `ids` (N, 32, 32) uint8 instance ids, both memory-mapped; `truth` is the video's
    line of truth.jsonl.
    """

    video: str
    frames: npt.NDArray[np.uint8]
    ids: npt.NDArray[np.uint8]
    truth: dict[str, Any]

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Return the time of each frame in seconds, (N,)."""
        return np.arange(len(self.frames), dtype=np.float64) + np.float64(0.5)


def read_episodes(folder: Path, videos: Collection[str]) -> list[EncodedEpisode]:
    """Read the episodes named `videos` of a frames-only data set, in the order of truth.jsonl.

    The folder may hold other episodes: it keeps the houses of every recipe that ran in it.

    Raises:
        InputError: the folder holds no frames-only data set, or lacks one of the videos.
    """
    folder = Path(folder)
    if not (folder / "frames").is_dir():
        raise InputError(f"{folder} holds no folder 'frames': make it with mmego simulate {folder} --frames-only")
    episodes = []
    for truth in read_records(folder / "truth.jsonl"):
        if truth["video"] not in videos:
            continue
        stem = folder / "frames" / truth["video"]
        frames = np.load(f"{stem}.frames.npy", mmap_mode="r")
        ids = np.load(f"{stem}.ids.npy", mmap_mode="r")
        episodes.append(EncodedEpisode(truth["video"], frames, ids, truth))
    missing = sorted(set(videos) - {episode.video for episode in episodes})
    if missing:
        raise InputError(f"{folder / 'truth.jsonl'} lacks {len(missing)} of {len(videos)} videos, first {missing[0]}")
    return episodes


@dataclass(frozen=True)
class LabelSpace:
    """The classes that occur in a data set: for the grid (what a patch shows) and for each frame label."""

    grid: tuple[str, ...]
    frame: dict[str, tuple[str, ...]]

    @classmethod
    def from_episodes(cls, episodes: Iterable[EncodedEpisode]) -> LabelSpace:
        """Collect the classes and sort them: the same data give the same space."""
        grid: set[str] = set()
        seen: dict[str, set[str]] = {
            "verb": set(),
            "kind": set(),
            "colour": set(),
            "place": set(),
            "room": set(),
        }
        for episode in episodes:
            for instance in episode.truth["instances"]:
                grid.update(_grid_classes(instance))
                if instance["role"] == "item":
                    seen["kind"].add(instance["kind"])
                    seen["colour"].add(instance["colour"])
            for event in episode.truth["events"]:
                seen["verb"].add(event["verb"])
                if event["place"]:
                    seen["place"].add(event["place"])
            seen["room"].update(second["room"] for second in episode.truth["seconds"] if second["room"])
        frame = {name: ("none", *sorted(seen[name.rsplit("_", 1)[-1]])) for name in FRAME_LABELS}
        return cls(tuple(sorted(grid)), frame)

    def to_json(self) -> dict[str, Any]:
        """Return a JSON value, to store beside the weights of the heads."""
        return {"grid": list(self.grid), "frame": {k: list(v) for k, v in self.frame.items()}}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> LabelSpace:
        """Read what `to_json` returns."""
        return cls(tuple(value["grid"]), {k: tuple(v) for k, v in value["frame"].items()})


def _grid_classes(instance: dict[str, Any]) -> list[str]:
    """Return the classes of one instance: kind and colour of an item, kind of furniture, whether it is a person."""
    role = instance["role"]
    if role == "item":
        return [f"item {instance['kind']}", f"colour {instance['colour']}"]
    if role in ("furniture", "joint"):
        return [f"furniture {instance['kind']}"]
    return ["person"] if role == "person" else []


class EpisodeLabels:
    """Dense labels of one episode, made once.

    `instance_classes` (256, L) float32 maps an instance id to its grid classes; `frame[name]` (N,) int64 holds class
    indices (NONE if nothing of this kind happens).
    """

    def __init__(self, episode: EncodedEpisode, space: LabelSpace, before: float = 1.0, after: float = 1.5) -> None:
        """Label frames; an event labels those from `before` seconds before its contact to `after` seconds after it."""
        index = {name: i for i, name in enumerate(space.grid)}
        self.instance_classes = np.zeros((256, len(space.grid)), np.float32)
        attributes: dict[str, tuple[str, str]] = {}
        for instance in episode.truth["instances"]:
            for name in _grid_classes(instance):
                if name in index:
                    self.instance_classes[instance["id"], index[name]] = 1.0
            if instance["role"] == "item":
                attributes[instance["name"]] = (instance["kind"], instance["colour"])
        self._number = {name: {c: i for i, c in enumerate(classes)} for name, classes in space.frame.items()}
        self._attributes = attributes
        count = len(episode.frames)
        self.frame = {name: np.zeros(count, np.int64) for name in FRAME_LABELS}
        self._label_seconds(episode)
        self._label_events(episode, before, after)
        self.event_frames = np.flatnonzero((self.frame["verb"] != NONE) | (self.frame["other_verb"] != NONE))
        self.held_frames = np.flatnonzero((self.frame["left_kind"] != NONE) | (self.frame["right_kind"] != NONE))

    def _set(self, label: str, i: int, value: str | None) -> None:
        if value is not None:
            self.frame[label][i] = self._number[label].get(value, IGNORED)

    def _label_seconds(self, episode: EncodedEpisode) -> None:
        for i, second in enumerate(episode.truth["seconds"][: len(episode.frames)]):
            self._set("room", i, second["room"])
            for side in HELD_SIDES:
                if second["held"][side]:
                    kind, colour = self._attributes[second["held"][side]]
                    self._set(f"{side}_kind", i, kind)
                    self._set(f"{side}_colour", i, colour)

    def _label_events(self, episode: EncodedEpisode, before: float, after: float) -> None:
        """Label each frame with the event whose contact is nearest, if the frame lies in the event's window."""
        times = episode.times
        for wearer in (True, False):
            events = [e for e in episode.truth["events"] if (e["actor"] == "C") == wearer]
            if not events:
                continue
            contact = np.array([e["time"] for e in events])
            distance = times[:, None] - contact[None]
            inside = (distance >= -before) & (distance <= after)
            nearest = np.where(inside, np.abs(distance), np.inf).argmin(1)
            for i in np.flatnonzero(inside.any(1)):
                self._label_one(int(i), events[nearest[i]], wearer)

    def _label_one(self, i: int, event: dict[str, Any], wearer: bool) -> None:
        self._set("verb" if wearer else "other_verb", i, event["verb"])
        if wearer:
            self._set("place", i, event["place"])
        if event["item"]:
            kind, colour = self._attributes[event["item"]]
            prefix = "item" if wearer else "other"
            self._set(f"{prefix}_kind", i, kind)
            self._set(f"{prefix}_colour", i, colour)

    def grid(self, ids: npt.NDArray[np.uint8], cells: int, least: int = 2) -> npt.NDArray[np.float32]:
        """Return the multi-hot classes of each grid cell.

        Args:
            ids: (32, 32) instance ids of one frame.
            cells: G, the grid's side; divides 32.
            least: samples of an instance that a cell must hold.

        Returns:
            (G * G, L) float32 of zeros and ones, row-major.
        """
        side = ids.shape[0] // cells
        cell = ids.reshape(cells, side, cells, side).transpose(0, 2, 1, 3).reshape(cells * cells, side * side)
        counts = np.zeros((cells * cells, 256), np.float32)
        np.add.at(counts, (np.arange(cells * cells)[:, None], cell), 1.0)
        present = (counts >= least).astype(np.float32)
        classes: npt.NDArray[np.float32] = np.minimum(present @ self.instance_classes, np.float32(1.0))
        return classes
