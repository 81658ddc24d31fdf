"""Which frames training shows with a question."""

import numpy as np
import pytest
import torch

from mmego.train.nano.shown_frames import answered_by, shown_frames
from tests.train.nano.question_clip import CLIP


@pytest.mark.parametrize("hard_share", [0.0, 1.0])
def test_frames_shown_hold_every_key_span_and_are_as_many_as_asked(hard_share):
    scores = torch.rand(30, generator=torch.Generator().manual_seed(0)).softmax(-1)
    for seed in range(50):
        rng = np.random.default_rng(seed)
        for one in CLIP.questions:
            for keep in (2, 4, 8):
                frames = shown_frames(one, CLIP, scores, keep, rng, hard_share)
                assert frames == sorted(set(frames))
                assert len(frames) == keep
                assert 0 <= frames[0] <= frames[-1] < CLIP.count
                for span in one.turn.key_spans:
                    assert any(span.holds(i + 0.5) for i in frames)


def test_hard_frames_are_the_pointers_own_choice():
    scores = torch.zeros(30)
    scores[[20, 21, 5]] = torch.tensor([3.0, 2.0, 1.0])
    found = [shown_frames(CLIP.questions[0], CLIP, scores, 3, np.random.default_rng(s), 1.0) for s in range(20)]
    # 21, next to the better 20, is shown or not with the spacing drawn; 20 always is.
    assert all(20 in frames for frames in found)
    assert {21 in frames for frames in found} == {True, False}


def test_frames_answer_the_questions_all_of_whose_spans_they_show():
    put, after = CLIP.questions
    assert answered_by(CLIP, [5, 20]) == [put]
    assert answered_by(CLIP, [5, 16]) == [put, after]
    assert answered_by(CLIP, [16, 20]) == []
