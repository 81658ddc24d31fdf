"""What a glimpse keeps of its frames: the language model's K/V cache over them and its outputs E'."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor
from transformers.cache_utils import DynamicCache

from mmego.errors import ModelError


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the language model keeps of the frames of one glimpse; using it never changes it.

    `cache` holds keys and values (1, heads, length, head size) of every layer, `E_prime_NC` the outputs E',
    `length` is N.
    """

    cache: DynamicCache
    E_prime_NC: Tensor
    length: int

    def expanded(self, rows: int) -> DynamicCache:
        """A cache of its own for a batch of `rows`, to be grown and thrown away."""
        cache = DynamicCache()
        for index, (keys, values, _) in enumerate(self.cache):
            shape = (rows, -1, -1, -1)
            cache.update(keys.expand(shape), values.expand(shape), index)
        return cache

    def tensors(self) -> dict[str, Tensor]:
        """Everything by name, for a safetensors file; `from_tensors` reads it back."""
        named = {"E_prime": self.E_prime_NC}
        for index, (keys, values, _) in enumerate(self.cache):
            named[f"keys.{index}"], named[f"values.{index}"] = keys, values
        return named

    @classmethod
    def from_tensors(cls, named: Mapping[str, Tensor]) -> Prefix:
        """Inverse of `tensors`; raises ModelError if one is missing."""
        layers = sum(name.startswith(("keys.", "values.")) for name in named)
        wanted = {"E_prime", *(f"{kind}.{i}" for i in range(-(-layers // 2)) for kind in ("keys", "values"))}
        if set(named) != wanted:
            raise ModelError(f"a stored prefix lacks or has too much: {sorted(wanted ^ set(named))}")
        cache = DynamicCache()
        for index in range(layers // 2):
            cache.update(named[f"keys.{index}"], named[f"values.{index}"], index)
        E_prime_NC = named["E_prime"]
        return cls(cache, E_prime_NC, E_prime_NC.shape[0])
