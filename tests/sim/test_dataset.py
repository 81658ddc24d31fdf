"""Data sets of houses: files, resuming, and the same bytes for the same seed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mmego.errors import InputError
from mmego.files import file_hash, read_json, read_jsonl, write_json
from mmego.scratch import folder_lock
from mmego.sim.dataset import SimulateOptions, check, merge, simulate

TINY = {"minutes": 0.2, "size": 32, "frames_only": True}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("houses", 0, "houses must be from 1"),
        ("minutes", 0.0, "minutes must be from 0.1 to 240"),
        ("seed", -1, "seed must be from 0"),
        ("seed", 10_000_000, "seed must be from 0 to 9999999"),
        ("workers", 0, "workers must be from 1"),
        ("fps", 9, "fps must be an even number"),
        ("fps", 100, "fps must be from 4 to 60, got 100"),
        ("size", 33, "size must be an even number"),
    ],
)
def test_options_out_of_bounds_are_named(tmp_path: Path, field: str, value: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(replace(SimulateOptions(tmp_path), **{field: value}))


def test_seeds_do_not_run_past_the_last(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="seeds end at"):
        check(SimulateOptions(tmp_path, houses=2, seed=9_999_999))


def test_merging_puts_houses_in_order(tmp_path: Path) -> None:
    for name in ("sim-0000010", "sim-0000002"):
        part = {"truth": {"video": name}, "narrations": {"status": "complete"}, "video": {"video_uid": name}}
        write_json(tmp_path / "parts" / f"{name}.json", part)
    write_json(tmp_path / "parts" / "options.json", {})
    merge(tmp_path)
    order = ["sim-0000002", "sim-0000010"]
    assert [row["video"] for row in read_jsonl(tmp_path / "truth.jsonl")] == order
    assert list(read_json(tmp_path / "narrations.json")) == order
    assert [row["video_uid"] for row in read_json(tmp_path / "ego4d.json")["videos"]] == order


# With the real renderer


def hashes(folder: Path) -> dict[str, str]:
    """Return the content hashes of all files of a data set but the parts."""
    return {
        str(path.relative_to(folder)): file_hash(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "parts"
    }


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a data set of two houses, frames only."""
    pytest.importorskip("panda3d")
    out = tmp_path_factory.mktemp("tiny")
    simulate(SimulateOptions(out, houses=2, seed=20, workers=2, **TINY))
    return out


def test_frames_ids_and_truth_agree(tiny: Path) -> None:
    for row in read_jsonl(tiny / "truth.jsonl"):
        frames = np.load(tiny / "frames" / f"{row['video']}.frames.npy")
        ids = np.load(tiny / "frames" / f"{row['video']}.ids.npy")
        assert frames.shape == (12, 32, 32, 3)
        assert ids.shape == (12, 32, 32)
        assert frames.std() > 10
        names = {instance["id"]: instance["name"] for instance in row["instances"]}
        for picture, second in zip(ids, row["seconds"], strict=True):
            large = {name for name, share in second["visible"].items() if share > 0.05}
            assert large <= {names[key] for key in np.unique(picture) if key}
    assert set(read_json(tiny / "narrations.json")) == {"sim-0000020", "sim-0000021"}


def test_the_same_seed_gives_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    simulate(SimulateOptions(tmp_path / "again", houses=2, seed=20, workers=1, **TINY))
    assert hashes(tmp_path / "again") == hashes(tiny)


def test_a_killed_run_goes_on_where_it_stopped(tiny: Path, tmp_path: Path) -> None:
    command = (
        "from pathlib import Path; from mmego.sim.dataset import *\n"
        f"if __name__ == '__main__': simulate(SimulateOptions(Path({str(tmp_path / 'out')!r}), houses=2, seed=20,"
        " workers=1, minutes=0.2, size=32, frames_only=True))"
    )
    (tmp_path / "run.py").write_text(command)
    process = subprocess.Popen([sys.executable, str(tmp_path / "run.py")], stderr=subprocess.PIPE)
    first = tmp_path / "out" / "parts" / "sim-0000020.json"
    deadline = time.monotonic() + 60
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    # As a run that was killed by force leaves it.
    (tmp_path / "out" / "frames" / ".sim-0000021.frames.npy.abcdefgh.mmego").mkdir()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode != 0 or (tmp_path / "out" / "truth.jsonl").exists()
    stamp = first.stat().st_mtime_ns
    simulate(SimulateOptions(tmp_path / "out", houses=2, seed=20, workers=1, **TINY))
    assert first.stat().st_mtime_ns == stamp, error
    assert hashes(tmp_path / "out") == hashes(tiny)
    assert not list((tmp_path / "out").glob("*/.*"))


def test_more_houses_are_added_and_other_options_refused(tiny: Path) -> None:
    with pytest.raises(InputError, match=r"begun with size 32 \(now 64\)"):
        simulate(SimulateOptions(tiny, houses=1, seed=20, minutes=0.2, size=64, frames_only=True))
    simulate(SimulateOptions(tiny, houses=1, seed=20, **TINY))
    assert len(list(read_jsonl(tiny / "truth.jsonl"))) == 2


def test_video_mode_writes_a_video_with_its_annotations(tmp_path: Path) -> None:
    pytest.importorskip("panda3d")
    import av

    simulate(SimulateOptions(tmp_path, minutes=0.1, seed=5, size=64, workers=1))
    with av.open(str(tmp_path / "videos" / "sim-0000005.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == 60
    row = read_json(tmp_path / "ego4d.json")["videos"][0]
    assert row["duration_sec"] == 6.0
    assert row["split_em"] == "train"
    assert row["video_metadata"]["num_frames"] == 60
    assert len(json.loads((tmp_path / "truth.jsonl").read_text())["seconds"]) == 6


def test_the_same_seed_gives_the_same_bytes_of_video_and_annotations(tmp_path: Path) -> None:
    """The whole command, twice, in processes of its own; another seed gives other bytes."""
    pytest.importorskip("panda3d")
    folders = {}
    for name, seed in (("one", 12), ("again", 12), ("other", 13)):
        out = tmp_path / name
        words = ["simulate", out, "--minutes", 0.1, "--seed", seed, "--size", 32, "--workers", 1]
        command = [sys.executable, "-m", "mmego", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        folders[name] = hashes(out)
    assert set(folders["one"]) == {"ego4d.json", "narrations.json", "truth.jsonl", "videos/sim-0000012.mp4"}
    assert folders["again"] == folders["one"]
    assert not set(folders["other"].values()) & set(folders["one"].values())


def test_a_second_run_in_the_same_folder_is_refused(tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with folder_lock(out), pytest.raises(InputError, match="is in use by another run"):
        simulate(SimulateOptions(out, houses=1, seed=20, workers=1, **TINY))
    assert [path.name for path in out.iterdir()] == []
