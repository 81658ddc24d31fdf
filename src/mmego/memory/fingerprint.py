"""The identity of a model, in two fingerprints: *vision*, which keys E and V, and *language*, which keys prefixes.

*Vision* covers tower, projector, newline, the layers used and how pixels are made. *Language* covers the language model
with its adapters, and its precision. The memory pointer is in neither, since frames do not depend on it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mmego.errors import ModelError
from mmego.memory.weight_hashes import Part, folder_hashes, hash_parts, part_of, plain_name
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor

ENCODING = "1"
"""Increase it when frames are encoded in another way, so that older memories are not mixed with new ones."""
# Fields of a configuration about itself, training and generation, on which no layer's output depends.
UNUSED = {"transformers_version", "dtype", "torch_dtype", "architectures", "use_cache", "initializer_range", "id2label"}
UNUSED |= {"label2id", "attention_dropout", "bos_token_id", "eos_token_id", "pad_token_id", "attn_implementation"}


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """`vision` keys E and V, `language` keys prefixes; SHA-256 in hex."""

    vision: str
    language: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The hashes of a model's parts; `pointer` is None while P is not trained."""

    vision: str
    weights: str
    pointer: str | None
    precision: str

    @property
    def fingerprints(self) -> Fingerprints:
        """What keys a memory."""
        return Fingerprints(self.vision, _hash("language", self.weights, self.precision))

    @property
    def answering(self) -> str:
        """Hash of all weights that shape an answer, independent of precision: the identity of a model in comparisons.

        A model in two precisions is one model: in a panel of blind models its bias must not count twice.
        """
        return _hash("answering", self.vision, self.weights, self.pointer)


class Identifier:
    """Computes the identity of a model, again for each part that has changed since.

    A part loaded from `folder` and not changed is identified by its files; a changed part (trained, given adapters), or
    a model that exists in memory only, by all bytes of its tensors. The two hashes need not agree.
    """

    def __init__(
        self, model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, folder: Path | None = None
    ) -> None:
        self._model, self._processor, self._folder = model, processor, folder
        self._loaded = None if folder is None else self._stamps()
        self._known: tuple[object, Identity] | None = None

    def identity(self) -> Identity:
        """Return the identity of the model as it is now.

        Raises:
            ModelError: weights that are not in memory were changed, or files cannot be read.
        """
        stamps = self._stamps()
        state = (stamps, precision_of(self._model))
        if self._known is None or self._known[0] != state:
            self._known = (state, self._identify(stamps))
        return self._known[1]

    def _identify(self, stamps: dict[Part, object]) -> Identity:
        settings = part_settings(self._model, self._processor)
        parts = self._parts(stamps)
        tied = bool(getattr(self._model.config, "tie_word_embeddings", False))
        head = None if tied else parts.get("head")
        return Identity(
            vision=_hash("vision", ENCODING, settings["vision"], parts.get("vision")),
            weights=_hash("weights", settings["language"], parts.get("language"), head),
            pointer=parts.get("pointer") if self._model.can_point else None,
            precision=precision_of(self._model),
        )

    def _parts(self, stamps: dict[Part, object]) -> dict[Part, str]:
        """Return each part's hash: of its files if it is as loaded, otherwise of its tensors."""
        found: dict[Part, str] = {}
        if self._folder is not None and self._loaded is not None:
            of_files = folder_hashes(self._folder)
            found = {part: of_files[part] for part in of_files if stamps.get(part) == self._loaded.get(part)}
        missing = {part for part in stamps if part not in found}
        return {**found, **hash_parts(_raw(name, tensor) for name, tensor in _named(self._model, missing))}

    def _stamps(self) -> dict[Part, object]:
        """Return values that change when a part changes: its tensors, how often they were written to, its settings.

        Moving the model to another device or precision changes none of them. torch does not record a write through
        ``tensor.data``: wrap a model changed in that way in a new `Engine`.
        """
        rows: dict[Part, list[tuple[str, int, int]]] = {}
        # Parameters only: a move of the model makes new buffers, and quantised layers make some whenever they are read.
        for name, tensor in self._model.named_parameters(remove_duplicate=False):
            rows.setdefault(part_of(plain_name(name)), []).append((name, *_version(tensor)))
        settings = part_settings(self._model, self._processor)
        return {part: (tuple(own), settings.get(part)) for part, own in rows.items()}


def precision_of(model: MmEgoForConditionalGeneration) -> str:
    """Return ``float32``, ``bfloat16`` ..., followed by the settings of a quantised model."""
    quantisation = getattr(model.config, "quantization_config", None)
    if quantisation is None:
        return str(model.dtype).removeprefix("torch.")
    fields = quantisation if isinstance(quantisation, Mapping) else quantisation.to_dict()
    return f"{str(model.dtype).removeprefix('torch.')} {json.dumps(fields, sort_keys=True, default=str)}"


def part_settings(model: MmEgoForConditionalGeneration, processor: MmEgoProcessor) -> dict[Part, str]:
    """Return, as JSON, the settings that the outputs of the tower and the language model depend on."""
    config: Any = model.config
    vision = {
        "tower": _fields(config.vision_config),
        "layer": config.vision_feature_layer,
        "strategy": config.vision_feature_select_strategy,
        "projector": [config.projector_hidden_act, getattr(config, "multimodal_projector_bias", True)],
        "pixels": {
            "size": list(processor.frame_size),
            "mean": processor.image_mean,
            "std": processor.image_std,
            "rescale": processor.rescale_factor,
            "resample": int(processor.resample),
        },
    }
    language = {"model": _fields(config.text_config), "tied": bool(config.tie_word_embeddings)}
    return {
        "vision": json.dumps(vision, sort_keys=True, default=str),
        "language": json.dumps(language, sort_keys=True, default=str),
    }


def _fields(config: Any) -> dict[str, Any]:
    """Return a part's layer settings, without fields that are off: later versions of transformers add such fields."""
    return {k: v for k, v in config.to_dict().items() if v and k not in UNUSED and not k.startswith("_")}


def _named(model: MmEgoForConditionalGeneration, parts: set[Part]) -> Iterator[tuple[str, Tensor]]:
    for name, tensor in model.state_dict().items():
        if part_of(plain_name(name)) in parts and isinstance(tensor, Tensor):
            yield name, tensor


def _raw(name: str, tensor: Tensor) -> tuple[str, str, list[int], Any]:
    if tensor.device.type == "meta":
        raise ModelError(f"{name} is not in memory: a model that is kept on disk in part cannot be changed as well")
    flat = tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8)
    return name, str(tensor.dtype), list(tensor.shape), flat.numpy()


def _version(tensor: Tensor) -> tuple[int, int]:
    # Weights kept on disk (``--device-map``) are loaded at every use; nothing can be written to them.
    if tensor.device.type == "meta":
        return (0, 0)
    return (id(tensor), 0 if tensor.is_inference() else tensor._version)


def _hash(*values: str | None) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
