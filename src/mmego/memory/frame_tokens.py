"""Tokens V of single frames, for memories that do not keep V of all: a bounded store by frame number.

Shapes: T tokens per frame, C hidden size.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

KEY_FRAME_BYTES = 1 << 30
"""Most bytes in one memory: 760 frames of a 7B model in bfloat16. The frames of one question are always kept."""


class FrameTokens:
    """V of frames that were encoded one by one, ``(T, C)`` each, on the CPU; the least recently used go first."""

    def __init__(self, frames: Iterable[tuple[int, Tensor]] = (), limit: int = KEY_FRAME_BYTES) -> None:
        self.limit = limit
        self._frames: OrderedDict[int, Tensor] = OrderedDict(frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self._frames))

    def missing(self, indices: Sequence[int]) -> list[int]:
        """Return those of `indices` that are not here, each once, rising."""
        return sorted(set(indices) - self._frames.keys())

    def put(self, index: int, V_TC: Tensor) -> None:
        """Keep a frame; call `trim` once all frames of a question are here."""
        self._frames[index] = V_TC

    def take(self, indices: Sequence[int]) -> Tensor:
        """Return the frames at `indices`, ``(K, T, C)``, which must all be here; they count as just used."""
        for index in indices:
            self._frames.move_to_end(index)
        return torch.stack([self._frames[index] for index in indices])

    def trim(self, needed: Iterable[int]) -> None:
        """Drop the least recently used frames until the rest fits, but none of those `needed`."""
        keep = set(needed)
        size = sum(_bytes(V_TC) for V_TC in self._frames.values())
        for index in [index for index in self._frames if index not in keep]:
            if size <= self.limit:
                return
            size -= _bytes(self._frames.pop(index))


def _bytes(V_TC: Tensor) -> int:
    return V_TC.numel() * V_TC.element_size()
