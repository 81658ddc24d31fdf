"""The prefix of a glimpse: the language model's K/V cache over the frames and its outputs E'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import DynamicCache

from mmego.errors import ModelError


class RoundedCache(DynamicCache):
    """A cache that rounds keys and values to `dtype` as they arrive.

    Attention rounds them in the same way if the rest of a pass is in float32 (`llava_onevision.read_precisely`), so
    this keeps the same numbers in half the memory.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.dtype = dtype

    def update(self, key_states: Tensor, value_states: Tensor, *arguments: Any, **named: Any) -> tuple[Tensor, Tensor]:
        """As in transformers."""
        keys, values = key_states.to(self.dtype), value_states.to(self.dtype)
        both: tuple[Tensor, Tensor] = super().update(keys, values, *arguments, **named)
        return both


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the language model keeps of the frames of one glimpse; use does not change it.

    `cache` holds keys and values (1, heads, length, head size) of every layer in the model's precision, `E_prime_NC`
    the outputs E' in float32, `length` is N.
    """

    cache: DynamicCache
    E_prime_NC: Tensor
    length: int

    @property
    def dtype(self) -> torch.dtype:
        """Data type of the keys and values."""
        keys: Tensor = next(iter(self.cache))[0]
        return keys.dtype

    def expanded(self, rows: int) -> DynamicCache:
        """Return a new cache for a batch of `rows`, which may grow and is then thrown away."""
        cache = RoundedCache(self.dtype)
        for index, (keys, values, _) in enumerate(self.cache):
            shape = (rows, -1, -1, -1)
            cache.update(keys.expand(shape), values.expand(shape), index)
        return cache

    def tensors(self) -> dict[str, Tensor]:
        """Return all tensors by name, for a safetensors file; `from_tensors` reads them back."""
        named = {"E_prime": self.E_prime_NC}
        for index, (keys, values, _) in enumerate(self.cache):
            named[f"keys.{index}"], named[f"values.{index}"] = keys, values
        return named

    def to(self, device: torch.device, dtype: torch.dtype) -> Prefix:
        """Return a copy with keys and values on another device or in another precision; E' stays in float32."""
        cache = DynamicCache()
        for index, (keys, values, _) in enumerate(self.cache):
            cache.update(keys.to(device, dtype), values.to(device, dtype), index)
        return Prefix(cache, self.E_prime_NC.to(device), self.length)

    @classmethod
    def from_tensors(cls, named: Mapping[str, Tensor]) -> Prefix:
        """Read what `tensors` returns; raise ModelError if one is missing."""
        layers = sum(name.startswith(("keys.", "values.")) for name in named)
        wanted = {"E_prime", *(f"{kind}.{i}" for i in range(-(-layers // 2)) for kind in ("keys", "values"))}
        if set(named) != wanted:
            raise ModelError(f"a stored prefix lacks or has too much: {sorted(wanted ^ set(named))}")
        cache = DynamicCache()
        for index in range(layers // 2):
            cache.update(named[f"keys.{index}"], named[f"values.{index}"], index)
        E_prime_NC = named["E_prime"].float()  # in the model's precision in memories of earlier versions
        return cls(cache, E_prime_NC, E_prime_NC.shape[0])
