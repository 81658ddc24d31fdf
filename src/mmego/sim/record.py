"""Record of one house: its episode as a video or as sampled frames, with truth and annotations in Ego4D's schema."""

from __future__ import annotations

import hashlib
import math
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from mmego.files import atomic_path
from mmego.sim.actors.episode import Moment, run_episode
from mmego.sim.actors.state import EpisodeView
from mmego.sim.shapes.shapes import House

Image = npt.NDArray[np.uint8]

IDS_SIDE = 64
"""Side of the picture of instance ids in which visible shares are counted."""
STORED_IDS_SIDE = 32
"""Side of the pictures of instance ids that are stored: every second row and column."""
TEST_SEEDS = 9_000_000
"""Houses from this seed on are test houses: do not train on them or look at them."""


class Camera(EpisodeView, Protocol):
    """A view that gives pictures: `sim.render.renderer.Renderer`."""

    instances: list[dict[str, Any]]

    def image(self) -> Image:
        """Draw a picture, (S, S, 3) RGB."""
        ...

    def ids(self, resolution: int = IDS_SIDE) -> Image:
        """Draw the instance ids, (resolution, resolution); 0 for none."""
        ...


def uid(seed: int) -> str:
    """Return the name of a house's video."""
    return f"sim-{seed:07d}"


class Sink(Protocol):
    """A destination of frames."""

    def add(self, image: Image) -> None:
        """Take the next frame."""
        ...


class ArraySink(AbstractContextManager["ArraySink"]):
    """A .npy file of frames of one size, (N, ...) uint8, written whole or not at all and not kept in memory."""

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        self._whole = atomic_path(path)
        self._shape = shape
        self._next = 0

    def __enter__(self) -> Self:
        temporary = self._whole.__enter__()
        try:
            self._array = np.lib.format.open_memmap(temporary, mode="w+", dtype=np.uint8, shape=self._shape)
            # A full disk is an error here. Through the memory map it would be a SIGBUS, which ends the process.
            with temporary.open("rb+") as file:
                os.posix_fallocate(file.fileno(), 0, temporary.stat().st_size)
        except BaseException:
            self._whole.__exit__(*sys.exc_info())
            raise
        return self

    def add(self, image: Image) -> None:
        """Write the next row."""
        self._array[self._next] = image
        self._next += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._array.flush()
        del self._array
        self._whole.__exit__(kind, error, trace)


def record(
    house: House,
    camera: Camera,
    seconds: float,
    fps: int,
    frames: Sink,
    ids: Sink | None,
    every_tick: bool,
    progress: Callable[[float], None],
) -> dict[str, Any]:
    """Run a house's episode, send its frames to `frames`, and return its row of truth.jsonl.

    Args:
        house: the house; its seed is the episode's.
        camera: a view that gives pictures.
        seconds: length of the episode.
        fps: ticks per second, even.
        frames: gets every frame, or only those at i + 0.5 s.
        ids: gets the instance ids at i + 0.5 s, (32, 32).
        every_tick: False to draw the frames at i + 0.5 s only.
        progress: called with the seconds done since the last call.
    """
    names = {row["id"]: row["name"] for row in camera.instances if row["role"] not in ("room", "hand")}
    seconds_rows: list[dict[str, Any]] = []

    def on_frame(now: Moment) -> None:
        whole = round(now.time * fps) % fps == fps // 2
        if every_tick or whole:
            frames.add(camera.image())
        if not whole:
            return
        picture = camera.ids(IDS_SIDE)
        if ids is not None:
            ids.add(picture[:: IDS_SIDE // STORED_IDS_SIDE, :: IDS_SIDE // STORED_IDS_SIDE])
        seconds_rows.append(
            {"time": now.time, "room": now.room, "held": now.held, "visible": visible_shares(picture, names)}
        )
        progress(1.0)

    every, first = (1, 0) if every_tick else (fps, fps // 2)
    events = run_episode(house, house.seed, seconds, camera, fps, on_frame, every, first)
    return {
        "video": uid(house.seed),
        "seed": house.seed,
        "duration": seconds,
        "rooms": [room.name for room in house.rooms],
        "instances": camera.instances,
        "events": [event.to_json() for event in events],
        "seconds": seconds_rows,
    }


def visible_shares(picture: Image, names: dict[int, str]) -> dict[str, float]:
    """Return the share of the image (0 to 1) of each named thing, by id; a fridge's door is part of the fridge."""
    counts = np.bincount(picture.ravel(), minlength=256)
    pixels: dict[str, int] = {}
    for key, name in sorted(names.items()):
        if counts[key]:
            pixels[name] = pixels.get(name, 0) + int(counts[key])
    return {name: round(count / picture.size, 5) for name, count in pixels.items()}


# Ego4D's own schema


def narration_entry(seed: int, seconds: float, fps: int, events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a video's entry in narrations.json: points in time with text, and a summary of every minute."""
    narrated = [event for event in events if event["narration"] is not None]
    narrations = [
        {
            "timestamp_sec": event["time"],
            "timestamp_frame": round(event["time"] * fps),
            "narration_text": event["narration"],
            "annotation_uid": _annotation_uid(seed, k),
        }
        for k, event in enumerate(narrated)
    ]
    summaries = []
    for minute in range(math.ceil(seconds / 60)):
        start, end = 60.0 * minute, min(60.0 * (minute + 1), seconds)
        rooms = [event["room"] for event in narrated if start <= event["time"] < end and event["actor"] == "C"]
        where = " and the ".join(dict.fromkeys(rooms)) or "house"
        text = f"#summary C C moves things about in the {where}"
        summaries.append(
            {
                "start_sec": start,
                "end_sec": end,
                "summary_text": text,
                "annotation_uid": _annotation_uid(seed, -1 - minute),
            }
        )
    return {"narration_pass_1": {"narrations": narrations, "summaries": summaries}, "status": "complete"}


def _annotation_uid(seed: int, index: int) -> str:
    """Return a stable identifier in the form of a UUID."""
    digest = hashlib.sha256(f"{seed}/{index}".encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def video_entry(seed: int, seconds: float, fps: int, size: int) -> dict[str, Any]:
    """Return a video's entry in ego4d.json."""
    return {
        "video_uid": uid(seed),
        "duration_sec": seconds,
        "split_em": "train" if seed < TEST_SEEDS else "test",
        "scenarios": ["Simulated household"],
        "video_metadata": {
            "fps": fps,
            "num_frames": math.floor(seconds * fps + 1e-6),
            "display_resolution_width": size,
            "display_resolution_height": size,
        },
        "video_components": [{"redacted": False, "canonical_video_start_sec": 0.0, "canonical_video_end_sec": seconds}],
    }
