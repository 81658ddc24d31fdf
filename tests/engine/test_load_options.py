"""The options of a checkpoint: what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mmego.engine.load_options import LoadOptions
from mmego.errors import InputError


def test_a_quantised_folder_is_not_quantised_again(tmp_path: Path) -> None:
    parts = {"text_config": {}, "vision_config": {}}
    packed = {"quant_method": "bitsandbytes", "load_in_4bit": True}
    config = {"model_type": "llava_onevision", **parts, "quantization_config": packed}
    (tmp_path / "config.json").write_text(json.dumps(config))
    options = LoadOptions(quantize="4bit")
    with pytest.raises(InputError, match="quantised already"):
        options.check_folder(tmp_path)
