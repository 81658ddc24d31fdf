"""Facts on places, compared with lists written by hand."""

from __future__ import annotations

from mmego.qa.rules.narrated.places import put_in, taken_from, where_put, where_taken
from tests.qa.rules.narrated.examples import answers


def test_where_put() -> None:
    assert answers(where_put, "take milk", "put milk in fridge") == {"Where did I put the milk?": "in the fridge"}
    assert answers(where_put, "pour water into pan") == {"Where did I pour the water?": "into the pan"}
    assert answers(where_put, "throw peel in bin") == {"Where did I throw the peel?": "into the bin"}
    assert answers(where_put, "put down milk") == {}, "no place"
    assert answers(where_put, "wash bowl in sink") == {}, "it was there before"
    assert answers(where_put, "put milk in fridge", "put down milk") == {}, "it may have been put elsewhere"
    assert answers(where_put, "put milk in fridge", "put it on table") == {}, "it may be the milk"


def test_where_a_thing_was_put_several_times() -> None:
    assert answers(where_put, "put milk on table", "take milk", "put milk in fridge") == {
        "Where did I first put the milk?": "on the table",
        "Where did I last put the milk?": "in the fridge",
    }
    assert answers(where_put, "put knife in drawer", "take knife", "take knife", "put knife in sink") == {
        "Where did I first put a knife?": "in the drawer",
        "Where did I last put a knife?": "in the sink",
    }, "two knives"
    assert answers(where_put, "take knife", "take knife", "put knife in sink") == {}, "which of the two?"
    assert answers(where_put, "put milk on table", "take milk", "put milk in fridge", "take milk") == {
        "Where did I first put the milk?": "on the table"
    }, "it was taken again, and put in an unknown place"
    assert answers(where_put, "pour water into pan", "fill cup with water") == {}, "into the cup as well"
    assert answers(where_put, "put plates in sink", "take plates", "take plates", "put plates in rack") == {}, (
        "a plates"
    )


def test_where_taken() -> None:
    assert answers(where_taken, "take milk from fridge") == {"Where did I take the milk from?": "from the fridge"}
    assert answers(where_taken, "take lid off pan") == {"Where did I take the lid from?": "from the pan"}
    assert answers(where_taken, "remove skin from salmon") == {"Where did I remove the skin from?": "from the salmon"}
    assert answers(where_taken, "take milk from fridge", "take milk") == {}


def test_what_went_into_a_place() -> None:
    assert answers(put_in, "put milk in fridge", "put eggs in fridge") == {
        "What did I put in the fridge first?": "the milk",
        "What did I put in the fridge last?": "the eggs",
    }
    assert answers(put_in, "pour milk into bowl") == {"What did I pour into the bowl?": "the milk"}
    assert answers(put_in, "put something in fridge", "put milk in fridge", "put eggs in refrigerator") == {
        "What did I put in the refrigerator last?": "the eggs"
    }
    assert answers(put_in, "add salt to dough", "put thyme on dough") == {
        "What did I add to the dough first?": "the salt",
        "What did I put on the dough last?": "the thyme",
    }


def test_what_may_have_gone_into_a_place() -> None:
    assert answers(put_in, "put cheese on tortilla", "pour sauce into tortilla") == {
        "What did I put on the tortilla first?": "the cheese",
        "What did I pour into the tortilla last?": "the sauce",
    }
    assert answers(put_in, "put lid on pan", "put rice in pan") == {
        "What did I put on the pan?": "the lid",
        "What did I put in the pan?": "the rice",
    }, "a pan has an inside and a top"
    assert answers(put_in, "fill pan with water", "put rice in pan", "put oats in pan") == {
        "What did I put in the pan last?": "the oats"
    }
    assert answers(put_in, "put salt", "put rice in pan", "put oats in pan") == {
        "What did I put in the pan last?": "the oats"
    }, "the salt may have been first"
    assert answers(put_in, "put rice in pan", "pour oil") == {}
    assert set(answers(put_in, "put down knife", "put rice in pan")) == {"What did I put in the pan?"}
    assert answers(put_in, "put down knife", "put plate on table") == {}


def test_what_is_put_into_food_may_be_put_into_the_pan() -> None:
    first = answers(put_in, "put salt in sauce", "put garlic in pan", "put onion in pan")
    assert list(first) == ["What did I put in the sauce?", "What did I put in the pan last?"]
    assert answers(put_in, "put lid of pot on pot") == {}, "the answer is in the question"


def test_what_came_out_of_a_place() -> None:
    assert answers(taken_from, "take spoon from drawer") == {"What did I take from the drawer?": "the spoon"}
    assert answers(taken_from, "take milk from fridge", "take eggs out of refrigerator") == {
        "What did I take from the fridge first?": "the milk",
        "What did I take from the refrigerator last?": "the eggs",
    }
    assert answers(taken_from, "take spoon from drawer", "take something from drawer") == {
        "What did I take from the drawer first?": "the spoon"
    }
