"""Weight files that are damaged, missing or elsewhere: each is one ModelError that names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.engine.loading import load
from tests.engine.damaged import (
    Change,
    check_refused,
    cut,
    gone,
    index,
    lost_shard,
    pickles_only,
    settings,
    text,
)
from tests.model.tiny import write_llava_onevision

DAMAGED: dict[str, tuple[Change, str]] = {
    # weights
    "no weights": (gone("model.safetensors"), "no safetensors weights"),
    "pickle alone": (pickles_only, "never opens pickles"),
    "weights empty": (cut("model.safetensors", 0), "not a sound safetensors file"),
    "head cut": (cut("model.safetensors", 100), "not a sound safetensors file"),
    "end cut": (
        lambda folder: cut("model.safetensors", (folder / "model.safetensors").stat().st_size - 100)(folder),
        "not a sound",
    ),
    "head of 2^62 bytes": (
        lambda folder: (folder / "model.safetensors").write_bytes((1 << 62).to_bytes(8, "little") + b"{}") and None,
        "not a sound safetensors file",
    ),
    "a web page": (text("model.safetensors", "<html>please log in</html>"), "not a sound safetensors file"),
    "lost shard": (lost_shard, "lacks model-00002-of-00002.safetensors"),
    "index elsewhere": (index({"weight_map": {"a": "../x.safetensors"}}), "not a safetensors file of this folder"),
    "index at the root": (index({"weight_map": {"a": "/etc/passwd"}}), "not a safetensors file of this folder"),
    "index to a pickle": (index({"weight_map": {"a": "pytorch_model.bin"}}), "not a safetensors file of this folder"),
    "index of numbers": (index({"weight_map": {"a": 3}}), "must have an object weight_map"),
    "index list": (index([1]), "must hold a JSON object"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_wrong_is_named_in_one_line(copied: Path, change: Change, message: str) -> None:
    check_refused(copied, change, message)


def test_a_published_folder_may_have_a_longer_tower_than_it_uses(tmp_path: Path) -> None:
    folder = write_llava_onevision(tmp_path / "ov")
    settings(vision_config__num_hidden_layers=1)(folder)
    assert not load(str(folder)).model.can_point
