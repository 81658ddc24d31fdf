"""The key/value prefix of a video's frames, computed once; after that a question costs only its own tokens.

A glimpse sees at most ``max_frames`` frames, the range of positions the pointer was trained on. A longer memory is cut
into segments of nearly equal length, each with its own prefix; their scores share one softmax
(docs/explanation/decisions-method.md).

Shapes: N frames, C hidden size, Q questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from mmego.errors import InputError
from mmego.model.backbones.llava_onevision import MmEgoForConditionalGeneration, Prefix
from mmego.model.sequence_layout import TokenIds

QUESTIONS_AT_ONCE = 16  # each question in a batch has a copy of the prefix: 17 MB at 7B and 300 frames


@dataclass(frozen=True, slots=True)
class FramePrefix:
    """One `Prefix` for each segment of the memory, in time order; use does not change it."""

    segments: tuple[Prefix, ...]

    @property
    def length(self) -> int:
        """N, over all segments."""
        return sum(segment.length for segment in self.segments)

    def logits(self, model: MmEgoForConditionalGeneration, question_ids: Sequence[TokenIds]) -> Tensor:
        """Return the pointer logits ``(Q, N)`` in float32 before the softmax, over the frames of all segments."""
        rows = []
        for start in range(0, len(question_ids), QUESTIONS_AT_ONCE):
            batch = question_ids[start : start + QUESTIONS_AT_ONCE]
            rows.append(torch.cat([model.glimpse_scores(segment, batch) for segment in self.segments], dim=1))
        return torch.cat(rows)

    def to(self, device: torch.device, dtype: torch.dtype) -> FramePrefix:
        """Return the prefix on another device or in another precision; itself if nothing changes."""
        first = self.segments[0]
        if first.E_prime_NC.device == device and first.dtype == dtype:
            return self
        return FramePrefix(tuple(segment.to(device, dtype) for segment in self.segments))

    def to_tensors(self) -> dict[str, Tensor]:
        """Return named tensors on the CPU, for a safetensors file."""
        return {
            f"{number}.{name}": tensor.cpu().contiguous()
            for number, segment in enumerate(self.segments)
            for name, tensor in segment.tensors().items()
        }

    @classmethod
    def from_tensors(cls, tensors: dict[str, Tensor]) -> FramePrefix:
        """Read what `to_tensors` returns; raise InputError for other names or shapes."""
        parts: dict[int, dict[str, Tensor]] = {}
        for name, tensor in tensors.items():
            number, _, rest = name.partition(".")
            if not number.isdigit() or not rest:
                raise InputError(f"'{name}' is not the name of a stored prefix's tensor")
            parts.setdefault(int(number), {})[rest] = tensor
        if sorted(parts) != list(range(len(parts))) or not parts:
            raise InputError(f"a stored prefix needs segments from 0 on, got {sorted(parts)}")
        for segment in sorted(parts):
            _check_segment(segment, parts[segment])
        return cls(tuple(Prefix.from_tensors(parts[segment]) for segment in sorted(parts)))

    def fits(self, longest: int) -> bool:
        """Return whether `build_prefix` for this many ``max_frames`` cuts the frames in the same way."""
        return [segment.length for segment in self.segments] == segment_lengths(self.length, longest)


def _check_segment(number: int, named: dict[str, Tensor]) -> None:
    """Raise InputError unless E' is (N, C), keys and values are (1, heads, N, size), and all of one type of number."""
    outputs = named.get("E_prime")
    frames = outputs.shape[0] if outputs is not None and outputs.dim() == 2 else 0
    for name, tensor in named.items():
        shape = tuple(tensor.shape)
        good = len(shape) == 2 if name == "E_prime" else len(shape) == 4 and (shape[0], shape[2]) == (1, frames)
        if not good or not frames or not tensor.is_floating_point():
            raise InputError(f"'{number}.{name}' of a stored prefix has shape {shape} and type {tensor.dtype}")


def segment_lengths(frames: int, longest: int) -> list[int]:
    """Cut `frames` into as few runs of at most `longest` as possible, with lengths that differ by at most 1."""
    if frames < 1 or longest < 1:
        raise InputError(f"cannot cut {frames} frames into segments of at most {longest}")
    count = -(-frames // longest)
    return [frames // count + (index < frames % count) for index in range(count)]


def build_prefix(model: MmEgoForConditionalGeneration, E_NC: Tensor) -> FramePrefix:
    """Run the language model once over each segment's compressed frames ``(N, C)``; no question is needed."""
    lengths = segment_lengths(E_NC.shape[0], model.config.max_frames)
    return FramePrefix(tuple(model.glimpse_prefill(part) for part in torch.split(E_NC, lengths)))
