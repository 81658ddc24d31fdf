"""The nano model's parts, untrained: a word-level tokenizer from the training texts and a small MM-Ego."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Split
from transformers import PreTrainedTokenizerFast, Qwen2Config, SiglipVisionConfig

from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.model.configuration import MmEgoConfig

SPECIAL = ("<pad>", "<unk>", "<image>", "<video>", "<user>", "<assistant>", "<end>")
NANO_IMAGE_SIZE = 128
_WORD = re.compile(r"\w+")

CHAT_TEMPLATE = (
    "{% for message in messages %}<{{ message['role'] }}>"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}"
    "{% if part['type'] == 'text' %}{{ part['text'] }}{% else %}<{{ part['type'] }}>{% endif %}"
    "{% endfor %}{% endif %}{% if message['role'] == 'assistant' %}<end>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def words_of(texts: Iterable[str]) -> list[str]:
    """Return the distinct lower-case words of some texts, sorted."""
    return sorted({word for text in texts for word in _WORD.findall(text.lower())})


def build_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """Build a tokenizer with one token a word of `texts`, no case or punctuation; unknown words are ``<unk>``."""
    vocabulary = {token: i for i, token in enumerate((*SPECIAL, *words_of(texts)))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Split(Regex(r"\W+"), behavior="removed")
    fast: PreTrainedTokenizerFast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        unk_token="<unk>",
        eos_token="<end>",
        additional_special_tokens=["<image>", "<video>", "<user>", "<assistant>"],
    )
    fast.chat_template = CHAT_TEMPLATE
    return fast


def nano_config(
    tokenizer: PreTrainedTokenizerFast,
    image_size: int = NANO_IMAGE_SIZE,
    patch_size: int = 16,
    width: int = 256,
    vision_layers: int = 4,
    layers: int = 4,
    keep: int = 4,
) -> MmEgoConfig:
    """Configure a small MM-Ego, `width` wide: SigLIP, whose patches are pooled by 2, and Qwen2."""
    vision = SiglipVisionConfig(
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=vision_layers,
        num_attention_heads=width // 64,
        image_size=image_size,
        patch_size=patch_size,
        vision_use_head=False,
    )
    text = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=3 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 64,
        num_key_value_heads=width // 64,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return MmEgoConfig(
        vision_config=vision,
        text_config=text,
        image_token_index=SPECIAL.index("<image>"),
        video_token_index=SPECIAL.index("<video>"),
        vision_feature_select_strategy="full",
        vision_feature_layer=-1,
        image_grid_pinpoints=[[image_size, image_size]],
        tie_word_embeddings=True,
        training_mask="as_inference",
        pointer_loss="cross_entropy",
        time_prompt=False,
        option_scoring="text",
        keep=keep,
        alpha=0.0,
        max_frames=300,
        frames_per_second=1.0,
    )


def nano_processor(tokenizer: PreTrainedTokenizerFast, config: MmEgoConfig) -> MmEgoProcessor:
    """Build the processor of a nano checkpoint: SigLIP's normalisation to [-1, 1] and the template above."""
    half = (0.5, 0.5, 0.5)
    return MmEgoProcessor(tokenizer, config, image_mean=half, image_std=half, chat_template=CHAT_TEMPLATE)
