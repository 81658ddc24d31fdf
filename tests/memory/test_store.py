"""A memory on disk: round trip, whole or not at all, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from mmego.errors import InputError, ModelError, VideoError
from mmego.files import file_hash
from mmego.memory import store
from mmego.memory.prefix import FramePrefix, build_prefix
from mmego.memory.store import FRAMES, MANIFEST, PREFIX, Memory
from mmego.records import Span
from tests.model.tiny import tiny_model


def memory(folder: Path, **fields: Any) -> Memory:
    """Three frames of 32 channels, 4 tokens each, of a "video" that only needs bytes here."""
    video = folder / "video.mp4"
    video.write_bytes(b"not decoded here")
    V_NTC = torch.randn(3, 4, 32, generator=torch.Generator().manual_seed(0))
    given: dict[str, Any] = {
        "video": video,
        "video_hash": file_hash(video),
        "fingerprint": "f" * 64,
        "duration": 3.25,
        "span": Span(0.0, 3.25),
        "times": (0.5, 1.5, 2.5),
        "E_NC": V_NTC.mean(1),
        "V_NTC": V_NTC,
        "gaps": (Span(3.0, 3.25),),
        "seconds": {"index": 1.5},
    }
    return Memory(**{**given, **fields})


def saved(tmp_path: Path, **fields: Any) -> Path:
    folder = tmp_path / "kept"
    memory(tmp_path, **fields).save(folder)
    return folder


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_round_trip(tmp_path: Path, dtype: torch.dtype) -> None:
    before = memory(tmp_path)
    before.E_NC = before.E_NC.to(dtype)
    before.prefix = build_prefix(tiny_model(max_frames=2), before.E_NC.float())
    before.save(tmp_path / "kept")
    after = Memory.load(tmp_path / "kept")
    assert before.V_NTC is not None
    assert after.V_NTC is not None
    assert after.E_NC.dtype == dtype
    assert torch.equal(after.E_NC, before.E_NC)
    assert torch.equal(after.V_NTC, before.V_NTC)
    assert after.prefix is not None
    assert [s.length for s in after.prefix.segments] == [2, 1]
    stored, made = after.prefix.to_tensors(), before.prefix.to_tensors()
    assert all(torch.equal(stored[name], made[name]) for name in made)
    for name in ("video", "video_hash", "fingerprint", "duration", "span", "times", "gaps", "seconds"):
        assert getattr(after, name) == getattr(before, name), name


def test_folder_holds_what_the_design_says(tmp_path: Path) -> None:
    folder = saved(tmp_path, V_NTC=None)
    assert {path.name for path in folder.iterdir()} == {MANIFEST, FRAMES}
    assert Memory.load(folder).V_NTC is None
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["schema"] == 1
    assert manifest["frames"]["times"] == [0.5, 1.5, 2.5]
    assert len(manifest["video"]["sha256"]) == 64


def test_save_replaces_a_memory_and_nothing_else(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    memory(tmp_path, duration=9.0).save(folder)
    assert Memory.load(folder).duration == 9.0
    other = tmp_path / "photos"
    other.mkdir()
    (other / "me.jpg").write_bytes(b"precious")
    with pytest.raises(InputError, match="not a memory"):
        memory(tmp_path).save(other)
    assert (other / "me.jpg").read_bytes() == b"precious"


def test_failed_save_leaves_the_old_one_and_no_scraps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = saved(tmp_path)

    def full_disk(path: Path, value: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(store, "write_json", full_disk)
    with pytest.raises(OSError, match="no space"):
        memory(tmp_path, duration=9.0).save(folder)
    with pytest.raises(OSError, match="no space"):
        memory(tmp_path).save(tmp_path / "new")
    assert Memory.load(folder).duration == 3.25
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept", "video.mp4"]


def test_another_model_is_refused(tmp_path: Path) -> None:
    kept = memory(tmp_path)
    kept.check_model("f" * 64, "mmego-nano")
    with pytest.raises(ModelError, match=r"video\.mp4 belongs to another model.*other-model is 0000"):
        kept.check_model("0" * 64, "other-model")


def test_changed_or_lost_video_is_refused(tmp_path: Path) -> None:
    kept = memory(tmp_path)
    kept.check_video()
    kept.video.write_bytes(b"another video")
    with pytest.raises(VideoError, match="not the video of this memory"):
        kept.check_video()
    kept.video.unlink()
    with pytest.raises(VideoError, match="no longer there"):
        kept.check_video()


def test_what_is_no_memory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a memory"):
        Memory.load(tmp_path)
    folder = saved(tmp_path)
    (folder / MANIFEST).write_text(json.dumps({"schema": 99}))
    with pytest.raises(InputError, match="schema version 99; this mmego reads version 1"):
        Memory.load(folder)
    (folder / MANIFEST).write_text("[]")
    with pytest.raises(InputError, match="schema version None"):
        Memory.load(folder)


def test_damage_is_refused(tmp_path: Path) -> None:
    folder = saved(tmp_path)
    whole = (folder / FRAMES).read_bytes()
    (folder / FRAMES).write_bytes(whole[:-10])
    with pytest.raises(InputError, match=r"frames\.safetensors is missing or damaged"):
        Memory.load(folder)
    (folder / FRAMES).unlink()
    with pytest.raises(InputError, match="missing or damaged"):
        Memory.load(folder)
    (folder / FRAMES).write_bytes(whole)
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "files": [FRAMES, PREFIX]}))
    with pytest.raises(InputError, match=r"prefix\.safetensors is missing"):
        Memory.load(folder)
    del manifest["gaps"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="'gaps' is missing"):
        Memory.load(folder)


def test_shapes_must_fit_the_times(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"2 frames needs E of shape \(N, C\), got \(3, 32\)"):
        memory(tmp_path, times=(0.5, 1.5))
    with pytest.raises(InputError, match="needs V of shape"):
        memory(tmp_path, V_NTC=torch.zeros(2, 4, 32))


def test_names_that_are_no_prefix_are_refused() -> None:
    with pytest.raises(InputError, match="not the name"):
        FramePrefix.from_tensors({"keys": torch.zeros(1)})
