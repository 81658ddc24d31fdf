"""Loading a model by its name (``nano``, a folder, a hub id): the model and its processor, on a device."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from mmego.engine.device_choice import pick_device, pick_precision
from mmego.engine.load_options import LoadOptions
from mmego.engine.model_location import find_asset, locate_model
from mmego.errors import ModelError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration
from mmego.model.backbones.llava_onevision_processor import MmEgoProcessor
from mmego.model.checkpoint_files import as_model_error, read_json_object
from mmego.model.checkpoint_settings import CONFIG, check_quantisation
from mmego.model.checkpoint_weights import check_checkpoint

__all__ = ["LoadOptions", "LoadedModel", "find_asset", "load", "locate_model"]

UNPACKED = ["model.vision_tower", "model.multi_modal_projector", "lm_head"]
"""Parts that stay unquantised: a fortieth of a 7B model, and so E and V do not change."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A checkpoint ready to answer; `name` is its name in answers and reports, `folder` holds its files."""

    name: str
    model: MmEgoForConditionalGeneration
    processor: MmEgoProcessor
    folder: Path | None = None


def load(name: str, options: LoadOptions | None = None) -> LoadedModel:
    """Load a checkpoint for answering, in evaluation mode.

    Raises:
        InputError: an option is not allowed, or a device is missing.
        MissingExtraError: an option or the checkpoint needs a package that is not installed.
        ModelError: there is no such model, no connection to the hub, or the checkpoint does not fit.
    """
    options = LoadOptions() if options is None else options
    options.check()
    place = pick_device(options.device)
    shown, source = locate_model(name)
    folder = Path(source)
    if not folder.is_dir():
        from mmego.engine.hub import fetch_checkpoint

        folder = fetch_checkpoint(source)
    options.check_folder(folder)
    check_checkpoint(folder)
    processor = MmEgoProcessor.from_pretrained(folder)
    keywords = _keywords(options, place, folder)
    with _bars_on_terminals_only():
        model = MmEgoForConditionalGeneration.from_pretrained(folder, **keywords)
    if "device_map" not in keywords:
        with as_model_error(f"{folder} does not fit on {place}"):
            model = model.to(place)
    check_finite(model, folder)
    if model.generation_config.eos_token_id is None:
        model.generation_config.eos_token_id = processor.tokenizer.eos_token_id
    set_protocol(model, processor, options)
    return LoadedModel(shown, model.eval(), processor, folder)


@contextmanager
def _bars_on_terminals_only() -> Iterator[None]:
    """Keep transformers' progress bar out of log files."""
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
    """Put the options for prompt and sampling into the configurations that answering reads."""
    for name in ("time_prompt", "system_prompt", "sampling"):
        value = getattr(options, name)
        if value is not None:
            setattr(model.config, name, value)
            setattr(processor.config, name, value)
    processor.check_template()


def check_finite(model: MmEgoForConditionalGeneration, folder: Path) -> None:
    """Raise ModelError for a weight that is NaN or infinite: every answer would be nonsense or empty.

    It takes one float32 sum per tensor, as fast as reading them.
    """
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point() or tensor.device.type == "meta":
            continue
        if not bool(torch.isfinite(tensor.sum(dtype=torch.float32))) and not bool(torch.isfinite(tensor).all()):
            narrow = " in float16: use bfloat16 or float32" if tensor.dtype == torch.float16 else ""
            raise ModelError(f"{folder}: the weight {name} holds values that are not finite numbers{narrow}")


def _keywords(options: LoadOptions, place: torch.device, folder: Path) -> dict[str, Any]:
    """Return the arguments of `from_pretrained`."""
    dtype = pick_precision(options.precision, place, folder)
    keywords: dict[str, Any] = {"dtype": dtype}
    if options.attention != "auto":
        keywords["attn_implementation"] = options.attention
    if options.device_map is not None:
        keywords["device_map"] = options.device_map
    elif options.quantize is not None or check_quantisation(read_json_object(folder / CONFIG), str(folder)) is not None:
        # Packed weights cannot be moved to another device later.
        keywords["device_map"] = {"": str(place)}
    if options.quantize is not None:
        import transformers

        packed: Any = transformers.BitsAndBytesConfig  # has no types

        # It warns at every product that it computes in float16.
        logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
        bits = {"load_in_8bit": True} if options.quantize == "8bit" else {"load_in_4bit": True}
        more = {} if options.quantize == "8bit" else {"bnb_4bit_compute_dtype": dtype, "bnb_4bit_quant_type": "nf4"}
        keywords["quantization_config"] = packed(**bits, **more, llm_int8_skip_modules=UNPACKED)
    return keywords
