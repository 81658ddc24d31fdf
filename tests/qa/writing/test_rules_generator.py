from __future__ import annotations

from pathlib import Path

import pytest

from mmego.qa.pipeline.cutting import ClipOptions, cut_clips
from mmego.qa.rules.turns import make_turns
from mmego.qa.writing.factories import WriteByRules
from mmego.qa.writing.rules_generator import RulesGenerator
from mmego.records import NarratedClip, Span, Turn, VideoMeta
from tests.qa.narrate import tell
from tests.qa.narrated import narrations

TOLD = tell(
    "#C C picks up a red mug from the sofa",
    "#C C puts the red mug on the bed",
    "#C C picks up a blue book from the desk",
    "#C C puts the blue book on the shelf",
    "#C C picks up a green bottle from the fridge",
    "#C C puts the green bottle on the floor",
)
"""One deed every ten seconds, from ten on."""


def write(clip: NarratedClip, seed: int = 0, turns: int = 100) -> tuple[Turn, ...]:
    (written,) = RulesGenerator(seed, turns).write([clip], Path("unused"))
    assert written.clip == clip
    assert (written.qa.id, written.qa.video, written.qa.clip) == (clip.id, clip.video, clip.clip)
    return written.qa.turns


def clip_of(start: float, end: float, dataset: str = "mmego-sim") -> NarratedClip:
    inside = tuple(n for n in TOLD if start <= n.span.start <= end)
    return NarratedClip(f"v:{start}-{end}", "v", Span(start, end), inside, dataset, "val")


def answers(turns: tuple[Turn, ...], category: str, word: str) -> set[str]:
    return {t.answer for t in turns if t.category == category and word in t.question and "pick" in t.question}


def test_first_and_last_are_the_clips_own() -> None:
    whole, middle = clip_of(0, 70), clip_of(25, 45)
    assert answers(write(whole), "first", "first") == {"the red mug"}
    assert answers(write(middle), "first", "first") <= {"the blue book"}
    for turn in write(middle):
        assert "red mug" not in turn.question + turn.answer
        assert "green bottle" not in turn.question + turn.answer


def test_people_are_asked_about_as_people_narrate() -> None:
    simulated, told = write(clip_of(0, 70)), write(clip_of(0, 70, "ego4d"))
    assert {t.category for t in told} - {t.category for t in simulated} >= {"order"}
    assert any(t.category == "colour" for t in simulated)


def test_key_spans_are_video_times_cut_to_the_clip() -> None:
    # The clip begins a second after the narrated point's reach and ends within the last one's.
    clip = NarratedClip("v:29-41", "v", Span(29.0, 41.0), tuple(TOLD[2:4]), "ego4d")
    turns = write(clip)
    assert turns
    spans = {span for turn in turns for span in turn.key_spans}
    assert spans <= {Span(29.0, 34.0), Span(38.0, 41.0)}
    assert all(turn.narrations and max(turn.narrations) < 2 for turn in turns)


def test_moving_the_clip_moves_the_answers_spans_and_changes_nothing_else() -> None:
    """The rules know no clock: those of a clip are those of the same narrations from nought on."""
    clip = clip_of(25, 65)
    seed = 5
    here = make_turns(clip.narrations, 65.0, seed)
    moved = [type(n)(n.video, Span(n.span.start - 25, n.span.end - 25), n.text, n.actor) for n in clip.narrations]
    there = make_turns(moved, 40.0, seed)
    assert [(t.question, t.answer, t.narrations) for t in here] == [(t.question, t.answer, t.narrations) for t in there]
    for one, other in zip(here, there, strict=True):
        for a, b in zip(one.key_spans, other.key_spans, strict=True):
            assert max(a.start, 25.0) - 25 == pytest.approx(b.start)
            assert a.end - 25 == pytest.approx(b.end)


def test_all_clips_of_a_long_video() -> None:
    clips = cut_clips(VideoMeta("v", 5000.0), narrations(5000.0), "ego4d", ClipOptions())
    written = list(WriteByRules(3)().write(iter(clips), Path("unused")))
    assert [w.clip.id for w in written] == [c.id for c in clips]
    for sample in written:
        assert 0 < len(sample.qa.turns) <= 20
        for turn in sample.qa.turns:
            for span in turn.key_spans:
                assert sample.clip.clip.start <= span.start <= span.end <= sample.clip.clip.end
            assert all(0 <= index < len(sample.clip.narrations) for index in turn.narrations)
    assert written == list(WriteByRules(3)().write(clips, Path("unused")))
    assert written[0].qa.turns != next(WriteByRules(4)().write(clips, Path("unused"))).qa.turns


def test_a_clip_without_any_question_is_given_too() -> None:
    clip = NarratedClip("v:0-30", "v", Span(0.0, 30.0), tuple(tell("#C C walks", "#C C looks around")), "ego4d")
    assert write(clip) == ()
