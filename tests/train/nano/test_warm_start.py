"""Starting from an earlier checkpoint."""

from pathlib import Path

import pytest
import torch

from mmego.errors import InputError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.train.nano.model import build_tokenizer, nano_config, nano_processor
from mmego.train.nano.recipe import save_release
from mmego.train.nano.warm_start import start_from


def small(texts: list[str], seed: int, layers: int = 2) -> tuple[MmEgoForConditionalGeneration, object]:
    tokenizer = build_tokenizer(texts)
    torch.manual_seed(seed)
    return MmEgoForConditionalGeneration(nano_config(tokenizer, width=64, vision_layers=1, layers=layers)), tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("warm") / "earlier"
    model, tokenizer = small(["red mug on the desk"], 0)
    save_release(model, nano_processor(tokenizer, model.config), path)
    return path


def test_weights_are_taken_over_and_words_by_name(folder: Path) -> None:
    earlier = MmEgoForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    model, tokenizer = small(["a blue mug", "on the desk"], 1)
    before = model.get_input_embeddings().weight.clone()
    words = tokenizer.get_vocab()
    assert start_from(model, tokenizer, folder) == len(words) - 2
    theirs = build_tokenizer(["red mug on the desk"]).get_vocab()
    vectors = model.get_input_embeddings().weight
    assert torch.equal(vectors[words["mug"]], earlier.get_input_embeddings().weight[theirs["mug"]])
    assert torch.equal(vectors[words["blue"]], before[words["blue"]])
    assert torch.equal(model.memory_pointer, earlier.memory_pointer)
    assert torch.equal(model.lm_head.weight, vectors)


def test_another_shape_is_refused(folder: Path) -> None:
    model, tokenizer = small(["red mug"], 1, layers=3)
    with pytest.raises(InputError, match="cannot be started from"):
        start_from(model, tokenizer, folder)
