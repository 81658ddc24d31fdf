"""Hashes of weight files: by part, and cached between processes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mmego.memory import fingerprint, weight_hashes
from tests.model.tiny import write_llava_onevision


@pytest.mark.parametrize(
    ("name", "plain", "part"),
    [
        (
            "vision_tower.vision_model.encoder.layers.0.mlp.fc1.bias",
            "vision_tower.encoder.layers.0.mlp.fc1.bias",
            "vision",
        ),
        ("model.vision_tower.encoder.layers.0.mlp.fc1.bias", "vision_tower.encoder.layers.0.mlp.fc1.bias", "vision"),
        ("multi_modal_projector.linear_1.weight", "multi_modal_projector.linear_1.weight", "vision"),
        ("model.mm_projector.0.weight", "mm_projector.0.weight", "vision"),
        ("model.image_newline", "image_newline", "vision"),
        ("language_model.model.layers.0.mlp.up_proj.weight", "layers.0.mlp.up_proj.weight", "language"),
        ("model.language_model.layers.0.mlp.up_proj.weight", "layers.0.mlp.up_proj.weight", "language"),
        ("base_model.model.model.language_model.norm.weight", "norm.weight", "language"),
        ("language_model.lm_head.weight", "lm_head.weight", "head"),
        ("memory_pointer", "memory_pointer", "pointer"),
    ],
)
def test_published_and_newer_names_are_one(name: str, plain: str, part: str) -> None:
    assert weight_hashes.plain_name(name) == plain
    assert weight_hashes.part_of(plain) == part


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[object]:
    """Return a cache of its own, and a list that grows with every hashing of weights."""
    calls: list[object] = []
    real = weight_hashes.hash_parts
    monkeypatch.setattr(weight_hashes, "hash_parts", lambda rows: calls.append(1) or real(rows))
    monkeypatch.setenv("MMEGO_CACHE", str(tmp_path / "cache"))
    return calls


def old(folder: Path) -> Path:
    """Return the folder, its weights written long ago."""
    os.utime(folder / "model.safetensors", (1e9, 1e9))
    return folder


def test_files_are_hashed_once_for_each_path_size_and_time(hashed: list[object], tmp_path: Path) -> None:
    folder = write_llava_onevision(tmp_path / "plain")
    first = [weight_hashes.folder_hashes(folder) for _ in range(2)]
    assert len(hashed) == 2  # written this moment: another version could have the same time
    old(folder)
    known = [weight_hashes.folder_hashes(folder) for _ in range(3)]
    assert len(hashed) == 3
    assert known == [first[0]] * 3
    os.utime(folder / "model.safetensors", (1e9 + 1, 1e9 + 1))
    assert weight_hashes.folder_hashes(folder) == first[0]
    assert len(hashed) == 4


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', "null", "\udcff", "[" * 100_000])
def test_a_cache_that_makes_no_sense_is_written_anew(hashed: list[object], tmp_path: Path, content: str) -> None:
    folder = old(write_llava_onevision(tmp_path / "plain"))
    known = weight_hashes.folder_hashes(folder)
    (file,) = (tmp_path / "cache" / "fingerprints").iterdir()
    kept = json.loads(file.read_text())
    for damaged in (content.encode("utf-8", "surrogateescape"), json.dumps({**kept, "parts": {"vision": 3}}).encode()):
        file.write_bytes(damaged)
        assert weight_hashes.folder_hashes(folder) == known
    assert len(hashed) == 3
    assert weight_hashes.folder_hashes(folder) == known
    assert len(hashed) == 3


def test_a_cache_that_cannot_be_written_is_no_error(
    hashed: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = old(write_llava_onevision(tmp_path / "plain"))
    (tmp_path / "cache").write_text("a file stands where the folder is to be")
    known = weight_hashes.folder_hashes(folder)
    assert weight_hashes.folder_hashes(folder) == known
    assert len(hashed) == 2
    monkeypatch.delenv("MMEGO_CACHE")
    monkeypatch.setattr(weight_hashes, "cache_folder", lambda: None)  # a user without a home
    assert weight_hashes.folder_hashes(folder) == known


def test_files_that_are_no_weights_are_named(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    assert weight_hashes.folder_hashes(tmp_path) == {}
    for damaged in (b"", b"short", b"\x02\0\0\0\0\0\0\0[]", b'\x08\0\0\0\0\0\0\0{"a": 1}'):
        (tmp_path / "model.safetensors").write_bytes(damaged)
        with pytest.raises(fingerprint.ModelError, match=r"model\.safetensors is not a safetensors file"):
            weight_hashes.folder_hashes(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(fingerprint.ModelError, match="has no safetensors weights"):
        weight_hashes.folder_hashes(tmp_path)
    index = tmp_path / "model.safetensors.index.json"
    for wrong in ("[]", "{}", '{"weight_map": {"a": 1}}', '{"weight_map": []}'):
        index.write_text(wrong)
        with pytest.raises(fingerprint.ModelError, match=r"must (have an|hold a JSON) object"):
            weight_hashes.folder_hashes(tmp_path)
    index.write_text('{"weight_map": {"a": "gone.safetensors"}}')
    with pytest.raises(fingerprint.ModelError, match=r"lacks gone\.safetensors, which its index names"):
        weight_hashes.folder_hashes(tmp_path)
