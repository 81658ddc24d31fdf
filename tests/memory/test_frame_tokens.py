"""The bounded store of single frames' tokens."""

from __future__ import annotations

import torch

from mmego.memory.frame_tokens import FrameTokens


def test_what_was_not_used_for_longest_goes_and_what_is_needed_stays() -> None:
    frame = torch.zeros(4, 8)  # 128 bytes
    tokens = FrameTokens(((index, frame + index) for index in range(4)), limit=256)
    tokens.take([0])
    tokens.trim([3])
    assert list(tokens) == [0, 3]
    assert tokens.missing([3, 1, 0, 1]) == [1]
    assert torch.equal(tokens.take([3, 0]), torch.stack([frame + 3, frame]))
    tokens.put(5, frame)
    tokens.trim([0, 3, 5])  # one question's frames are more than the limit: all of them stay
    assert list(tokens) == [0, 3, 5]
    assert len(tokens) == 3
