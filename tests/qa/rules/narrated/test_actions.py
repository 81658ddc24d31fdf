"""Facts on actions, compared with lists written by hand."""

from __future__ import annotations

from mmego.qa.rules.narrated.actions import counts, first_and_last, handled, tools
from mmego.qa.rules.narrated.clip_actions import ClipActions
from mmego.records import Narration, Span
from tests.qa.rules.narrated.examples import answers


def test_first_and_last_consider_the_family() -> None:
    assert answers(first_and_last, "rinse plate", "wash cup", "wash knife") == {
        "What did I rinse first?": "the plate",
        "What did I wash last?": "the knife",
    }, "the cup is not the first thing washed: rinsing is washing"
    assert answers(first_and_last, "peel potato", "peel potato") == {"What did I peel?": "the potato"}
    assert answers(first_and_last, "wash hands", "wash") == {"What did I wash first?": "my hands"}
    assert answers(first_and_last, "continue washing pan", "wash cup") == {"What did I wash last?": "the cup"}


def test_first_and_last_with_missing_narrations() -> None:
    lines = ("open drawer", "close drawer", "open fridge", "close fridge")
    assert set(answers(first_and_last, *lines)) == {f"What did I {do} {w}?" for do in ("open", "close")
                                                 for w in ("first", "last")}  # fmt: skip
    assert set(answers(first_and_last, *lines, "open fridge", "open fridge")) == {
        "What did I open first?",
        "What did I open last?",
    }, "a closing of the fridge is not lines"
    assert answers(first_and_last, "turn on tap", "turn on tap", "turn off tap") == {"What did I turn on?": "the tap"}
    put_first = ("wash cup", "stir soup", "stir soup", "put knife in sink", "take plate", "take cup")
    assert "What did I take first?" not in answers(first_and_last, *put_first), "the knife was taken before"
    assert answers(first_and_last, "take plate", "take cup")["What did I take first?"] == "the plate"


def test_order_within_a_second_is_not_sure() -> None:
    narrations = [Narration("v", Span(t, t + 1), text) for t, text in ((0.0, "open fridge"), (0.4, "open drawer"))]
    assert list(first_and_last(ClipActions(narrations))) == []


def test_tools_and_hands() -> None:
    assert answers(tools, "stir pasta with wooden spoon") == {"What did I use to stir the pasta?": "the wooden spoon"}
    assert answers(tools, "fill pan with water", "mix flour with milk", "stir meat with yoghurt") == {}, "no tools"
    assert answers(tools, "stir pasta with spoon", "stir pasta with fork") == {}, "which?"
    assert answers(tools, "C turns off the tap with his left hand") == {
        "Which hand did I use to turn off the tap?": "my left hand"
    }
    assert answers(tools, "C holds the wood with both hands") == {
        "Which hand did I use to hold the wood?": "both hands"
    }


def test_counts() -> None:
    texts = ("open fridge", "close fridge", "open refrigerator door", "open drawer", "close drawer", "open drawer")
    found = answers(counts, *texts)
    assert found["How many times did I open the fridge?"] == "two times"
    assert found["How many times did I open a drawer?"] == "two times"
    assert answers(counts, "open fridge", "open it") == {}, "it may be the fridge"
    assert answers(counts, "stir pasta", "stir pasta") == {}, "stirring has no number"
    assert answers(counts, "pick up plate", "pick up plates") == {}
    assert answers(counts, "take bag", "pick bag into drawer") == {}, "that was a put"
    assert answers(counts, "take rice from bag", "put rice in pan", "take rice from bag") == {}, "other rice each time"
    assert answers(counts, "open fridge", "open fridge", "close fridge") == {}, "a closing is missing"
    assert answers(counts, "take jug", "take jug") == {}, "it was put down in between"
    overlap = [Narration("v", Span(t, t + 2), "open fridge") for t in (0.0, 1.0)]
    assert list(counts(ClipActions(overlap))) == [], "two sentences, one event"


def test_what_was_done_with_a_thing() -> None:
    assert answers(handled, "wash rice", "put rice in pan", "stir rice") == {
        "What was the first thing I did with the rice?": "I washed the rice",
        "What was the last thing I did with the rice?": "I stirred the rice",
    }
    assert answers(handled, "peel carrot") == {"What did I do with the carrot?": "I peeled the carrot"}
    found = answers(handled, "wash rice", "put rice in pan", "put salt on rice")
    assert found == {"What did I do with the salt?": "I put the salt on the rice"}, "the rice had more done to it"
    assert answers(handled, "turn on tap") == {}, "what else"
