"""The frames' prefix: the same scores as without a cache, in segments too, and never changed by use."""

from __future__ import annotations

import pytest
import torch

from mmego.errors import InputError
from mmego.memory import prefix as prefix_module
from mmego.memory.prefix import FramePrefix, build_prefix, segment_lengths
from tests.model.tiny import tiny_model

QUESTIONS = [[10, 11, 12], [13, 14, 15, 16, 17], [18]]


def frames(count: int) -> torch.Tensor:
    return torch.randn(count, 32, generator=torch.Generator().manual_seed(count))


def test_one_segment_equals_the_uncached_glimpse() -> None:
    model = tiny_model(max_frames=32)
    prefix = build_prefix(model, frames(20))
    assert prefix.length == 20
    assert torch.allclose(prefix.logits(model, QUESTIONS), model.glimpse(frames(20), QUESTIONS), atol=1e-4)


def test_segments_are_scored_one_by_one_and_joined_in_time_order() -> None:
    model, E_NC = tiny_model(max_frames=8), frames(20)
    prefix = build_prefix(model, E_NC)
    assert [segment.length for segment in prefix.segments] == [7, 7, 6]
    parts = [model.glimpse(part, QUESTIONS) for part in E_NC.split([7, 7, 6])]
    assert torch.allclose(prefix.logits(model, QUESTIONS), torch.cat(parts, dim=1), atol=1e-4)


def test_many_questions_go_in_several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    model = tiny_model()
    prefix = build_prefix(model, frames(5))
    whole = prefix.logits(model, QUESTIONS)
    monkeypatch.setattr(prefix_module, "QUESTIONS_AT_ONCE", 2)
    assert torch.allclose(prefix.logits(model, QUESTIONS), whole, atol=1e-5)


def test_asking_changes_nothing() -> None:
    model = tiny_model()
    prefix = build_prefix(model, frames(6))
    before = {name: tensor.clone() for name, tensor in prefix.to_tensors().items()}
    first = prefix.logits(model, QUESTIONS)
    assert torch.equal(prefix.logits(model, QUESTIONS), first)
    after = prefix.to_tensors()
    assert all(torch.equal(after[name], before[name]) for name in before)


def test_other_precision_and_back() -> None:
    model = tiny_model()
    prefix = build_prefix(model, frames(6))
    cpu = torch.device("cpu")
    assert prefix.to(cpu, torch.float32) is prefix
    half = prefix.to(cpu, torch.bfloat16)
    kinds = {name.split(".")[1]: tensor.dtype for name, tensor in half.to_tensors().items()}
    assert kinds == {"keys": torch.bfloat16, "values": torch.bfloat16, "E_prime": torch.float32}
    assert half.to(cpu, torch.bfloat16) is half
    older = {name: tensor.to(torch.bfloat16) for name, tensor in half.to_tensors().items()}
    assert FramePrefix.from_tensors(older).segments[0].E_prime_NC.dtype == torch.float32
    stored = FramePrefix.from_tensors(prefix.to_tensors())
    assert torch.equal(stored.logits(model, QUESTIONS), prefix.logits(model, QUESTIONS))


@pytest.mark.parametrize(
    ("count", "longest", "lengths"),
    [(1, 300, [1]), (300, 300, [300]), (301, 300, [151, 150]), (10, 3, [3, 3, 2, 2]), (3, 1, [1, 1, 1])],
)
def test_segment_lengths(count: int, longest: int, lengths: list[int]) -> None:
    assert segment_lengths(count, longest) == lengths


def test_segment_lengths_refuses_nothing() -> None:
    with pytest.raises(InputError, match="cannot cut 0 frames"):
        segment_lengths(0, 3)
