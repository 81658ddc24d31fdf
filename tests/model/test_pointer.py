"""The pointer's tensor functions against plain loops and hand-made cases."""

from __future__ import annotations

import math

import pytest
import torch

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
    """Return the loss of one question without padding, by the textbook."""
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
