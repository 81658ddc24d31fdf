"""A memory: what it refuses, and what becomes of it between saving and loading (its folder: test_folder)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import torch

from mmego.errors import InputError, ModelError
from mmego.files import file_hash
from mmego.memory.fingerprint import Fingerprints
from mmego.memory.frame_tokens import FrameTokens
from mmego.memory.memory import Memory
from mmego.memory.prefix import FramePrefix, build_prefix
from mmego.memory.video_file import FileStat
from mmego.records import Span
from tests.model.tiny import tiny_model

MADE_BY = Fingerprints("a" * 64, "b" * 64)


def memory(folder: Path, **fields: Any) -> Memory:
    """Three frames of 32 channels, 4 tokens each, of a "video" that only needs bytes here."""
    video = folder / "video.mp4"
    if not video.exists():
        video.write_bytes(b"not decoded here")
    V_NTC = torch.randn(3, 4, 32, generator=torch.Generator().manual_seed(0))
    given: dict[str, Any] = {
        "video": video,
        "video_hash": file_hash(video),
        "fingerprints": MADE_BY,
        "duration": 3.25,
        "span": Span(0.0, 3.25),
        "times": (0.5, 1.5, 2.5),
        "E_NC": V_NTC.mean(1),
        "V_NTC": V_NTC,
        "gaps": (Span(3.0, 3.25),),
        "seconds": {"index": 1.5},
        "video_stat": FileStat.of(video),
        "planned": 4,
    }
    return Memory(**{**given, **fields})


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_round_trip(tmp_path: Path, dtype: torch.dtype) -> None:
    before = memory(tmp_path)
    assert before.E_NC is not None
    before.E_NC = before.E_NC.to(dtype)
    before.prefix = build_prefix(tiny_model(max_frames=2), before.E_NC.float())
    before.save(tmp_path / "kept")
    after = Memory.load(tmp_path / "kept")
    assert before.V_NTC is not None
    assert after.V_NTC is not None
    assert after.E_NC is not None
    assert after.E_NC.dtype == dtype
    assert torch.equal(after.E_NC, before.E_NC)
    assert torch.equal(after.V_NTC, before.V_NTC)
    assert after.prefix is not None
    assert [s.length for s in after.prefix.segments] == [2, 1]
    stored, made = after.prefix.to_tensors(), before.prefix.to_tensors()
    assert all(torch.equal(stored[name], made[name]) for name in made)
    for name in ("video_hash", "fingerprints", "duration", "span", "times", "gaps", "seconds", "video_stat", "planned"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.video == before.video.resolve()


def test_frames_that_were_read_are_kept_of_a_memory_without_compressed_tokens(tmp_path: Path) -> None:
    held = FrameTokens([(2, torch.full((4, 32), 2.0)), (0, torch.zeros(4, 32))])
    memory(tmp_path, E_NC=None, V_NTC=None, some_V=held).save(tmp_path / "kept")
    after = Memory.load(tmp_path / "kept")
    assert (after.E_NC, after.V_NTC, list(after.some_V)) == (None, None, [0, 2])
    assert torch.equal(after.some_V.take([0, 2]), held.take([0, 2]))
    assert repr(after) == "Memory('video.mp4', 3 frames of 3.2 s, V of 2)"
    memory(tmp_path, E_NC=None, V_NTC=None).save(tmp_path / "kept")
    assert list(Memory.load(tmp_path / "kept").some_V) == []


def test_a_video_name_that_is_no_utf_8_is_kept(tmp_path: Path) -> None:
    video = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    video.write_bytes(b"not decoded here")
    memory(tmp_path, video=video).save(tmp_path / "kept")
    after = Memory.load(tmp_path / "kept")
    assert after.video == video
    after.check_video()


def test_another_vision_tower_is_refused_another_language_model_reads_anew(tmp_path: Path) -> None:
    kept = memory(tmp_path)
    assert kept.E_NC is not None
    kept.prefix = build_prefix(tiny_model(), kept.E_NC)
    kept.check_model(MADE_BY, "mmego-nano")
    assert kept.prefix is not None
    with pytest.raises(ModelError, match=r"video\.mp4 belongs to another model.*other-model has 0000"):
        kept.check_model(Fingerprints("0" * 64, "b" * 64), "other-model")
    kept.check_model(Fingerprints("a" * 64, "0" * 64), "tuned")
    assert kept.prefix is None
    assert kept.fingerprints.language == "0" * 64


def test_shapes_must_fit_the_times(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"2 frames needs E of shape \(N, C\), got \(3, 32\)"):
        memory(tmp_path, times=(0.5, 1.5))
    with pytest.raises(InputError, match="needs V of shape"):
        memory(tmp_path, V_NTC=torch.zeros(2, 4, 32))
    with pytest.raises(InputError, match="one frame or more"):
        memory(tmp_path, times=(), E_NC=None, V_NTC=None)
    with pytest.raises(InputError, match="3 frames has a prefix of 2"):
        memory(tmp_path, prefix=build_prefix(tiny_model(), torch.randn(2, 32)))


def test_a_memory_of_several_videos_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a memory of 2 videos cannot be saved"):
        memory(tmp_path, files=2).save(tmp_path / "kept")


def test_names_and_shapes_that_are_no_prefix_are_refused() -> None:
    whole = build_prefix(tiny_model(max_frames=2), torch.randn(3, 32)).to_tensors()
    assert FramePrefix.from_tensors(whole).length == 3
    without_0 = {name: tensor for name, tensor in whole.items() if name.startswith("1.")}
    for damaged, message in (
        ({"keys": torch.zeros(1)}, "not the name"),
        ({}, "segments from 0 on"),
        (without_0, "segments from 0 on"),
        ({**whole, "0.E_prime": torch.zeros(2)}, "has shape"),
        ({**whole, "0.keys.0": torch.zeros(1, 2, 3, 8)}, r"'0.keys.0' of a stored prefix has shape \(1, 2, 3, 8\)"),
        ({**whole, "1.values.1": whole["1.values.1"].int()}, "torch.int32"),
    ):
        with pytest.raises(InputError, match=message):
            FramePrefix.from_tensors(damaged)
