"""Token layouts against hand-written ones."""

from __future__ import annotations

import pytest
import torch

from mmego.errors import InputError
from mmego.model import sequence_layout


def test_pad_ids_pads_on_the_right() -> None:
    ids, mask = sequence_layout.pad_ids([[5, 6, 7], torch.tensor([8])], pad_id=1)
    assert ids.tolist() == [[5, 6, 7], [8, 1, 1]]
    assert mask.tolist() == [[True, True, True], [True, False, False]]


@pytest.mark.parametrize("rows", [[], [torch.zeros(2, 2)]])
def test_pad_ids_refuses_no_rows_and_matrices(rows: list[torch.Tensor]) -> None:
    with pytest.raises(InputError):
        sequence_layout.pad_ids(rows)


def test_the_pointer_stands_right_after_the_last_token() -> None:
    embeds = torch.arange(1.0, 5.0).view(2, 2, 1)
    mask = torch.tensor([[True, True], [True, False]])
    widened, place = sequence_layout.insert_pointer(embeds, mask, torch.tensor([[9.0]]))
    assert widened[..., 0].tolist() == [[1, 2, 9], [3, 9, 0]]
    assert place.tolist() == [2, 1]


def _layout(as_inference: bool) -> sequence_layout.GlimpseLayout:
    """Two videos of 3 and 2 frames with questions of 2 and 1 tokens; the second video asks one question only."""
    frame_mask = torch.tensor([[True, True, True], [True, True, False]])
    question_mask = torch.tensor([[[True, True], [True, False]], [[True, False], [False, False]]])
    return sequence_layout.glimpse_layout(frame_mask, question_mask, as_inference=as_inference)


def _seen(layout: sequence_layout.GlimpseLayout, sample: int, row: int) -> list[int]:
    return [column for column in layout.mask[sample, 0, row].nonzero()[:, 0].tolist() if column != row]


def test_a_question_sees_the_frames_and_itself_as_in_inference() -> None:
    layout = _layout(as_inference=True)
    # places: 0-2 frames, 3-5 first slot (q q P), 6-8 second slot (q P pad)
    assert layout.pointers.tolist() == [[5, 7], [4, 6]]
    assert _seen(layout, 0, 2) == [0, 1]
    assert _seen(layout, 0, 5) == [0, 1, 2, 3, 4]
    assert _seen(layout, 0, 7) == [0, 1, 2, 6]
    assert _seen(layout, 1, 4) == [0, 1, 3]
    assert layout.positions[0].tolist() == [0, 1, 2, 3, 4, 5, 3, 4, 5]
    assert layout.positions[1, [0, 1, 3, 4]].tolist() == [0, 1, 2, 3]


def test_the_papers_mask_is_causal_over_everything() -> None:
    layout = _layout(as_inference=False)
    assert _seen(layout, 0, 7) == [0, 1, 2, 3, 4, 5, 6]
    assert layout.positions[0, :8].tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert _seen(layout, 1, 4) == [0, 1, 3]
    assert layout.positions[1, [0, 1, 3, 4]].tolist() == [0, 1, 2, 3]


def test_every_row_sees_something() -> None:
    for as_inference in (True, False):
        assert _layout(as_inference).mask.any(-1).all()


def test_the_causal_sample_is_the_papers_sequence() -> None:
    E, P, answer = torch.tensor([[1.0], [2.0]]), torch.tensor([[9.0]]), torch.tensor([[7.0], [8.0]])
    questions = [torch.tensor([[3.0], [4.0]]), torch.tensor([[5.0]])]
    sample = sequence_layout.causal_sample(E, questions, P, answer)
    assert sample.embeds[:, 0].tolist() == [1, 2, 3, 4, 9, 5, 9, 7, 8]
    assert sample.pointers.tolist() == [4, 6]
    assert sample.answer_start == 7


@pytest.mark.parametrize("mask", [torch.tensor([[False, True]]), torch.tensor([[1, 0]])])
def test_only_boolean_right_padding_is_taken(mask: torch.Tensor) -> None:
    with pytest.raises(InputError):
        sequence_layout.check_right_padded(mask)
