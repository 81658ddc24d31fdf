"""A prefix is never changed by use and survives being stored."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from mmego.errors import ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.prefix import Prefix
from tests.model import tiny

QUESTIONS = [[12, 40, 33], [17], [21, 22, 23, 24, 25, 26]]


@pytest.fixture(scope="module")
def model() -> MmEgoForConditionalGeneration:
    return tiny.tiny_model()


def test_using_a_prefix_never_changes_it(model: MmEgoForConditionalGeneration) -> None:
    prefix = model.glimpse_prefill(torch.randn(5, 32))
    before = copy.deepcopy(prefix.tensors())
    first = model.glimpse_scores(prefix, QUESTIONS)
    model.glimpse_scores(prefix, [[9, 9]])
    assert torch.equal(model.glimpse_scores(prefix, QUESTIONS), first)
    assert prefix.length == prefix.cache.get_seq_length() == 5
    for name, tensor in prefix.tensors().items():
        assert torch.equal(tensor, before[name]), name


def test_a_prefix_survives_being_stored(model: MmEgoForConditionalGeneration, tmp_path: Path) -> None:
    prefix = model.glimpse_prefill(torch.randn(5, 32))
    save_file(prefix.tensors(), tmp_path / "prefix.safetensors")
    named = load_file(tmp_path / "prefix.safetensors")
    again = Prefix.from_tensors(named)
    assert torch.equal(model.glimpse_scores(again, QUESTIONS), model.glimpse_scores(prefix, QUESTIONS))
    del named["keys.1"]
    with pytest.raises(ModelError, match=r"keys\.1"):
        Prefix.from_tensors(named)
