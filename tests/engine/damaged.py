"""Checkpoint folders and ways to damage them."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from mmego.engine.loading import load
from mmego.errors import ModelError

Change = Callable[[Path], None]
PIXELS = "video_preprocessor_config.json"
ENDLESS = "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}"


def settings(file: str = "config.json", **fields: Any) -> Change:
    """Set fields of a JSON file; ``text_config__hidden_size`` goes one level down, None takes the field out."""

    def change(folder: Path) -> None:
        path = folder / file
        found = json.loads(path.read_text()) if path.is_file() else {}
        for name, value in fields.items():
            *way, last = name.split("__")
            inner = found
            for step in way:
                inner = inner[step]
            inner.pop(last, None)
            if value is not None:
                inner[last] = value
        path.write_text(json.dumps(found))

    return change


def text(file: str, content: str) -> Change:
    return lambda folder: (folder / file).write_text(content) and None


def cut(file: str, length: int) -> Change:
    return lambda folder: (folder / file).write_bytes((folder / file).read_bytes()[:length]) and None


def template(source: str) -> Change:
    return text("chat_template.jinja", source)


def gone(*files: str) -> Change:
    def change(folder: Path) -> None:
        for file in files:
            (folder / file).unlink()

    return change


def weights(change_tensors: Callable[[dict[str, torch.Tensor]], None]) -> Change:
    def change(folder: Path) -> None:
        tensors = load_file(folder / "model.safetensors")
        change_tensors(tensors)
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})

    return change


def index(names: Any) -> Change:
    """Return the one file becomes a shard, and an index has what it is given."""

    def change(folder: Path) -> None:
        (folder / "model.safetensors").rename(folder / "model-00001-of-00001.safetensors")
        (folder / "model.safetensors.index.json").write_text(json.dumps(names))

    return change


def not_a_number(tensors: dict[str, torch.Tensor]) -> None:
    name = next(name for name in tensors if name.endswith("k_proj.weight"))
    tensors[name][3, 5] = torch.nan


def drop_weight(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[next(name for name in tensors if "norm" in name)]


def pickles_only(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps({}))


def lost_shard(folder: Path) -> None:
    index({"weight_map": {"a": "model-00001-of-00001.safetensors", "b": "model-00002-of-00002.safetensors"}})(folder)


HOSTILE = "import pathlib; pathlib.Path(__file__).with_name('ran').touch()\n"


def code_in_every_file(folder: Path) -> None:
    """Everything by which transformers finds code in a folder, and a tokenizer class that only it would have."""
    for file in ("modeling_evil.py", "configuration_evil.py", "tokenization_evil.py", "custom_generate/generate.py"):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(HOSTILE)
    names = {"AutoConfig": "configuration_evil.C", "AutoModelForImageTextToText": "modeling_evil.M"}
    settings(auto_map=names)(folder)
    (folder / "tokenizer.json").unlink()
    evil = {"auto_map": {"AutoTokenizer": ["tokenization_evil.T", None]}, "tokenizer_class": "T"}
    settings("tokenizer_config.json", **evil)(folder)


def check_refused(folder: Path, change: Change, message: str) -> None:
    """Damage the folder and check that loading it gives one ModelError on a line, and runs no code."""
    change(folder)
    with pytest.raises(ModelError, match=message) as caught:
        load(str(folder))
    assert len(" ".join(str(caught.value).split())) < 700
    assert not list(folder.rglob("ran"))
