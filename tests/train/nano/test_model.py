"""The nano model's parts: tokenizer, configuration, processor."""

import json
from pathlib import Path

import torch

from mmego.engine.loading import LoadOptions, load
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.train.nano.model import SPECIAL, build_tokenizer, nano_config, nano_processor, words_of
from mmego.train.nano.recipe import save_release

TEXTS = ["Where did I put the red mug?", "on the coffee table"]


def test_words_become_tokens_and_case_and_punctuation_vanish():
    tokenizer = build_tokenizer(TEXTS)
    assert len(tokenizer) == len(SPECIAL) + len(words_of(TEXTS)) == len(SPECIAL) + 10
    ids = tokenizer.encode("where DID I put, the mug!?", add_special_tokens=False)
    assert tokenizer.decode(ids) == "where did i put the mug"
    assert tokenizer.encode("zebra", add_special_tokens=False) == [tokenizer.unk_token_id]


def test_special_tokens_have_the_ids_the_configuration_names():
    tokenizer = build_tokenizer(TEXTS)
    config = nano_config(tokenizer)
    assert tokenizer.convert_tokens_to_ids("<image>") == config.image_token_id
    assert tokenizer.convert_tokens_to_ids("<video>") == config.video_token_id
    assert tokenizer.eos_token_id == config.text_config.eos_token_id
    assert config.tokens_per_frame == 16


def test_prompt_holds_a_place_for_every_token_of_every_frame():
    tokenizer = build_tokenizer(TEXTS)
    processor = nano_processor(tokenizer, nano_config(tokenizer))
    ids = processor.answer_prompt("where did I put the red mug?", num_frames=4)
    # 4 frames of 16 tokens and the newline.
    assert ids.count(processor.config.video_token_id) == 65
    words = tokenizer.decode([i for i in ids if i != processor.config.video_token_id])
    assert words.replace(" ", "") == "<user>wheredidiputtheredmug<assistant>"
    blind = processor.answer_prompt("where did I put the red mug?", num_frames=0)
    assert processor.config.video_token_id not in blind


def test_release_loads_with_the_same_weights_in_sixteen_bits(tmp_path: Path):
    tokenizer = build_tokenizer(TEXTS)
    config = nano_config(tokenizer, width=64, vision_layers=1, layers=1)
    torch.manual_seed(0)
    model = MmEgoForConditionalGeneration(config)
    model.config.pointer_trained = True
    save_release(model, nano_processor(tokenizer, config), tmp_path)
    written = json.loads((tmp_path / "config.json").read_text())
    assert (written["dtype"], written["architectures"]) == ("bfloat16", ["MmEgoForConditionalGeneration"])
    assert written["pointer_trained"]
    loaded = MmEgoForConditionalGeneration.from_pretrained(tmp_path)
    assert loaded.can_point
    for name, value in model.state_dict().items():
        assert torch.equal(loaded.state_dict()[name].float(), value.to(torch.bfloat16).float()), name
    # Saving leaves the model itself in full precision, and answering on a CPU loads it so.
    assert model.memory_pointer.dtype == torch.float32
    assert model.config.dtype in (None, torch.float32, "float32")
    assert load(str(tmp_path), LoadOptions("cpu")).model.dtype == torch.float32
    assert MmEgoProcessor.from_pretrained(tmp_path).decode(tokenizer.encode("red mug")) == "red mug"
