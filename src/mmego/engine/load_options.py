"""How a checkpoint is loaded and asked, for the flags of `ask`, `bench run` and the lmms-eval plugin. No torch."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from mmego.devices import check_device, no_cuda
from mmego.errors import InputError, MissingExtraError, require_extra
from mmego.model.checkpoint_files import read_json_object
from mmego.model.checkpoint_settings import CONFIG, check_config, check_quantisation, require_quantiser
from mmego.records.load_settings import Attention, DeviceMap, Precision, Quantize, Sampling

FLASH_PACKAGES = {
    "flash_attention_2": ("flash_attn", "flash-attn"),
    "flash_attention_3": ("flash_attn_interface", "flash-attn-3"),
    "flash_attention_4": ("flash_attn.cute", "flash-attn-4"),
}
"""Module and package on PyPI. Without them transformers would fetch a kernel from the hub, which mmego never does."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The settings of a checkpoint that the user may choose.

    Attributes:
        device: ``auto`` (a CUDA GPU if there is one, else the CPU), ``cpu``, ``cuda``, ``cuda:N`` or ``mps``.
        precision: of weights and arithmetic; see `devices.pick_precision` for ``auto``.
        attention: how attention is computed; ``auto`` leaves it to transformers.
        device_map: how accelerate spreads the model over all GPUs and main memory; `device` must then be ``auto``.
        quantize: pack the language model's weights while loading, by bitsandbytes.
        time_prompt: state the frames' times in the prompt; None takes the checkpoint's setting.
        system_prompt: text of a system message; None takes the checkpoint's.
        sampling: see `MmEgoConfig.sampling`; None takes the checkpoint's.
    """

    device: str = "auto"
    precision: Precision = "auto"
    attention: Attention = "auto"
    device_map: DeviceMap | None = None
    quantize: Quantize | None = None
    time_prompt: bool | None = None
    system_prompt: str | None = None
    sampling: Sampling | None = None

    def check(self) -> None:
        """Refuse settings that cannot work, as far as that is known without torch.

        Raises:
            InputError: a value is not allowed, or two values exclude each other.
            MissingExtraError: a package that one of them needs is missing.
        """
        _check_value("precision", self.precision, get_args(Precision))
        _check_value("attention", self.attention, get_args(Attention))
        for name, value, allowed in (
            ("device_map", self.device_map, get_args(DeviceMap)),
            ("quantize", self.quantize, get_args(Quantize)),
            ("sampling", self.sampling, get_args(Sampling)),
        ):
            if value is not None:
                _check_value(name, value, allowed)
        if self.system_prompt is not None and not self.system_prompt.strip():
            raise InputError("the system prompt is empty: leave --system-prompt out")
        check_device(self.device)
        if self.device_map is not None:
            if self.device != "auto":
                raise InputError(f"a device map chooses the devices: it cannot be used with device {self.device}")
            require_extra("accelerate", "quant")
        if self.quantize is not None:
            if self.device == "mps":
                raise InputError("bitsandbytes, which quantises, does not run on mps; use cuda or cpu")
            require_quantiser(f"quantize {self.quantize} was asked for")
        if self.attention in FLASH_PACKAGES:
            self._check_flash()

    def _check_flash(self) -> None:
        if self.precision == "float32":
            raise InputError(f"{self.attention} computes in 16 bits: it cannot be used with precision float32")
        reason = no_cuda()
        if self.device in ("cpu", "mps") or reason is not None:
            raise InputError(f"{self.attention} needs a CUDA GPU ({reason or f'device is {self.device}'}); use sdpa")
        module, package = FLASH_PACKAGES[self.attention]
        if not _installed(module):
            raise MissingExtraError(f"{self.attention} needs the package '{package}': pip install {package}")

    def check_folder(self, folder: Path) -> None:
        """Refuse a checkpoint folder that these settings or this machine do not fit; reads only config.json.

        Raises:
            ModelError: mmego cannot load the checkpoint.
            MissingExtraError: it is quantised, and the package for that is missing.
            InputError: it is quantised already, and `quantize` is set.
        """
        config = read_json_object(folder / CONFIG)
        check_config(config, str(folder))
        if config.get("quantization_config") is not None and self.quantize is not None:
            raise InputError(f"{folder} is quantised already: leave --quantize out")
        check_quantisation(config, str(folder))


def _installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


def _check_value(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{name} must be {', '.join(allowed[:-1])} or {allowed[-1]}, got '{value}'")
