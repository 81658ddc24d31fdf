"""Selection by scores, against plain loops and hand-made cases."""

from __future__ import annotations

import pytest
import torch

from mmego import selectors
from mmego.errors import InputError, ModelError
from mmego.model import pointer


def test_select_takes_the_top_frames_in_time_order() -> None:
    selection = selectors.select(torch.tensor([0.1, 0.5, 0.0, 0.3, 0.1]), keep=2, alpha=0.0)
    assert selection == selectors.Selection((1, 3), ("pointer", "pointer"))


def test_select_breaks_ties_by_time() -> None:
    assert selectors.select(torch.full((6,), 1 / 6), keep=3, alpha=0.0).indices == (0, 1, 2)


def test_exploration_frames_follow_the_paper() -> None:
    assert selectors.exploration_frames(300, 4) == [0, 100, 200, 299]
    assert selectors.exploration_frames(10, 1) == [0]


def test_the_bonus_brings_in_even_frames_and_says_so() -> None:
    scores = torch.zeros(10)
    scores[4], scores[5] = 0.9, 0.05
    selection = selectors.select(scores, keep=2, alpha=0.1)
    assert selection == selectors.Selection((0, 4), ("explore", "pointer"))
    assert selectors.select(scores, keep=2, alpha=0.0).indices == (4, 5)


def test_the_bonus_shrinks_beyond_max_frames_and_never_grows() -> None:
    assert [selectors.exploration_bonus(0.1, frames, 300) for frames in (1, 299, 300)] == [0.1, 0.1, 0.1]
    assert selectors.exploration_bonus(0.1, 600, 300) == pytest.approx(0.05)
    assert selectors.exploration_bonus(0.1, 10_800, 300) == pytest.approx(0.1 / 36)
    assert selectors.exploration_bonus(0.0, 10_800, 300) == 0
    for alpha, frames, most in [(-0.1, 5, 3), (float("nan"), 5, 3), (0.1, 0, 3), (0.1, 5, 0)]:
        with pytest.raises(InputError):
            selectors.exploration_bonus(alpha, frames, most)


def test_an_event_in_three_hours_is_not_lost_to_the_bonus() -> None:
    logits = torch.randn(10_800, generator=torch.Generator().manual_seed(0))
    event = range(7000, 7010)
    logits[event.start : event.stop] += 4
    scores = pointer.probabilities(logits)

    def kept(bonus: float) -> int:
        return len(set(event) & set(selectors.select(scores, 32, bonus).indices))

    assert kept(0.1) == 0
    assert kept(selectors.exploration_bonus(0.1, 10_800, 300)) >= 3
    assert kept(0.0) >= 7


def test_select_with_room_for_all_returns_all() -> None:
    selection = selectors.select(torch.tensor([0.2, 0.8]), keep=5, alpha=0.1)
    assert selection == selectors.Selection((0, 1), ("pointer", "pointer"))


def test_select_equals_a_plain_loop() -> None:
    generator = torch.Generator().manual_seed(1)
    for frames, keep, alpha in [(17, 4, 0.1), (50, 8, 0.02), (9, 3, 0.5), (5, 4, 0.0)]:
        scores = torch.rand(frames, generator=generator).softmax(-1)
        boosted = [float(s) for s in scores.double()]
        for i in {min(int(i * frames / (keep - 1)), frames - 1) for i in range(keep)}:
            boosted[i] += alpha
        expected = sorted(sorted(range(frames), key=lambda i: (-boosted[i], i))[:keep])
        assert list(selectors.select(scores, keep, alpha).indices) == expected


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_scores_that_are_no_numbers_are_an_error(bad: float) -> None:
    with pytest.raises(ModelError, match="1 of 3 pointer scores"):
        selectors.select(torch.tensor([0.1, bad, 0.2]), 1, 0.0)


@pytest.mark.parametrize(
    ("scores", "keep", "alpha"),
    [
        (torch.zeros(3), 0, 0.1),
        (torch.zeros(0), 1, 0.1),
        (torch.zeros(3), 1, -0.1),
        (torch.zeros(3), 1, float("nan")),
        (torch.zeros(1, 3), 1, 0.0),
    ],
)
def test_select_refuses_what_makes_no_sense(scores: torch.Tensor, keep: int, alpha: float) -> None:
    with pytest.raises(InputError):
        selectors.select(scores, keep, alpha)


def test_spacing_keeps_one_frame_of_each_moment_as_long_as_there_are_others() -> None:
    scores = torch.tensor([0.01, 0.30, 0.29, 0.28, 0.01, 0.02, 0.05, 0.04])
    assert selectors.select(scores, 3, 0.0).indices == (1, 2, 3)
    assert selectors.select(scores, 3, 0.0, spacing=1).indices == (1, 3, 6)
    assert selectors.best_apart(scores, 3, 2) == [1, 6, 2]
    assert selectors.select(scores, 3, 0.0, spacing=2).indices == (1, 2, 6)
    # Six frames that far apart do not exist: the best of the near ones fill up.
    assert len(selectors.select(scores, 6, 0.0, spacing=3).indices) == 6
    assert selectors.best_apart(scores, 6, 3)[:2] == [1, 6]
    with pytest.raises(InputError, match="spacing"):
        selectors.select(scores, 3, 0.0, spacing=-1)
