"""Retelling frames from narrations."""

from mmego.train.nano.retelling import narrated_per_frame, retell
from tests.train.nano.question_clip import CLIP


def test_frames_show_an_action_from_one_second_before_it_to_two_after():
    narrated = narrated_per_frame(CLIP)
    assert [i for i, text in enumerate(narrated) if text == "put the red mug on the desk"] == [4, 5, 6, 7]
    assert [i for i, text in enumerate(narrated) if text == "picked up the blue book from the sofa"] == [15, 16, 17]
    assert narrated[25] == "the man walked into the kitchen"
    assert len(narrated) == CLIP.count
    assert set(narrated) - {narrated[4], narrated[15], narrated[25]} == {"nothing"}


def test_a_retelling_follows_the_order_of_the_frames():
    narrated = narrated_per_frame(CLIP)
    assert retell(narrated, [5, 10, 16]) == (
        "put the red mug on the desk then nothing then picked up the blue book from the sofa"
    )
