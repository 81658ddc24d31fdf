"""Checks of a checkpoint's settings: types, ranges, and settings that would fetch or run code. Needs no torch.

A configuration decides how much is allocated: a wrong number costs gigabytes, or hours.
"""

from __future__ import annotations

import importlib.util
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from mmego.errors import MissingExtraError, ModelError

CONFIG, ADAPTER, GENERATION = "config.json", "adapter_config.json", "generation_config.json"
OWN, PUBLISHED, ORIGINAL = "mmego", "llava_onevision", "llava_qwen"
ATTENTIONS = ("sdpa", "eager", "flash_attention_2", "flash_attention_3", "flash_attention_4", "flex_attention")
"""The ways to compute attention that are part of transformers; all others are code from the hub."""
_RANGES = {
    "text_config": {
        "hidden_size": 1 << 16,
        "intermediate_size": 1 << 20,
        "num_hidden_layers": 1000,
        "num_attention_heads": 1024,
        "num_key_value_heads": 1024,
        "head_dim": 1 << 13,
        "vocab_size": 10_000_000,
        "max_position_embeddings": 100_000_000,
    },
    "vision_config": {
        "hidden_size": 1 << 16,
        "intermediate_size": 1 << 20,
        "num_hidden_layers": 1000,
        "num_attention_heads": 1024,
        "image_size": 1 << 14,
        "patch_size": 1 << 12,
        "num_channels": 3,
    },
}
"""Upper limits of whole numbers from 1; far above any existing model."""
_PUBLISHED_NAME = re.compile(r"llava-onevision-qwen2-(0\.5b|7b|72b)-(si|ov)(?:-sft)?(-chat)?", re.IGNORECASE)


def check_config(config: Mapping[str, Any], name: str) -> None:
    """Raise ModelError for another type of checkpoint, settings that name code, or a number out of range."""
    check_type(config, name)
    check_attention(config, name)
    for path, number in _numbers(config, ""):
        if isinstance(number, float) and not math.isfinite(number):
            raise ModelError(f"{name}: {CONFIG} has {path} = {number}, which is not a number")
    for part, ranges in _RANGES.items():
        fields = config.get(part)
        if not isinstance(fields, Mapping):
            raise ModelError(f"{name}: {CONFIG} must have an object {part}, got {_short(fields)}")
        for field, most in ranges.items():
            value = fields.get(field)
            if value is not None and not (type(value) is int and 1 <= value <= most):
                raise ModelError(
                    f"{name}: {CONFIG} must have {part}.{field} from 1 to {most:,}, a whole number; got {_short(value)}"
                )
        _check_heads(fields, f"{name}: {CONFIG}: {part}")
    _check_rope(config["text_config"], f"{name}: {CONFIG}: text_config")
    vision = config["vision_config"]
    _check_feature_layer(config, name)
    side, patch = vision.get("image_size") or 0, vision.get("patch_size") or 0
    if side and patch > side:
        raise ModelError(f"{name}: {CONFIG} has patches of {patch} pixels in frames of {side}")


def check_type(config: Mapping[str, Any], name: str) -> None:
    """Raise ModelError unless it is ours or LLaVA-OneVision's; for LLaVA's original layout, name the one that loads."""
    found = config.get("model_type")
    named = config.get("architectures")
    original = isinstance(named, list) and "LlavaQwenForCausalLM" in named
    if found == ORIGINAL or (original and found not in (OWN, PUBLISHED)):
        raise ModelError(
            f"{name} is in LLaVA's original layout ({ORIGINAL}), which transformers cannot read: {_hf(config, name)}"
        )
    if found is None:
        raise ModelError(f"{name} has no {CONFIG} that names a model type")
    if found not in (OWN, PUBLISHED):
        raise ModelError(
            f"{name} is a checkpoint of type '{_short(found)}'; mmego loads types '{OWN}' and '{PUBLISHED}'"
        )


def _hf(config: Mapping[str, Any], name: str) -> str:
    for known_as in (name, str(config.get("_name_or_path", ""))):
        match = _PUBLISHED_NAME.search(known_as)
        if match:
            size, stage, chat = match[1].lower(), match[2].lower(), "-chat" if match[3] else ""
            return f"take llava-hf/llava-onevision-qwen2-{size}-{stage}{chat}-hf"
    return (
        "take the repository below llava-hf/ whose name is the same and ends in -hf, if there is one "
        "(there is for LLaVA-OneVision), or convert it with transformers' convert_llava_onevision_weights_to_hf.py"
    )


def check_attention(config: Mapping[str, Any], name: str) -> None:
    """Raise ModelError if the settings name an attention kernel, which would be fetched and run.

    The names in `ATTENTIONS` are harmless and have no effect: the caller chooses.
    """
    if config.get("transformers_weights") is not None:
        raise ModelError(
            f"{name}: {CONFIG} names a weights file of its own (transformers_weights), which is not allowed"
        )
    for path, value in _values(config, ""):
        if not is_attention_key(path.rpartition(".")[2]):
            continue
        if value is not None and value not in ATTENTIONS:
            raise ModelError(
                f"{name}: {CONFIG} has {path} = {_short(value)}, which may be code from the hub; mmego never takes an "
                f"attention kernel from a checkpoint (allowed there: {', '.join(ATTENTIONS)})"
            )


def is_attention_key(name: str) -> bool:
    """Return whether a setting names an implementation, such as ``_attn_implementation``."""
    return name.removesuffix("_internal").endswith("_implementation")


def end_tokens(settings: Mapping[str, Any], vocabulary: int) -> dict[str, Any]:
    """Return the generation settings that a checkpoint may make: its end, padding and start tokens.

    The caller of `generate` decides length, sampling and beams.

    Raises:
        ModelError: a token is not one of the `vocabulary` tokens.
    """
    tokens = {}
    for name in ("eos_token_id", "pad_token_id", "bos_token_id"):
        value = settings.get(name)
        several = value if isinstance(value, list) and name == "eos_token_id" else [value]
        if value is None:
            continue
        if not several or not all(type(one) is int and 0 <= one < vocabulary for one in several):
            raise ModelError(
                f"{GENERATION} has {name} = {_short(value)}; a token from 0 to {vocabulary - 1} is allowed"
            )
        tokens[name] = value
    return tokens


def check_quantisation(config: Mapping[str, Any], name: str) -> str | None:
    """Return how the weights are quantised (``bitsandbytes``), None if they are not.

    Raises:
        ModelError: they are quantised in a way that mmego does not load.
        MissingExtraError: bitsandbytes is not installed.
    """
    found = config.get("quantization_config")
    if found is None and isinstance(config.get("text_config"), Mapping):
        found = config["text_config"].get("quantization_config")
    if found is None:
        return None
    method = found.get("quant_method") if isinstance(found, Mapping) else None
    bits = isinstance(found, Mapping) and (found.get("load_in_4bit") or found.get("load_in_8bit"))
    if method != "bitsandbytes" or not bits:
        raise ModelError(
            f"{name} is quantised ({_short(method or found)}); mmego loads unquantised checkpoints and those of "
            "bitsandbytes in 4 or 8 bits"
        )
    require_quantiser(f"{name} is quantised with bitsandbytes")
    return "bitsandbytes"


def require_quantiser(reason: str) -> None:
    """Raise MissingExtraError unless bitsandbytes and accelerate are installed, which quantised models need."""
    missing = [module for module in ("bitsandbytes", "accelerate") if importlib.util.find_spec(module) is None]
    if missing:
        raise MissingExtraError(f"{reason}, which needs {' and '.join(missing)}: pip install 'mmego[quant]'")


# Parts --------------------------------------------------------------------------------------------------------


def _check_heads(fields: Mapping[str, Any], what: str) -> None:
    width, heads, groups = (fields.get(f) for f in ("hidden_size", "num_attention_heads", "num_key_value_heads"))
    if width and heads and not fields.get("head_dim") and width % heads:
        raise ModelError(f"{what}.hidden_size = {width} cannot be shared among {heads} attention heads")
    if heads and groups and heads % groups:
        raise ModelError(f"{what} has {heads} attention heads for {groups} key/value heads, which do not divide them")


def _check_rope(fields: Mapping[str, Any], what: str) -> None:
    """Check the rotary positions: a base above 0, and a named kind."""
    for name in ("rope_parameters", "rope_scaling"):
        found = fields.get(name)
        if found is None:
            continue
        kind = found.get("rope_type", found.get("type", "default")) if isinstance(found, Mapping) else None
        if not isinstance(kind, str) or not _is_base(found.get("rope_theta", 1.0)):
            raise ModelError(
                f"{what}.{name} must be an object with a rope_type and a rope_theta above 0, got {_short(found)}"
            )
    if not _is_base(fields.get("rope_theta", 1.0)):
        raise ModelError(f"{what}.rope_theta must be a number above 0, got {_short(fields['rope_theta'])}")


def _is_base(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _check_feature_layer(config: Mapping[str, Any], name: str) -> None:
    """Check the layer of the tower that is used: 0 is the first layer's input, negative numbers count from the end."""
    layers, found = config["vision_config"].get("num_hidden_layers"), config.get("vision_feature_layer")
    several = found if isinstance(found, list) else [found]
    if layers is None or found is None:
        return
    if not several or not all(type(one) is int and -layers - 1 <= one <= layers for one in several):
        raise ModelError(
            f"{name}: {CONFIG} has vision_feature_layer = {_short(found)}; the tower has {-layers - 1} to {layers}"
        )


def _values(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every value inside with its path, objects and lists included."""
    waiting = [(path, value)]
    while waiting:
        where, one = waiting.pop()
        if where:
            yield where, one
        if isinstance(one, Mapping):
            waiting += [(f"{where}.{key}".lstrip("."), inner) for key, inner in one.items()]
        elif isinstance(one, list):
            waiting += [(f"{where}[{index}]", inner) for index, inner in enumerate(one)]


def _numbers(value: Any, path: str) -> Iterator[tuple[str, int | float]]:
    for where, one in _values(value, path):
        if isinstance(one, int | float) and not isinstance(one, bool):
            yield where, one


def _short(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else f"{text[:60]} ..."
