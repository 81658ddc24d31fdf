"""The pointer's tensor functions against plain loops and hand-made cases."""

from __future__ import annotations

import math

import pytest
import torch

from mmego import selectors
from mmego.errors import InputError, ModelError
from mmego.model import pointer


def test_compress_is_the_mean_over_tokens() -> None:
    V_NTC = torch.randn(3, 5, 7)
    for n in range(3):
        for c in range(7):
            mean = sum(float(V_NTC[n, t, c]) for t in range(5)) / 5
            assert float(pointer.compress(V_NTC)[n, c]) == pytest.approx(mean, abs=1e-6)
    assert pointer.compress(V_NTC.bfloat16()).dtype == torch.bfloat16


@pytest.mark.parametrize("scale", [None, 1.0, 0.25])
def test_score_is_the_scaled_dot_product(scale: float | None) -> None:
    E, P = torch.randn(4, 9), torch.randn(2, 9)
    factor = 1 / math.sqrt(9) if scale is None else scale
    scores = pointer.score(E, P, scale)
    for q in range(2):
        for n in range(4):
            assert float(scores[q, n]) == pytest.approx(factor * float((E[n] * P[q]).sum()), abs=1e-5)


def test_score_stays_float32_under_autocast() -> None:
    E, P = torch.randn(4, 64), torch.randn(2, 64)
    with torch.autocast("cpu", torch.bfloat16):
        assert (P @ E.T).dtype == torch.bfloat16
        inside = pointer.score(E, P, None)
    assert torch.equal(inside, pointer.score(E, P, None))


def test_score_of_other_widths_is_refused() -> None:
    with pytest.raises(ModelError, match="4 channels and the pointer 5"):
        pointer.score(torch.zeros(2, 4), torch.zeros(1, 5), None)


def test_probabilities_leave_masked_frames_at_zero() -> None:
    probabilities = pointer.probabilities(torch.tensor([[1.0, 2.0, 9.0]]), torch.tensor([[True, True, False]]))
    assert probabilities[0, 2] == 0
    assert float(probabilities.sum()) == pytest.approx(1)


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


def test_uniform_frames_lie_in_the_middle_of_equal_stretches() -> None:
    assert selectors.select_uniform(100, 4) == selectors.Selection((12, 37, 62, 87), ("uniform",) * 4)
    assert selectors.select_uniform(3, 8).indices == (0, 1, 2)
    for frames in range(1, 40):
        for keep in range(1, frames + 1):
            assert len(set(selectors.select_uniform(frames, keep).indices)) == keep


def test_key_frames_are_filled_up_or_thinned_out() -> None:
    assert pointer.fill_key_frames(range(20, 30), 100, 4) == [21, 23, 26, 28]
    assert pointer.fill_key_frames([40], 100, 4) == [12, 37, 40, 62]
    assert pointer.fill_key_frames([40], 100, 3, first=[7]) == [7, 16, 40]
    assert pointer.fill_key_frames([1], 3, 8) == [0, 1, 2]
    assert pointer.fill_key_frames([40], 100, 4, fill="none") == [40]
    scores = torch.zeros(10)
    scores[[2, 7]] = torch.tensor([0.3, 0.6])
    assert pointer.fill_key_frames([4], 10, 2, fill="pointer", scores_N=scores) == [4, 7]


def test_filling_never_runs_short() -> None:
    for frames in range(1, 30):
        for keep in range(1, 12):
            assert len(pointer.fill_key_frames([frames // 2], frames, keep)) == min(frames, keep)


def test_filling_refuses_frames_outside_and_missing_scores() -> None:
    with pytest.raises(InputError, match="key frame 9 lies outside"):
        pointer.fill_key_frames([9], 9, 2)
    with pytest.raises(InputError, match="one score for each"):
        pointer.fill_key_frames([1], 9, 2, fill="pointer")


def _plain_loss(kind: str, logits: list[float], labels: list[int], reduction: str) -> float:
    """The loss of one question without padding, by the textbook."""
    n = len(logits)
    total = sum(math.exp(x) for x in logits)
    if kind == "cross_entropy":
        return -sum(y / sum(labels) * math.log(math.exp(x) / total) for x, y in zip(logits, labels, strict=True))
    loss = 0.0
    for x, y in zip(logits, labels, strict=True):
        p = math.exp(x) / total if kind == "softmax_bce" else 1 / (1 + math.exp(-(x - math.log(n))))
        loss -= y * math.log(p) + (1 - y) * math.log(1 - p)
    return loss / n if reduction == "mean" else loss


@pytest.mark.parametrize("kind", ["softmax_bce", "bce_logits", "cross_entropy"])
@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_losses_equal_the_textbook_and_ignore_padding(
    kind: pointer.PointerLoss, reduction: pointer.PointerReduction
) -> None:
    logits = torch.tensor([[[0.3, -1.2, 2.0, 0.1], [1.0, 0.0, 5.0, 5.0]], [[0.5, 0.5, 0.2, 9.0], [0, 0, 0, 0]]])
    labels = torch.tensor([[[0, 0, 1, 1], [1, 0, 0, 0]], [[0, 1, 0, 0], [0, 0, 0, 0]]])
    frame_mask = torch.tensor([[True] * 4, [True, True, True, False]])
    plain = [
        _plain_loss(kind, logits[0, 0].tolist(), labels[0, 0].tolist(), reduction),
        _plain_loss(kind, logits[0, 1].tolist(), labels[0, 1].tolist(), reduction),
        _plain_loss(kind, logits[1, 0, :3].tolist(), labels[1, 0, :3].tolist(), reduction),
    ]
    loss = pointer.pointer_loss(kind, logits, labels, frame_mask, reduction=reduction)
    assert float(loss) == pytest.approx(sum(plain) / 3, rel=1e-5)
    asked = torch.tensor([[True, False], [True, True]])
    loss = pointer.pointer_loss(kind, logits, labels, frame_mask, reduction=reduction, question_mask_BQ=asked)
    assert float(loss) == pytest.approx((plain[0] + plain[2]) / 2, rel=1e-5)


@pytest.mark.parametrize("kind", ["softmax_bce", "bce_logits", "cross_entropy"])
def test_losses_have_finite_gradients_at_the_extremes(kind: pointer.PointerLoss) -> None:
    logits = torch.tensor([[[200.0, -200.0, 0.0]], [[0.0, 0.0, 0.0]]], requires_grad=True)
    labels = torch.tensor([[[0, 1, 0]], [[0, 0, 0]]])
    mask = torch.tensor([[True, True, True], [False, False, False]])
    pointer.pointer_loss(kind, logits, labels, mask).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert logits.grad[0, 0, 1] < 0
    assert (logits.grad[1] == 0).all()


def test_no_question_at_all_gives_a_loss_of_zero() -> None:
    logits = torch.zeros(1, 1, 3, requires_grad=True)
    loss = pointer.pointer_loss("cross_entropy", logits, torch.zeros(1, 1, 3), torch.ones(1, 3).bool())
    loss.backward()
    assert float(loss.detach()) == 0


def test_losses_refuse_shapes_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="do not fit"):
        pointer.pointer_loss("cross_entropy", torch.zeros(1, 2, 3), torch.zeros(1, 2, 3), torch.ones(1, 4).bool())


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
