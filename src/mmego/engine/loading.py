"""From a model's name (``nano``, a folder, a hub id) to the model and its processor, on a device, with clear errors."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mmego.engine.devices import pick_device, pick_precision
from mmego.engine.load_options import LoadOptions
from mmego.engine.sources import asset, locate
from mmego.errors import ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.model.checkpoint import CONFIG, check_quantisation
from mmego.model.reading import foreign, read_object
from mmego.model.weights import check_checkpoint

__all__ = ["LoadOptions", "Loaded", "asset", "load", "locate"]

UNPACKED = ["model.vision_tower", "model.multi_modal_projector", "lm_head"]
"""Not quantised: a fortieth of a 7B model, and with it E and V stay what they are."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checkpoint ready to answer; `name` is what answers and reports call it, `folder` holds its files."""

    name: str
    model: MmEgoForConditionalGeneration
    processor: MmEgoProcessor
    folder: Path | None = None


def load(name: str, options: LoadOptions | None = None) -> Loaded:
    """Load a checkpoint for answering, in evaluation mode.

    Raises:
        InputError: an option that is not allowed, or a device that is not there.
        MissingExtraError: an option, or the checkpoint, needs a package that is not installed.
        ModelError: nothing of that name, no connection to the hub, or a checkpoint that does not fit.
    """
    options = LoadOptions() if options is None else options
    options.check()
    place = pick_device(options.device)
    shown, source = locate(name)
    folder = Path(source)
    if not folder.is_dir():
        from mmego.engine.hub import fetch

        folder = fetch(source)
    options.check_folder(folder)
    check_checkpoint(folder)
    processor = MmEgoProcessor.from_pretrained(folder)
    keywords = _keywords(options, place, folder)
    with _bars_on_terminals_only():
        model = MmEgoForConditionalGeneration.from_pretrained(folder, **keywords)
    if "device_map" not in keywords:
        with foreign(f"{folder} does not fit on {place}"):
            model = model.to(place)
    check_finite(model, folder)
    if model.generation_config.eos_token_id is None:
        model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    set_protocol(model, processor, options)
    return Loaded(shown, model.eval(), processor, folder)


@contextmanager
def _bars_on_terminals_only() -> Iterator[None]:
    """Keep transformers' progress bar out of logs."""
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled() and not sys.stderr.isatty()
    if shown:
        bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]


def set_protocol(model: MmEgoForConditionalGeneration, processor: MmEgoProcessor, options: LoadOptions) -> None:
    """Put the choices about prompt and sampling into the configurations that are read when questions are asked."""
    for name in ("time_prompt", "system_prompt", "sampling"):
        value = getattr(options, name)
        if value is not None:
            setattr(model.config, name, value)
            setattr(processor.config, name, value)
    processor.check_template()


def check_finite(model: MmEgoForConditionalGeneration, folder: Path) -> None:
    """Raise ModelError for a weight that is not a number, or infinite: every answer would be nonsense, or empty.

    One sum a tensor, in float32: as fast as reading them.
    """
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point() or tensor.device.type == "meta":
            continue
        if not bool(torch.isfinite(tensor.sum(dtype=torch.float32))) and not bool(torch.isfinite(tensor).all()):
            narrow = " in float16: use bfloat16 or float32" if tensor.dtype == torch.float16 else ""
            raise ModelError(f"{folder}: the weight {name} holds values that are no finite numbers{narrow}")


def _keywords(options: LoadOptions, place: torch.device, folder: Path) -> dict[str, Any]:
    """What `from_pretrained` is passed."""
    dtype = pick_precision(options.precision, place, folder)
    keywords: dict[str, Any] = {"dtype": dtype}
    if options.attention != "auto":
        keywords["attn_implementation"] = options.attention
    if options.device_map is not None:
        keywords["device_map"] = options.device_map
    elif options.quantize is not None or check_quantisation(read_object(folder / CONFIG), str(folder)) is not None:
        # Packed weights cannot be moved once they are made.
        keywords["device_map"] = {"": str(place)}
    if options.quantize is not None:
        import transformers

        packed: Any = transformers.BitsAndBytesConfig  # has no types

        # It says at every product that it computes in float16.
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
        bits = {"load_in_8bit": True} if options.quantize == "8bit" else {"load_in_4bit": True}
        more = {} if options.quantize == "8bit" else {"bnb_4bit_compute_dtype": dtype, "bnb_4bit_quant_type": "nf4"}
        keywords["quantization_config"] = packed(**bits, **more, llm_int8_skip_modules=UNPACKED)
    return keywords
