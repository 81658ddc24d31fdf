"""Checkpoint folders with a damaged tokenizer, template or weight, or with code: each is one ModelError."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmego.engine.loading import load
from tests.engine.damaged import (
    ENDLESS,
    PIXELS,
    Change,
    check_refused,
    code_in_every_file,
    cut,
    drop_weight,
    gone,
    not_a_number,
    settings,
    template,
    text,
    weights,
)
from tests.model.tiny import CHAT_TEMPLATE

DAMAGED: dict[str, tuple[Change, str]] = {
    # generation_config.json
    "end token": (settings("generation_config.json", eos_token_id=10**9), "eos_token_id = 1000000000"),
    "end token is a text": (settings("generation_config.json", eos_token_id="</s>"), "eos_token_id"),
    "generation list": (text("generation_config.json", "[]"), "cannot be loaded"),
    # tokenizer and pictures
    "toklist": (text("tokenizer.json", "[]"), "no tokenizer that can be read"),
    "tokenizer cut": (cut("tokenizer.json", 100), "no tokenizer that can be read"),
    "tokcfglist": (text("tokenizer_config.json", "[]"), "no tokenizer that can be read"),
    "no tokenizer": (gone("tokenizer.json", "tokenizer_config.json"), "tokenizer"),
    "prelist": (text(PIXELS, "[]"), "must hold a JSON object, not a list"),
    "no pictures": (gone(PIXELS, "preprocessor_config.json"), r"no preprocessor_config\.json"),
    "two means": (settings(PIXELS, image_mean=[0.5, 0.5]), "image_mean must be three numbers"),
    "std 0": (settings(PIXELS, image_std=[0.0, 1.0, 1.0]), "three numbers above 0"),
    "rescale": (settings(PIXELS, rescale_factor="x"), "rescale_factor"),
    "resample": (settings(PIXELS, resample=77), "77"),
    "size is a number": (settings(PIXELS, size=64), "resizes frames to 64"),
    # chat template
    "jinjabroken": (template("{% for %}"), "chat template cannot be read"),
    "jinjaescape": (template("{{ ''.__class__.__mro__[1].__subclasses__() }}"), "chat template cannot be used"),
    "jinjaloop": (template(ENDLESS), "loops or grows"),
    "template without video": (template(CHAT_TEMPLATE.replace("<video>", "")), "0 video tokens"),
    # weights and code
    "a weight missing": (weights(drop_weight), "lacks"),
    "NaN": (weights(not_a_number), "k_proj.weight holds values that are not finite numbers"),
    "code": (code_in_every_file, "tokenizer"),
}


@pytest.mark.parametrize(("change", "message"), DAMAGED.values(), ids=DAMAGED)
def test_what_is_wrong_is_named_in_one_line(copied: Path, change: Change, message: str) -> None:
    check_refused(copied, change, message)


def test_the_sound_one_loads(copied: Path) -> None:
    assert load(str(copied)).model.can_point
