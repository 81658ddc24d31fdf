"""The configuration: defaults, round trip, LLaVA-OneVision folders, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from transformers import AutoConfig, LlavaOnevisionConfig

from mmego.errors import ModelError
from mmego.model.configuration import MmEgoConfig
from tests.model.tiny import tiny_config


def test_defaults_are_methods() -> None:
    config = MmEgoConfig()
    assert (config.alpha, config.keep, config.max_frames) == (0.1, 32, 300)
    assert config.pointer_scale is None
    assert not config.pointer_trained
    assert config.tokens_per_frame == 196


def test_it_survives_a_folder(tmp_path: Path) -> None:
    config = tiny_config(alpha=0.25, pointer_loss="cross_entropy", frames_per_second=None, pointer_trained=True)
    config.save_pretrained(tmp_path)
    again = AutoConfig.from_pretrained(tmp_path)
    assert isinstance(again, MmEgoConfig)
    assert {**again.to_dict(), "_name_or_path": ""} == config.to_dict()
    assert json.loads((tmp_path / "config.json").read_text())["model_type"] == "mmego"


def test_a_llava_onevision_config_becomes_one_with_an_untrained_pointer(tmp_path: Path) -> None:
    LlavaOnevisionConfig(vision_aspect_ratio="anyres_max_4").save_pretrained(tmp_path)
    config = MmEgoConfig.from_pretrained(tmp_path)
    assert config.model_type == "mmego"
    assert config.vision_aspect_ratio == "anyres_max_4"
    assert not config.pointer_trained


def test_a_field_of_earlier_versions_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({**tiny_config().to_dict(), "key_frame_fill": "uniform"}))
    config = MmEgoConfig.from_pretrained(tmp_path)
    config.save_pretrained(tmp_path)
    assert "key_frame_fill" not in json.loads((tmp_path / "config.json").read_text())
    assert not hasattr(config, "key_frame_fill")


def test_another_type_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "qwen2"}))
    with pytest.raises(ModelError, match="type 'qwen2'"):
        MmEgoConfig.from_pretrained(tmp_path)


@pytest.mark.parametrize("field", [{"keep": 0}, {"max_frames": -1}, {"frames_per_second": 0.0}, {"alpha": -0.1}])
def test_numbers_out_of_range_are_refused(field: dict[str, float]) -> None:
    with pytest.raises(ModelError):
        MmEgoConfig(**field)


@pytest.mark.parametrize("field", [{"pointer_loss": "hinge"}, {"keep": "many"}, {"training_mask": None}])
def test_what_a_field_must_not_hold_is_refused(tmp_path: Path, field: dict[str, Any]) -> None:
    (tmp_path / "config.json").write_text(json.dumps({**tiny_config().to_dict(), **field}))
    with pytest.raises(ModelError, match=next(iter(field))):
        MmEgoConfig.from_pretrained(tmp_path)


@pytest.mark.parametrize(("size", "tokens"), [(64, 4), (128, 16), (80, 9)])
def test_tokens_per_frame_round_up(size: int, tokens: int) -> None:
    assert tiny_config(size).tokens_per_frame == tokens
