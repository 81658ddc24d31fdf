"""The record of a house: frames, truth, and annotations in Ego4D's schema."""

from __future__ import annotations

import errno
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mmego.sim.record import ArraySink, narration_entry, record, visible_shares
from tests.sim.hand_made_house import Recorder, make_house


class Camera(Recorder):
    """A recorder that gives grey pictures; the red mug fills a quarter of them."""

    def __init__(self) -> None:
        super().__init__()
        self.instances: list[dict[str, Any]] = [
            {"id": 1, "name": "red mug", "kind": "mug", "colour": "red", "role": "item"},
            {"id": 2, "name": "fridge", "kind": "fridge", "colour": None, "role": "furniture"},
            {"id": 3, "name": "right hand", "kind": "hand", "colour": None, "role": "hand"},
        ]
        self.drawn = 0

    def image(self) -> np.ndarray:
        self.drawn += 1
        return np.full((8, 8, 3), 99, np.uint8)

    def ids(self, resolution: int = 64) -> np.ndarray:
        picture = np.zeros((resolution, resolution), np.uint8)
        picture[: resolution // 2, : resolution // 2] = 1
        picture[-1, -1] = 3
        return picture


class Frames:
    """A sink that counts."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def add(self, image: np.ndarray) -> None:
        self.shapes.append(image.shape)


def test_one_frame_a_second_is_drawn_in_frames_only_mode() -> None:
    camera, frames, ids = Camera(), Frames(), Frames()
    truth = record(make_house("man X"), camera, 20.0, 10, frames, ids, False, lambda seconds: None)
    assert camera.drawn == 20
    assert frames.shapes == [(8, 8, 3)] * 20
    assert ids.shapes == [(32, 32)] * 20
    assert [row["time"] for row in truth["seconds"]] == [k + 0.5 for k in range(20)]
    assert truth["seconds"][0]["visible"] == {"red mug": 0.25}
    assert set(truth["seconds"][0]["held"]) == {"left", "right"}
    assert truth["rooms"] == ["kitchen", "bedroom"]
    assert truth["instances"] == camera.instances


def test_every_tick_is_drawn_in_video_mode_and_the_truth_is_the_same() -> None:
    camera, frames = Camera(), Frames()
    truth = record(make_house(), camera, 20.0, 10, frames, None, True, lambda seconds: None)
    assert camera.drawn == len(frames.shapes) == 200
    other = record(make_house(), Camera(), 20.0, 10, Frames(), None, False, lambda seconds: None)
    assert truth == other


def test_visible_shares_leave_out_what_is_not_there() -> None:
    picture = np.zeros((4, 4), np.uint8)
    picture[0] = 2
    assert visible_shares(picture, {1: "mug", 2: "desk"}) == {"desk": 0.25}


def test_a_thing_and_its_door_of_the_same_name_are_added_up() -> None:
    picture = np.zeros((4, 4), np.uint8)
    picture[0], picture[1] = 2, 3
    assert visible_shares(picture, {2: "fridge", 3: "fridge"}) == {"fridge": 0.5}


def test_narrations_are_in_ego4ds_schema() -> None:
    truth = record(make_house("man X"), Camera(), 90.0, 10, Frames(), None, False, lambda seconds: None)
    entry = narration_entry(7, 90.0, 10, truth["events"])
    assert entry["status"] == "complete"
    rows = entry["narration_pass_1"]["narrations"]
    assert len(rows) == sum(event["narration"] is not None for event in truth["events"])
    for row in rows:
        assert set(row) == {"timestamp_sec", "timestamp_frame", "narration_text", "annotation_uid"}
        assert row["timestamp_frame"] == round(row["timestamp_sec"] * 10)
    assert max(Counter(row["annotation_uid"] for row in rows).values()) == 1
    summaries = entry["narration_pass_1"]["summaries"]
    assert [(row["start_sec"], row["end_sec"]) for row in summaries] == [(0.0, 60.0), (60.0, 90.0)]


def test_an_array_file_is_whole_or_absent(tmp_path: Path) -> None:
    with ArraySink(tmp_path / "a.npy", (2, 3)) as sink:
        sink.add(np.array([1, 2, 3], np.uint8))
        sink.add(np.array([4, 5, 6], np.uint8))
    assert np.load(tmp_path / "a.npy").tolist() == [[1, 2, 3], [4, 5, 6]]
    with pytest.raises(RuntimeError), ArraySink(tmp_path / "b.npy", (2, 3)) as sink:
        raise RuntimeError("stopped")
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]


def test_a_full_disk_is_an_error_and_not_a_sigbus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, offset: int, length: int) -> None:
        assert (offset, length) == (0, 128 + 5 * 4)  # the whole file: header and rows
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match=r"No space left on device: '.*a\.npy'"), ArraySink(tmp_path / "a.npy", (5, 4)):
        raise AssertionError("nothing is drawn")
    assert list(tmp_path.iterdir()) == []
