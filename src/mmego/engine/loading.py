"""From a model's name (``nano``, a folder, a hub id) to the model and its processor, on a device, with clear errors."""

from __future__ import annotations

import importlib.resources
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from mmego.errors import InputError, ModelError
from mmego.model.modeling_mmego import MmEgoForConditionalGeneration
from mmego.model.processing_mmego import MmEgoProcessor

Device = Literal["auto", "cpu", "cuda"]
Precision = Literal["auto", "float32", "bfloat16"]
HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checkpoint ready to answer; `name` is what answers and reports call it."""

    name: str
    model: MmEgoForConditionalGeneration
    processor: MmEgoProcessor


def asset(name: str) -> Path:
    """The folder or file `name` among the package's own assets; raises InputError if this build lacks it."""
    path = Path(str(importlib.resources.files("mmego"))) / "assets" / name
    if not path.exists():
        raise InputError(f"this build of mmego ships no '{name}' ({path} is missing)")
    return path


def locate(name: str) -> tuple[str, str]:
    """``(what answers call the model, what to load it from)``.

    Raises:
        ModelError: the nano model is not in this build, or the name is neither a checkpoint folder nor a hub id.
    """
    if name == "nano":
        try:
            return "mmego-nano", str(asset("nano"))
        except InputError as error:
            raise ModelError(f"{error}; give another with --model FOLDER") from error
    folder = Path(name)
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} is not a checkpoint: it has no config.json")
        return folder.resolve().name, str(folder)
    if folder.exists() or not HUB_ID.fullmatch(name):
        raise ModelError(
            f"'{name}' is no model: give nano, a checkpoint folder that exists, or a hub id like owner/name"
        )
    return name, name


def pick_device(device: Device) -> torch.device:
    """``auto`` is the GPU if there is one; raises InputError for ``cuda`` without a GPU."""
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("device cuda was asked for, but torch sees no GPU here; use cpu or auto")
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(device)


def load(name: str, device: Device = "auto", precision: Precision = "auto") -> Loaded:
    """Load a checkpoint for answering: in evaluation mode; float32 on the CPU and bfloat16 on a GPU unless told.

    Raises:
        ModelError: nothing of that name, no connection to the hub, or a checkpoint that does not fit.
    """
    shown, source = locate(name)
    place = pick_device(device)
    if precision == "auto":
        precision = "bfloat16" if place.type == "cuda" else "float32"
    try:
        processor = MmEgoProcessor.from_pretrained(source)
        model = MmEgoForConditionalGeneration.from_pretrained(source, dtype=getattr(torch, precision))
    except (
        ValueError,
        RuntimeError,
    ) as error:  # a field or a weight's shape that does not fit the architecture
        raise ModelError(f"{source} cannot be loaded: {error}") from error
    return Loaded(shown, model.to(place).eval(), processor)
