"""HD-EPIC's table: its columns, only when somebody says so."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.narrations.readers.hd_epic import read_hd_epic
from mmego.narrations.sources import open_source
from mmego.records import Span, VideoMeta
from tests.narrations.data import lines_by_video
from tests.narrations.readers.test_pickled_frame import Evil

pd = pytest.importorskip("pandas", reason="pandas (extra 'data') writes the tables of these tests")

OPEN = "Open the upper cupboard by holding the handle of the cupboard with the left hand."
ROW = {
    "unique_narration_id": "P01-20240202-110250-1",
    "participant_id": "P01",
    "video_id": "P01-20240202-110250",
    "narration": OPEN,
    "start_timestamp": 7.44,
    "end_timestamp": 8.75,
    "nouns": ["upper cupboard", "handle of cupboard"],
    "verbs": ["open", "hold"],
    "pairs": [("open", "upper cupboard"), ("hold", "handle of cupboard")],
    "main_actions": [("open", "upper cupboard")],
    "verb_classes": [3, 34],
    "noun_classes": [3, 3],
    "pair_classes": [(3, 3), (34, 3)],
    "main_action_classes": [(3, 3)],
    "hands": ["left hand"],
    "narration_timestamp": 8.0,
}
TIMES = ("start_timestamp", "end_timestamp", "narration_timestamp")


def write(folder: Path, *changes: dict[str, Any], drop: tuple[str, ...] = ()) -> Path:
    """Write a table of one row for each of `changes` to ROW."""
    made = pd.DataFrame([ROW | change for change in changes], dtype=object)
    made = made.astype(dict.fromkeys(TIMES, float)).drop(columns=list(drop))
    made.columns = made.columns.astype(object)
    path = folder / "HD_EPIC_Narrations.pkl"
    path.write_bytes(pickle.dumps(made, protocol=4))
    return path


def test_actions_with_verb_and_nouns(tmp_path: Path) -> None:
    path = write(tmp_path, {"start_timestamp": 9.0, "end_timestamp": 9.5, "main_actions": [], "nouns": []}, {})
    [(meta, (first, second))] = read_hd_epic(path, trust_pickle=True)
    assert (meta.video, meta.split) == ("P01-20240202-110250", None)
    assert (first.span, first.text, first.actor) == (Span(7.44, 8.75), OPEN[:-1], "C")
    assert (first.verb, first.nouns) == ("open", ("upper cupboard", "handle of cupboard"))
    assert (second.verb, second.nouns) == ("open", ())


def test_bad_rows_are_counted(tmp_path: Path) -> None:
    nan = float("nan")
    path = write(
        tmp_path, {}, {"start_timestamp": nan}, {"end_timestamp": 1.0}, {"narration": None}, {"video_id": None}
    )
    drops = Drops()
    videos = {ROW["video_id"]: VideoMeta(str(ROW["video_id"]), 8.0)}
    [(_, narrations)] = lines_by_video(read_hd_epic(path, videos, drops, trust_pickle=True)).items()
    assert narrations == [(7.44, 8.0, "C", OPEN[:-1])]
    assert drops.counts == {"no text or time": 2, "end before start": 1, "no video": 1}


def test_without_the_flag_the_risk_is_explained(tmp_path: Path) -> None:
    path = write(tmp_path, {})
    for read in (lambda: list(read_hd_epic(path)), lambda: open_source([path])):
        with pytest.raises(InputError, match=r"run anything.*--trust-pickle"):
            read()


def test_the_flag_does_not_open_the_door(tmp_path: Path) -> None:
    import os

    mark, path = tmp_path / "ran", tmp_path / "HD_EPIC_Narrations.pkl"
    path.write_bytes(pickle.dumps(Evil(os.system, f"touch {mark}")))
    with pytest.raises(InputError, match=r"names posix\.system"):
        list(open_source([path], trust_pickle=True).read(Drops()))
    assert not mark.exists()


def test_missing_columns_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks the column end_timestamp; it has unique_narration_id"):
        list(read_hd_epic(write(tmp_path, {}, drop=("end_timestamp",)), trust_pickle=True))
