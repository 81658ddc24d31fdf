"""Facts from people's narrations against lists written by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pytest

from mmego.language.timeline import Scene
from mmego.qa.rules.facts import Fact
from mmego.qa.rules.narrated.actions import counts, first_and_last, handled, tools
from mmego.qa.rules.narrated.events import Told
from mmego.qa.rules.narrated.order import neighbours, order_pairs
from mmego.qa.rules.narrated.people import others_in_turn
from mmego.qa.rules.narrated.places import put_in, taken_from, where_put, where_taken
from mmego.records import Narration, Span
from tests.qa.narrate import tell
from tests.qa.rules.narrated.test_events import epic


def asked(make: Callable[[Told], Iterable[Fact]], *texts: str) -> dict[str, str]:
    """Question in its first wording -> answer."""
    return {fact.wordings[0]: fact.answer for fact in make(Told(epic(*texts)))}


def test_where_put() -> None:
    assert asked(where_put, "take milk", "put milk in fridge") == {"Where did I put the milk?": "in the fridge"}
    assert asked(where_put, "pour water into pan") == {"Where did I pour the water?": "into the pan"}
    assert asked(where_put, "throw peel in bin") == {"Where did I throw the peel?": "into the bin"}
    assert asked(where_put, "put down milk") == {}, "no place"
    assert asked(where_put, "wash bowl in sink") == {}, "it was there before"
    assert asked(where_put, "put milk in fridge", "put down milk") == {}, "it may have been put elsewhere"
    assert asked(where_put, "put milk in fridge", "put it on table") == {}, "it may be the milk"


def test_where_a_thing_was_put_several_times() -> None:
    assert asked(where_put, "put milk on table", "take milk", "put milk in fridge") == {
        "Where did I first put the milk?": "on the table",
        "Where did I last put the milk?": "in the fridge",
    }
    assert asked(where_put, "put knife in drawer", "take knife", "take knife", "put knife in sink") == {
        "Where did I first put a knife?": "in the drawer",
        "Where did I last put a knife?": "in the sink",
    }, "two knives"
    assert asked(where_put, "take knife", "take knife", "put knife in sink") == {}, "which of the two?"
    assert asked(where_put, "put milk on table", "take milk", "put milk in fridge", "take milk") == {
        "Where did I first put the milk?": "on the table"
    }, "it was taken again, and put who knows where"
    assert asked(where_put, "pour water into pan", "fill cup with water") == {}, "into the cup as well"
    assert asked(where_put, "put plates in sink", "take plates", "take plates", "put plates in rack") == {}, "a plates"


def test_where_taken() -> None:
    assert asked(where_taken, "take milk from fridge") == {"Where did I take the milk from?": "from the fridge"}
    assert asked(where_taken, "take lid off pan") == {"Where did I take the lid from?": "from the pan"}
    assert asked(where_taken, "remove skin from salmon") == {"Where did I remove the skin from?": "from the salmon"}
    assert asked(where_taken, "take milk from fridge", "take milk") == {}


def test_what_went_into_a_place() -> None:
    assert asked(put_in, "put milk in fridge", "put eggs in fridge") == {
        "What did I put in the fridge first?": "the milk",
        "What did I put in the fridge last?": "the eggs",
    }
    assert asked(put_in, "pour milk into bowl") == {"What did I pour into the bowl?": "the milk"}
    assert asked(put_in, "put something in fridge", "put milk in fridge", "put eggs in refrigerator") == {
        "What did I put in the refrigerator last?": "the eggs"
    }
    assert asked(put_in, "add salt to dough", "put thyme on dough") == {
        "What did I add to the dough first?": "the salt",
        "What did I put on the dough last?": "the thyme",
    }


def test_what_may_have_gone_into_a_place() -> None:
    assert asked(put_in, "put cheese on tortilla", "pour sauce into tortilla") == {
        "What did I put on the tortilla first?": "the cheese",
        "What did I pour into the tortilla last?": "the sauce",
    }
    assert asked(put_in, "put lid on pan", "put rice in pan") == {
        "What did I put on the pan?": "the lid",
        "What did I put in the pan?": "the rice",
    }, "a pan has an inside and a top"
    assert asked(put_in, "fill pan with water", "put rice in pan", "put oats in pan") == {
        "What did I put in the pan last?": "the oats"
    }
    assert asked(put_in, "put salt", "put rice in pan", "put oats in pan") == {
        "What did I put in the pan last?": "the oats"
    }, "the salt may have been first"
    assert asked(put_in, "put rice in pan", "pour oil") == {}
    assert set(asked(put_in, "put down knife", "put rice in pan")) == {"What did I put in the pan?"}
    assert asked(put_in, "put down knife", "put plate on table") == {}


def test_what_is_put_into_food_may_be_put_into_the_pan() -> None:
    first = asked(put_in, "put salt in sauce", "put garlic in pan", "put onion in pan")
    assert list(first) == ["What did I put in the sauce?", "What did I put in the pan last?"]
    assert asked(put_in, "put lid of pot on pot") == {}, "the question says it"


def test_what_came_out_of_a_place() -> None:
    assert asked(taken_from, "take spoon from drawer") == {"What did I take from the drawer?": "the spoon"}
    assert asked(taken_from, "take milk from fridge", "take eggs out of refrigerator") == {
        "What did I take from the fridge first?": "the milk",
        "What did I take from the refrigerator last?": "the eggs",
    }
    assert asked(taken_from, "take spoon from drawer", "take something from drawer") == {
        "What did I take from the drawer first?": "the spoon"
    }


def test_first_and_last_mind_the_family() -> None:
    assert asked(first_and_last, "rinse plate", "wash cup", "wash knife") == {
        "What did I rinse first?": "the plate",
        "What did I wash last?": "the knife",
    }, "the cup is not the first thing washed: rinsing is washing"
    assert asked(first_and_last, "peel potato", "peel potato") == {"What did I peel?": "the potato"}
    assert asked(first_and_last, "wash hands", "wash") == {"What did I wash first?": "my hands"}
    assert asked(first_and_last, "continue washing pan", "wash cup") == {"What did I wash last?": "the cup"}


def test_first_and_last_of_what_is_not_always_told() -> None:
    told = ("open drawer", "close drawer", "open fridge", "close fridge")
    assert set(asked(first_and_last, *told)) == {f"What did I {do} {w}?" for do in ("open", "close")
                                                 for w in ("first", "last")}  # fmt: skip
    assert set(asked(first_and_last, *told, "open fridge", "open fridge")) == {
        "What did I open first?",
        "What did I open last?",
    }, "a closing of the fridge is not told"
    assert asked(first_and_last, "turn on tap", "turn on tap", "turn off tap") == {"What did I turn on?": "the tap"}
    put_first = ("wash cup", "stir soup", "stir soup", "put knife in sink", "take plate", "take cup")
    assert "What did I take first?" not in asked(first_and_last, *put_first), "the knife was taken before"
    assert asked(first_and_last, "take plate", "take cup")["What did I take first?"] == "the plate"


def test_order_within_a_second_is_not_sure() -> None:
    narrations = [Narration("v", Span(t, t + 1), text) for t, text in ((0.0, "open fridge"), (0.4, "open drawer"))]
    assert list(first_and_last(Told(narrations))) == []


def test_tools_and_hands() -> None:
    assert asked(tools, "stir pasta with wooden spoon") == {"What did I use to stir the pasta?": "the wooden spoon"}
    assert asked(tools, "fill pan with water", "mix flour with milk", "stir meat with yoghurt") == {}, "no tools"
    assert asked(tools, "stir pasta with spoon", "stir pasta with fork") == {}, "which?"
    assert asked(tools, "C turns off the tap with his left hand") == {
        "Which hand did I use to turn off the tap?": "my left hand"
    }
    assert asked(tools, "C holds the wood with both hands") == {"Which hand did I use to hold the wood?": "both hands"}


def test_counts() -> None:
    texts = ("open fridge", "close fridge", "open refrigerator door", "open drawer", "close drawer", "open drawer")
    found = asked(counts, *texts)
    assert found["How many times did I open the fridge?"] == "two times"
    assert found["How many times did I open a drawer?"] == "two times"
    assert asked(counts, "open fridge", "open it") == {}, "it may be the fridge"
    assert asked(counts, "stir pasta", "stir pasta") == {}, "stirring has no number"
    assert asked(counts, "pick up plate", "pick up plates") == {}
    assert asked(counts, "take bag", "pick bag into drawer") == {}, "that was a put"
    assert asked(counts, "take rice from bag", "put rice in pan", "take rice from bag") == {}, "other rice each time"
    assert asked(counts, "open fridge", "open fridge", "close fridge") == {}, "a closing is not told"
    assert asked(counts, "take jug", "take jug") == {}, "it was put down in between"
    overlap = [Narration("v", Span(t, t + 2), "open fridge") for t in (0.0, 1.0)]
    assert list(counts(Told(overlap))) == [], "two sentences, one event"


def test_what_was_done_with_a_thing() -> None:
    assert asked(handled, "wash rice", "put rice in pan", "stir rice") == {
        "What was the first thing I did with the rice?": "I washed the rice",
        "What was the last thing I did with the rice?": "I stirred the rice",
    }
    assert asked(handled, "peel carrot") == {"What did I do with the carrot?": "I peeled the carrot"}
    found = asked(handled, "wash rice", "put rice in pan", "put salt on rice")
    assert found == {"What did I do with the salt?": "I put the salt on the rice"}, "the rice had more done to it"
    assert asked(handled, "turn on tap") == {}, "what else"


def test_right_before_and_right_after() -> None:
    found = asked(neighbours, "open fridge", "wash peach", "stir pasta", "take milk")
    assert found["What did I do right after I washed the peach?"] == "I stirred the pasta"
    assert found["What did I do right before I washed the peach?"] == "I opened the fridge"
    assert found["What was the next thing I stirred after I opened the fridge?"] == "the pasta"
    assert asked(neighbours, "take plate", "put down plate") == {}, "anybody would guess"
    late = epic("wash peach", "stir pasta", every=60.0)
    assert list(neighbours(Told(late))) == [], "a minute later is not right after"
    assert asked(neighbours, "wash peach", "still stirring pasta") == {}
    together = [Narration("v", Span(t, t + 5), text) for t, text in ((0.0, "wash peach"), (1.0, "stir pasta"))]
    assert list(neighbours(Told(together))) == [], "one during the other"


def test_order_pairs() -> None:
    scene = Told(epic("open fridge", "wash peach", "stir pasta", every=30.0))
    pairs = list(order_pairs(scene, random.Random(0), 5))
    assert len(pairs) == 1
    assert sorted(fact.answer for fact, _ in pairs[0]) == ["no", "yes"]
    for fact, question in pairs[0]:
        assert question.startswith("Did I wash the peach ")
        before = " before " in question
        other = "opened" if fact.answer == ("no" if before else "yes") else "stirred"
        assert other in question


@pytest.mark.parametrize("second", ["#O man X sits down", "#O man X picks up the cup"])
def test_somebody_else_in_turn(second: str) -> None:
    narrations = tell("#O man X opens the fridge", second)
    found = {f.wordings[0]: f.answer for f in others_in_turn(Scene(narrations), narrations)}
    assert found == {
        "What did the man do right after he opened the fridge?": "sat down" if "sits" in second else "picked up the cup"
    }
