"""Narrated videos in the format of Ego4D."""

from __future__ import annotations

import json
import random
from pathlib import Path

from mmego.records import Narration, Span

THINGS = ("red mug", "blue book", "green bottle", "pan", "brush", "white box", "spoon", "towel", "old radio", "key")
PLACES = ("kitchen table", "sofa", "bed", "desk", "coffee table", "shelf", "floor", "window sill")


def lines(seconds: float, seed: int, every: float = 6.0) -> list[tuple[float, str]]:
    """Return (time, raw line) every few seconds: things are taken and put elsewhere, and some doors are opened."""
    rng = random.Random(seed)
    found: list[tuple[float, str]] = []
    time = rng.uniform(1, every)
    while time < seconds:
        thing, place = rng.choice(THINGS), rng.choice(PLACES)
        text = rng.choice(
            (
                f"#C C picks up the {thing} from the {place}",
                f"#C C puts the {thing} on the {place}",
                f"#C C opens the {rng.choice(('fridge', 'oven', 'wardrobe'))}",
                f"#O man X picks up the {thing}",
            )
        )
        found.append((round(time, 3), text))
        time += rng.uniform(0.5, 2 * every - 0.5)
    return found


def narrations(seconds: float, seed: int = 0, video: str = "v", every: float = 6.0) -> list[Narration]:
    """Return the same lines as cleaned narrations at points in time."""
    return [
        Narration(video, Span(time, time), text.split(" ", 1)[1], "C" if text.startswith("#C") else "X")
        for time, text in lines(seconds, seed, every)
    ]


def write_source(folder: Path, minutes: list[float]) -> Path:
    """Write a folder with narrations.json and ego4d.json: one video for each of `minutes`."""
    folder.mkdir(parents=True, exist_ok=True)
    videos, listed = {}, []
    for number, length in enumerate(minutes):
        rows = [{"timestamp_sec": time, "narration_text": text} for time, text in lines(60 * length, number)]
        videos[f"video{number}"] = {"narration_pass_1": {"narrations": rows}, "status": "complete"}
        split = "val" if number % 4 == 3 else "train"
        listed.append({"video_uid": f"video{number}", "duration_sec": 60 * length, "split_em": split})
    (folder / "narrations.json").write_text(json.dumps(videos))
    (folder / "ego4d.json").write_text(json.dumps({"videos": listed}))
    return folder
