"""The values of the flags that load a checkpoint; `engine.load_options` says what they do."""

from __future__ import annotations

from typing import Literal

Precision = Literal["auto", "float32", "bfloat16", "float16"]
Attention = Literal[
    "auto", "sdpa", "eager", "flash_attention_2", "flash_attention_3", "flash_attention_4", "flex_attention"
]
DeviceMap = Literal["auto", "balanced", "balanced_low_0", "sequential"]
Quantize = Literal["8bit", "4bit"]
Sampling = Literal["middle", "llava"]
