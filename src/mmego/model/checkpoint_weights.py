"""A checkpoint's weight files, read by their headers only: names, shapes, and whether the settings fit them.

These checks come before a model of the stated size is built and takes memory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import safe_open

from mmego.errors import ModelError
from mmego.model.checkpoint_files import as_model_error, read_json_object
from mmego.model.checkpoint_settings import ADAPTER, CONFIG, check_config, check_quantisation

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_LAYER = re.compile(r"(?:^|\.)layers\.(\d+)\.")
_VISION = re.compile(r"(?:^|\.)vision_tower\.")


def check_checkpoint(folder: Path) -> None:
    """Check a checkpoint folder before it is loaded: settings, weight files, and whether they fit.

    Raises:
        ModelError: something is wrong with it; the message says what.
        MissingExtraError: it is quantised, and the package for that is missing.
    """
    if (folder / ADAPTER).is_file():
        raise ModelError(
            f"{folder} holds an adapter ({ADAPTER}), whose base model would be fetched by name: merge the two first "
            "(PEFT's merge_and_unload) and load the result"
        )
    config = read_json_object(folder / CONFIG)
    check_config(config, str(folder))
    quantised = check_quantisation(config, str(folder))
    shapes = {name: shape for name, (_, shape) in weight_heads(folder).items()}
    check_layers(config, shapes, folder)
    if quantised is None:  # packed weights have other shapes
        check_sizes(config, shapes, folder)


def weight_files(folder: Path) -> list[Path]:
    """Return the safetensors files of a checkpoint folder.

    Raises:
        ModelError: there are none or only pickles, or the index names a file that is missing or lies elsewhere.
    """
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if not (folder / INDEX).is_file():
        pickles = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLES)
        because = f"; mmego never opens pickles ({pickles[0]})" if pickles else ""
        raise ModelError(f"{folder} has no safetensors weights ({WEIGHTS} or {INDEX}){because}")
    names = read_json_object(folder / INDEX).get("weight_map")
    if not isinstance(names, dict) or not names or not all(isinstance(name, str) for name in names.values()):
        raise ModelError(f"{folder / INDEX} must have an object weight_map from tensors to files")
    files = []
    for name in sorted(set(names.values())):
        if Path(name).name != name or not name.endswith(".safetensors"):
            raise ModelError(f"{folder / INDEX} names {name[:60]!r}, which is not a safetensors file of this folder")
        if not (folder / name).is_file():
            raise ModelError(f"{folder} lacks {name}, which its index names")
        files.append(folder / name)
    return files


def weight_heads(folder: Path) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return type (``BF16``) and shape of all tensors by name, from the files' headers.

    Raises:
        ModelError: a file is damaged or missing.
    """
    heads: dict[str, tuple[str, tuple[int, ...]]] = {}
    for path in weight_files(folder):
        with as_model_error(f"{path} is not a sound safetensors file"), safe_open(path, framework="numpy") as file:
            for name in file.keys():  # noqa: SIM118  # not a dict
                part = file.get_slice(name)
                heads[name] = str(part.get_dtype()), tuple(part.get_shape())
    return heads


def stored_precision(folder: Path) -> tuple[int, int]:
    """Return ``(bits of most of the weights, number of weights)``; packed weights count as they are stored."""
    sizes: dict[int, int] = {}
    for kind, shape in weight_heads(folder).values():
        bits = int(re.sub(r"\D.*", "", kind.lstrip("BFIU")) or 0)
        sizes[bits] = sizes.get(bits, 0) + math.prod(shape)
    return max(sizes, key=sizes.__getitem__, default=0), sum(sizes.values())


def check_layers(config: Mapping[str, Any], shapes: Mapping[str, Any], folder: Path) -> None:
    """Raise ModelError unless the files hold as many layers as the configuration states, which would all be built."""
    held = {"text_config": 0, "vision_config": 0}
    for name in shapes:
        found = _LAYER.search(name)
        if found:
            part = "vision_config" if _VISION.search(name) else "text_config"
            held[part] = max(held[part], int(found[1]) + 1)
    for part, layers in held.items():
        claimed = config[part].get("num_hidden_layers")
        # A tower may have more layers than are used; in the language model a difference is an error.
        wrong = claimed is not None and (claimed > layers or (part == "text_config" and claimed < layers))
        if wrong:
            raise ModelError(
                f"{folder}: {CONFIG} has {part}.num_hidden_layers = {claimed}, its weights have {layers} layers"
            )


def check_sizes(config: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]], folder: Path) -> None:
    """Raise ModelError if the shapes of the weights are not those that the configuration states."""
    text, vision = config["text_config"], config["vision_config"]
    for name, shape in shapes.items():
        fields, part = (vision, "vision_config") if _VISION.search(name) else (text, "text_config")
        for ending, wanted in _claims(part).items():
            if not name.endswith(ending):
                continue
            for axis, field in enumerate(wanted):
                claimed = None if field is None else fields.get(field)
                if claimed is not None and (axis >= len(shape) or shape[axis] != claimed):
                    raise ModelError(
                        f"{folder}: {CONFIG} has {part}.{field} = {claimed}, {name} has the shape {list(shape)}"
                    )


def _claims(part: str) -> dict[str, tuple[str | None, ...]]:
    if part == "vision_config":
        return {
            "embeddings.patch_embedding.weight": ("hidden_size", "num_channels", "patch_size", "patch_size"),
            "mlp.fc1.weight": ("intermediate_size", "hidden_size"),
        }
    return {
        "embed_tokens.weight": ("vocab_size", "hidden_size"),
        "lm_head.weight": ("vocab_size", "hidden_size"),
        "mlp.gate_proj.weight": ("intermediate_size", "hidden_size"),
        "self_attn.q_proj.weight": (None, "hidden_size"),
    }
