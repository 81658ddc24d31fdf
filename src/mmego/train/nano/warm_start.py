"""A warm start from an earlier checkpoint's weights: tensors of the same shape, and word vectors word by word."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerBase

from mmego.errors import InputError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor


def start_from(model: MmEgoForConditionalGeneration, tokenizer: PreTrainedTokenizerBase, folder: Path) -> int:
    """Copy the weights of the checkpoint in `folder` into `model`, in place.

    The vocabularies may differ: a word of both keeps its vector, a new word keeps its random start.

    Returns:
        How many words of `tokenizer` the checkpoint knew.

    Raises:
        InputError: a tensor is missing in the checkpoint or has another shape.
        ModelError: `folder` holds no checkpoint.
    """
    earlier = MmEgoForConditionalGeneration.from_pretrained(folder, dtype=torch.float32)
    ids = MmEgoProcessor.from_pretrained(folder).tokenizer.get_vocab()
    vectors, known = _word_vectors(model), _word_vectors(earlier)
    mine, theirs = model.state_dict(), earlier.state_dict()
    for name, value in mine.items():
        # These are copied word by word below; the head is the same tensor (tied).
        if name.endswith("embed_tokens.weight") or name.startswith("lm_head"):
            continue
        if name not in theirs or theirs[name].shape != value.shape:
            found = tuple(theirs[name].shape) if name in theirs else "nothing"
            raise InputError(f"{folder} cannot be started from: {name} has shape {tuple(value.shape)}, there {found}")
        value.copy_(theirs[name])
    shared = [(row, ids[word]) for word, row in tokenizer.get_vocab().items() if word in ids]
    with torch.no_grad():
        vectors[[row for row, _ in shared]] = known[[row for _, row in shared]]
    return len(shared)


def _word_vectors(model: MmEgoForConditionalGeneration) -> Tensor:
    embeddings = model.get_input_embeddings()
    assert isinstance(embeddings, nn.Embedding)
    return embeddings.weight
