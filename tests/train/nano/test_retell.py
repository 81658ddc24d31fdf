"""Retelling frames from narrations."""

from mmego.train.nano.retell import retell, told_per_frame
from tests.train.nano.asked_clips import CLIP


def test_frames_tell_the_deed_from_one_second_before_it_to_two_after():
    told = told_per_frame(CLIP)
    assert [i for i, text in enumerate(told) if text == "put the red mug on the desk"] == [4, 5, 6, 7]
    assert [i for i, text in enumerate(told) if text == "picked up the blue book from the sofa"] == [15, 16, 17]
    assert told[25] == "the man walked into the kitchen"
    assert len(told) == CLIP.count
    assert set(told) - {told[4], told[15], told[25]} == {"nothing"}


def test_a_retelling_follows_the_order_of_the_frames():
    told = told_per_frame(CLIP)
    assert retell(told, [5, 10, 16]) == (
        "put the red mug on the desk then nothing then picked up the blue book from the sofa"
    )
