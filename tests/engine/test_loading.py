"""Names to models: nano, folders, hub ids; every failure is one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import huggingface_hub.constants
import pytest
import torch
from safetensors.torch import load_file, save_file

from mmego import Engine
from mmego.engine.loading import LoadOptions, load
from mmego.errors import ModelError
from tests.model.tiny import write_llava_onevision, write_mmego


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mmego(tmp_path_factory.mktemp("loading") / "my-checkpoint", keep=2)


def test_folder_gives_its_name_precision_and_own_fields(folder: Path) -> None:
    loaded = load(str(folder), LoadOptions(device="cpu"))
    assert loaded.name == "my-checkpoint"
    assert loaded.model.dtype == torch.float32
    assert not loaded.model.training
    assert loaded.model.config.keep == 2
    assert loaded.model.can_point
    assert load(str(folder), LoadOptions(precision="bfloat16")).model.dtype == torch.bfloat16


def test_llava_onevision_folder_loads_without_a_pointer(tmp_path: Path) -> None:
    engine = Engine.from_pretrained(str(write_llava_onevision(tmp_path / "ov")), device="cpu")
    assert engine.name == "ov"
    assert not engine.model.can_point


def test_hub_id_without_connection_names_what_was_tried(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match=r"nobody/no-such-model.*(huggingface|offline)"):
        load("nobody/no-such-model")


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    folder = write_mmego(tmp_path / "cut")
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelError, match="not a sound safetensors file"):
        load(str(folder))


def test_other_kind_of_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelError, match="bert"):
        load(str(tmp_path))


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_attention_is_the_one_asked_for(folder: Path, attention: Any) -> None:
    model = load(str(folder), LoadOptions(attention=attention)).model
    assert model.config._attn_implementation == attention
    assert model.model.language_model.config._attn_implementation == attention


def test_a_device_map_of_one_cpu_answers_as_without(folder: Path) -> None:
    pytest.importorskip("accelerate")
    plain, mapped = load(str(folder)), load(str(folder), LoadOptions(device_map="auto"))
    ids = [plain.processor.question_ids("where is the red mug")]
    E_NC = torch.randn(5, 32, generator=torch.Generator().manual_seed(0))
    assert torch.equal(plain.model.glimpse(E_NC, ids), mapped.model.glimpse(E_NC, ids))


def test_prompt_and_sampling_are_the_ones_asked_for(folder: Path) -> None:
    options = LoadOptions(time_prompt=False, system_prompt="you are a helpful assistant", sampling="llava")
    loaded = load(str(folder), options)
    for config in (loaded.model.config, loaded.processor.config):
        assert (config.time_prompt, config.system_prompt, config.sampling) == (False, options.system_prompt, "llava")
    prompt = loaded.processor.decode(loaded.processor.answer_prompt("where is it", num_frames=0))
    assert "you are a helpful assistant" in prompt
    untouched = load(str(folder)).processor.config
    assert (untouched.time_prompt, untouched.system_prompt, untouched.sampling) == (True, None, "middle")


def test_a_value_too_large_for_float16_names_the_precision(tmp_path: Path) -> None:
    folder = write_mmego(tmp_path / "large")
    tensors = load_file(folder / "model.safetensors")
    tensors["memory_pointer"][0, 0] = 1e6
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    assert load(str(folder), LoadOptions(precision="bfloat16")).model.can_point
    with pytest.raises(ModelError, match=r"memory_pointer holds values .* in float16: use bfloat16"):
        load(str(folder), LoadOptions(precision="float16"))


@pytest.mark.parametrize("bits", ["8bit", "4bit"])
def test_quantised_the_language_model_is_packed_and_the_tower_is_not(folder: Path, bits: Any) -> None:
    packed = pytest.importorskip("bitsandbytes")
    model = load(str(folder), LoadOptions(quantize=bits)).model
    layers = (packed.nn.Linear8bitLt, packed.nn.Linear4bit)
    assert isinstance(model.model.language_model.layers[0].mlp.gate_proj, layers)
    assert not any(isinstance(module, layers) for module in model.model.vision_tower.modules())
