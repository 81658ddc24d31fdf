"""Names to models: nano, folders, hub ids; every failure is one clear line."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub.constants
import pytest
import torch

from mmego import Engine
from mmego.engine import loading
from mmego.engine.loading import asset, load, locate, pick_device
from mmego.errors import InputError, ModelError
from tests.model.tiny import write_llava_onevision, write_mmego


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("loading") / "my-checkpoint", keep=2)


def test_folder_gives_its_name_precision_and_own_fields(folder: Path) -> None:
    loaded = load(str(folder), "cpu")
    assert loaded.name == "my-checkpoint"
    assert loaded.model.dtype == torch.float32
    assert not loaded.model.training
    assert loaded.model.config.keep == 2
    assert loaded.model.can_point
    assert load(str(folder), "cpu", "bfloat16").model.dtype == torch.bfloat16


def test_llava_onevision_folder_loads_without_a_pointer(tmp_path: Path) -> None:
    engine = Engine.from_pretrained(str(write_llava_onevision(tmp_path / "ov")), device="cpu")
    assert engine.name == "ov"
    assert not engine.model.can_point


def test_nano_is_an_asset_of_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(loading.importlib.resources, "files", lambda package: tmp_path)
    with pytest.raises(ModelError, match=r"ships no 'nano'.*--model FOLDER"):
        locate("nano")
    with pytest.raises(InputError, match="ships no 'demo'"):
        asset("demo")
    (tmp_path / "assets" / "nano").mkdir(parents=True)
    assert locate("nano") == ("mmego-nano", str(tmp_path / "assets" / "nano"))


@pytest.mark.parametrize("name", ["no-such-folder", "./no/such/folder", "/no/such", "a/b/c", ""])
def test_names_that_are_no_model(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match=r"no model|no config"):
        locate(name)


def test_file_and_empty_folder_are_no_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ModelError, match="is no model"):
        locate(str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"has no config\.json"):
        locate(str(tmp_path))


def test_hub_id_without_connection_names_what_was_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"nobody/no-such-model.*(huggingface|offline)"):
        load("nobody/no-such-model", "cpu")


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = write_mmego(tmp_path / "cut")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="cut cannot be loaded"):
        load(str(folder), "cpu")


def test_other_kind_of_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="bert"):
        load(str(tmp_path), "cpu")


def test_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert pick_device("auto").type == "cpu"
    with pytest.raises(InputError, match="no GPU"):
        pick_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert pick_device("auto").type == "cuda"
