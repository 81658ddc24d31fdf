"""Clips, key frames and multiple-choice questions from narrations."""

import numpy as np

from mmego.records import Narration, Span
from mmego.train.nano.questions import choice_questions, cut, key_frames, make_clip

NARRATIONS = [
    Narration("v", Span(t, t), text)
    for t, text in (
        (5.0, "C picks up a red mug from the desk"),
        (12.0, "C puts the red mug on the sofa"),
        (20.0, "C picks up a blue book from the shelf"),
        (28.0, "C puts the blue book on the desk"),
        (40.0, "C picks up a green bowl from the sink"),
        (48.0, "C puts the green bowl on the table"),
        (55.0, "C picks up a white plate from the table"),
        (66.0, "C puts the white plate on the bed"),
    )
]


def test_key_frames_are_those_inside_a_span_and_the_nearest_where_none_is():
    times = np.arange(10) + 0.5
    assert key_frames((Span(1.0, 3.6),), times) == (1, 2, 3)
    assert key_frames((Span(4.6, 5.4),), times) == (4,)
    assert key_frames((Span(0.0, 1.0), Span(9.0, 12.0)), times) == (0, 9)


def test_cut_keeps_what_lies_inside_and_moves_its_clock():
    inside = cut(NARRATIONS, 10.0, 30.0)
    assert [(n.span.start, n.text) for n in inside] == [
        (2.0, "C puts the red mug on the sofa"),
        (10.0, "C picks up a blue book from the shelf"),
        (18.0, "C puts the blue book on the desk"),
    ]


def test_a_clip_asks_about_its_own_stretch_only():
    clip = make_clip(0, "v", NARRATIONS, 10, 22, seed=0)
    text = " ".join(a.turn.question + " " + a.turn.answer for a in clip.questions)
    assert clip.questions
    assert "plate" not in text
    for questions in clip.questions:
        assert questions.key_frames
        assert max(questions.key_frames) < clip.count
        assert set(questions.key_frames) <= set(clip.event_frames)


def test_options_of_a_whole_video_hold_the_answer_once():
    clip = make_clip(0, "v", NARRATIONS, 0, 80, seed=0)
    (questions,) = choice_questions([clip], seed=0)
    answers = {a.turn.question: a.turn.answer for a in clip.questions}
    assert len(questions) >= 5
    for question in questions:
        assert question.options[question.answer] == answers[question.question]
        assert len(set(question.options)) == len(question.options) == 4
