"""Tiny checkpoints with random weights and a real tokenizer, for the tests of everything that needs a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import (
    LlavaOnevisionConfig,
    LlavaOnevisionForConditionalGeneration,
    PreTrainedTokenizerFast,
    Qwen2Config,
    SiglipVisionConfig,
)

from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.model.configuration import MmEgoConfig

# Handing such small tensors to several threads costs ten times what it saves.
torch.set_num_threads(1)

SPECIAL = ["<pad>", "<unk>", "<|im_start|>", "<|im_end|>", "<image>", "<video>"]
TEXT = (
    "system user assistant you are a helpful . , ? : - ' 0 1 2 3 4 5 6 7 8 9 b c d e f g h "
    "where what did i put the red blue green mug book keys on in kitchen counter table drawer fridge open "
    "closed pick up first last after before how many times is it of this video lasts for and frame frames "
    "sampled from at please answer following question questions about with option s letter given choices "
    "directly yes no"
)
# LLaVA-OneVision's own chat template, as in llava-hf/llava-onevision-qwen2-7b-ov-hf (chat_template.json).
CHAT_TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + ' '}}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}{{ '<image>' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'video') %}{{ '<video>' }}{% endfor %}"
    "{% if message['role'] != 'assistant' %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{{ '\n' + content['text'] }}{% endfor %}{% else %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{% generation %}{{ '\n' + content['text'] }}{% endgeneration %}{% endfor %}{% endif %}{{'<|im_end|>'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
MEAN, STD = [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]


def tiny_tokenizer(extra_words: Sequence[str] = ()) -> PreTrainedTokenizerFast:
    """Return a word-level tokenizer: lower case, punctuation and digits apart, unknown words are <unk>."""
    vocabulary = list(dict.fromkeys([*SPECIAL, *TEXT.split(), *extra_words]))
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(vocabulary)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>", "<image>", "<video>"],
    )


def _config_fields(image_size: int, vocabulary: int, tied: bool = True) -> dict[str, Any]:
    vision = SiglipVisionConfig(
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=image_size,
        patch_size=16,
        vision_use_head=False,
    )
    text = Qwen2Config(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=tied,
        bos_token_id=None,
        eos_token_id=SPECIAL.index("<|im_end|>"),
        pad_token_id=SPECIAL.index("<pad>"),
    )
    return {
        "vision_config": vision.to_dict(),
        "text_config": text.to_dict(),
        "image_token_index": SPECIAL.index("<image>"),
        "video_token_index": SPECIAL.index("<video>"),
        "image_grid_pinpoints": [[image_size, image_size], [image_size, 2 * image_size]],
        "tie_word_embeddings": tied,
    }


def tiny_config(image_size: int = 64, extra_words: Sequence[str] = (), **fields: Any) -> MmEgoConfig:
    """Return a configuration with 4 tokens per frame (16 at 128 px) and 32 channels; `fields` override MM-Ego's own."""
    vocabulary = len(tiny_tokenizer(extra_words))
    return MmEgoConfig(**_config_fields(image_size, vocabulary), **{"keep": 4, "max_frames": 32, **fields})


def tiny_model(seed: int = 0, image_size: int = 64, **fields: Any) -> MmEgoForConditionalGeneration:
    """Return a model with random weights, large enough that different inputs give clearly different outputs."""
    torch.manual_seed(seed)
    model = MmEgoForConditionalGeneration(tiny_config(image_size, **{"pointer_trained": True, **fields}))
    _enlarge(model)
    return model.eval()


def tiny_processor(model: MmEgoForConditionalGeneration) -> MmEgoProcessor:
    """Return the processor that fits `tiny_model`."""
    return MmEgoProcessor(tiny_tokenizer(), model.config, image_mean=MEAN, image_std=STD, chat_template=CHAT_TEMPLATE)


def write_mmego(folder: Path, seed: int = 0, image_size: int = 64, **fields: Any) -> Path:
    """Write a whole MM-Ego checkpoint folder; returns it."""
    model = tiny_model(seed, image_size, **fields)
    model.save_pretrained(folder)
    tiny_processor(model).save_pretrained(folder)
    return folder


def write_llava_onevision(
    folder: Path, seed: int = 0, image_size: int = 64, tied: bool = True, new_names: bool = False
) -> Path:
    """Write a LLaVA-OneVision checkpoint folder as the hub's have it, by transformers alone; returns it.

    `tied`: one matrix for word embeddings and head (the 7B model has two). `new_names`: weights under the names of
    transformers' modules; the hub's folders, and `save_pretrained`, have the older ones.
    """
    torch.manual_seed(seed)
    config = LlavaOnevisionConfig(**_config_fields(image_size, len(tiny_tokenizer()), tied))
    model = LlavaOnevisionForConditionalGeneration(config)
    _enlarge(model)
    model.save_pretrained(folder)
    if new_names:
        state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
        if tied:
            del state["lm_head.weight"]
        save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    tiny_tokenizer().save_pretrained(folder)
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": CHAT_TEMPLATE}))
    image = {
        "image_processor_type": "LlavaOnevisionImageProcessor",
        "image_mean": MEAN,
        "image_std": STD,
        "rescale_factor": 1 / 255,
        "size": {"height": image_size, "width": image_size},
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(image))
    side = image_size // 16
    processor = {"processor_class": "LlavaOnevisionProcessor", "num_image_tokens": side**2}
    (folder / "processor_config.json").write_text(json.dumps(processor))
    return folder


def _enlarge(model: LlavaOnevisionForConditionalGeneration) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() > 1:
                parameter.mul_(6.0 if "language_model" in name or "pointer" in name else 3.0)
