"""The flags for loading and asking a checkpoint, for every verb that loads one."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import tyro

from mmego.errors import InputError
from mmego.records.load_settings import Attention, DeviceMap, Precision, Quantize, Sampling
from mmego.threads import check as check_threads

if TYPE_CHECKING:
    from mmego.engine.load_options import LoadOptions

Device = Annotated[str, tyro.conf.arg(metavar="auto|cpu|cuda|cuda:N|mps")]
Switch = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]
OptionalMap = Annotated[
    DeviceMap | None, tyro.conf.arg(metavar="auto|balanced|balanced_low_0|sequential", help_behavior_hint="")
]
OptionalQuantize = Annotated[Quantize | None, tyro.conf.arg(metavar="8bit|4bit", help_behavior_hint="")]
OptionalSampling = Annotated[Sampling | None, tyro.conf.arg(metavar="middle|llava", help_behavior_hint="")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
OptionalText = Annotated[str | None, tyro.conf.arg(metavar="TEXT", help_behavior_hint="")]


@dataclass(frozen=True)
class LoadFlags:
    """Where and how a checkpoint runs, and how it is asked."""

    device: Device = "auto"
    """Where it runs; auto takes a CUDA GPU if there is one."""
    precision: Precision = "auto"
    """auto: bfloat16 on a CUDA GPU, and on a CPU with bfloat16 for large 16-bit checkpoints; otherwise float32."""
    attention: Attention = "auto"
    """How attention is computed; auto leaves the choice to transformers."""
    device_map: OptionalMap = None
    """Spread the model over several GPUs and main memory, by accelerate; --device must then be auto."""
    quantize: OptionalQuantize = None
    """Pack the language model's weights while loading, by bitsandbytes: pip install 'mmego[quant]'."""
    threads: OptionalInt = None
    """CPU threads. Default: one per core, and a single one for a small model such as nano."""
    no_time_prompt: Switch = False
    """Leave the frames' times out of the prompt, as LLaVA-OneVision was evaluated."""
    system_prompt: OptionalText = None
    """System message before every question."""
    sampling: OptionalSampling = None
    """llava: frames evenly from the first to the last, for any length, as LLaVA-OneVision was evaluated.
    Default: the checkpoint's (middle: the middles of equal parts)."""

    def options(self) -> LoadOptions:
        """Return the flags as `engine.loading.load` takes them."""
        from mmego.engine.load_options import LoadOptions

        return LoadOptions(**{name: value for name, value in self.keywords().items() if name != "threads"})

    def keywords(self) -> dict[str, Any]:
        """Return the flags as `Engine.from_pretrained` takes them, without the model's name."""
        named = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "no_time_prompt"}
        return {**named, "time_prompt": False if self.no_time_prompt else None}

    def given(self) -> list[str]:
        """Return the flags that were given, as the user types them."""
        named = [item.name for item in fields(self) if getattr(self, item.name) != item.default]
        return [f"--{name.replace('_', '-')}" for name in named]


def check_load_flags(model: str, flags: LoadFlags) -> None:
    """Refuse a model or flags that cannot work, before any slow work and without torch.

    Args:
        model: ``nano``, a checkpoint folder or a hub id.
        flags: how to load it.

    Raises:
        InputError: a flag's value is wrong, two flags exclude each other, or this machine lacks the device.
        MissingExtraError: a package that a flag or a quantised checkpoint needs is missing.
        ModelError: there is no such model, or mmego cannot load the folder.
    """
    from mmego.engine.model_location import locate_model

    check_threads(flags.threads)
    options = flags.options()
    options.check()
    _, source = locate_model(model)
    if Path(source).is_dir():
        options.check_folder(Path(source))


def refuse_load_flags(model: str, flags: LoadFlags) -> None:
    """Raise InputError for a flag that was given and has no effect, since `model` is not a checkpoint."""
    for flag in flags.given():
        raise InputError(f"{flag} has no effect on {model}: it is for a checkpoint")
