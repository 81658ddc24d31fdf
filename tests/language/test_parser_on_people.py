"""The parser on people's narrations: lines in the style of Ego4D, and bare ones as in EPIC-KITCHENS."""

from __future__ import annotations

import pytest

from mmego.language.parser import parse
from mmego.language.phrases import Action
from mmego.narrations.clean import clean_sentence
from mmego.records import Narration, Span

# raw line -> verb, kind, object, place, source, hand, tool
Parts = tuple[str, str, str | None, str | None, str | None, str | None, str | None]
LINES: list[tuple[str, Parts]] = [
    ("#C C puts the knife on the chopping board",
     ("put", "put", "the knife", "on the chopping board", None, None, None)),
    ("#O man X stirs food in the pan", ("stir", "stir", "the food", "in the pan", None, None, None)),
    ("#C C adjusts the camera", ("adjust", "adjust", "the camera", None, None, None, None)),
    ("#C C walks around the house", ("walk around", "walk around", "the house", None, None, None, None)),
    ("#C C cuts the onion with a knife", ("cut", "cut", "the onion", None, None, None, "the knife")),
    ("#C C picks up the #unsure from the floor",
     ("pick up", "take", "the something", None, "from the floor", None, None)),
    ("#C C drops the spoon in the sink with his left hand",
     ("drop", "put", "the spoon", "in the sink", None, "left", None)),
    ("#C C turns off the tap with her right hand", ("turn off", "switch off", "the tap", None, None, "right", None)),
    ("#C C turns of the tap", ("turn off", "switch off", "the tap", None, None, None, None)),
    ("#C C opens the fridge door", ("open", "open", "the fridge door", None, None, None, None)),
    ("#C C looks around", ("look around", "look around", None, None, None, None, None)),
    ("#O A man Y walks towards the table", ("walk", "walk", None, "to the table", None, None, None)),
    ("#O lady X converses with C", ("converse", "converse", None, None, None, None, None)),
    ("#C C moves the plant", ("move", "move", "the plant", None, None, None, None)),
    ("#C C lifts the bucket from the ground", ("lift", "lift", "the bucket", None, "from the ground", None, None)),
    ("#C C wipes the table with a cloth", ("wipe", "wipe", "the table", None, None, None, "the cloth")),
    ("#C C pours water into the cup", ("pour", "pour", "the water", "in the cup", None, None, None)),
    ("#C C washes his hands", ("wash", "wash", "my hands", None, None, None, None)),
    ("#C C rinses the plate under the running tap",
     ("rinse", "rinse", "the plate", "under the running tap", None, None, None)),
    ("#C C holds the wood with both hands", ("hold", "hold", "the wood", None, None, "both", None)),
    ("#C C removes the lid from the pot", ("remove", "remove", "the lid", None, "from the pot", None, None)),
    ("#C C throws the dirt in the dustbin", ("throw", "throw", "the dirt", "in the dustbin", None, None, None)),
    ("#C C passes the phone from his right hand to his left hand",
     ("pass", "pass", "the phone", None, None, None, None)),
    ("#C C starts to peel the potato", ("peel", "peel", "the potato", None, None, None, None)),
    ("#C C is washing the dishes", ("wash", "wash", "the dishes", None, None, None, None)),
    ("#C C stares at the phone", ("stare", "stare", None, "at the phone", None, None, None)),
    ("#C C sits on the chair", ("sit", "sit", None, "on the chair", None, None, None)),
    ("#C C stands up", ("stand up", "stand up", None, None, None, None, None)),
    ("#C C picks the cup and the saucer from the tray",
     ("pick", "take", "the cup and the saucer", None, "from the tray", None, None)),
    ("#C C switches on the light", ("switch on", "switch on", "the light", None, None, None, None)),
    ("#C C scoops rice with a spoon", ("scoop", "scoop", "the rice", None, None, None, "the spoon")),
    ("#C C adds salt to the soup", ("add", "add", "the salt", "to the soup", None, None, None)),
    ("#C C ties the rope around the pole", ("tie", "tie", "the rope", None, None, None, None)),
    ("#C C tightens the bolt with a spanner", ("tighten", "tighten", "the bolt", None, None, None, "the spanner")),
    ("#C C hits the nail with the hammer", ("hit", "hit", "the nail", None, None, None, "the hammer")),
    ("#C C hangs the shirt on the hanger", ("hang", "put", "the shirt", "on the hanger", None, None, None)),
    ("#C C shuffles the cards", ("shuffle", "shuffle", "the cards", None, None, None, None)),
    ("#O woman B drops a card on the table", ("drop", "put", "the card", "on the table", None, None, None)),
    ("#O person A laughs", ("laugh", "laugh", None, None, None, None, None)),
    ("#C C gives the bottle to man X", ("give", "give", "the bottle", None, None, None, None)),
    ("#C C wears the gloves", ("wear", "wear", "the gloves", None, None, None, None)),
    ("#C C takes off his shoes", ("take off", "take off", "my shoes", None, None, None, None)),
    ("#C C puts down the phone on the table", ("put down", "put", "the phone", "on the table", None, None, None)),
    ("#C C scratches his head with his left hand", ("scratch", "scratch", "my head", None, None, "left", None)),
    ("#C C dips the brush in the paint", ("dip", "dip", "the brush", "in the paint", None, None, None)),
    ("#C C paints the wall with the brush", ("paint", "paint", "the wall", None, None, None, "the brush")),
    ("#C C kneads the dough on the table", ("knead", "knead", "the dough", "on the table", None, None, None)),
    ("#C C unscrews the nut from the wheel", ("unscrew", "unscrew", "the nut", None, "from the wheel", None, None)),
    ("#C C presses a button on the washing machine",
     ("press", "press", "the button", "on the washing machine", None, None, None)),
    ("#C C throws away the banana peel", ("throw away", "throw away", "the banana peel", None, None, None, None)),
    ("#C C puts the lid back on the jar", ("put back", "put", "the lid", "on the jar", None, None, None)),
    ("#C C then slowly takes the bowl out of the microwave",
     ("take", "take", "the bowl", None, "from the microwave", None, None)),
    ("#C C enters the bathroom", ("enter", "enter", "the bathroom", None, None, None, None)),
    ("#C C puts on his jacket", ("put", "put", None, "on my jacket", None, None, None)),
    ("#C C picks up washing-up liquid", ("pick up", "take", "the washing-up liquid", None, None, None, None)),
    # Bare, as in EPIC-KITCHENS.
    ("turn tap on", ("turn on", "switch on", "the tap", None, None, None, None)),
    ("throw banana peel away", ("throw away", "throw away", "the banana peel", None, None, None, None)),
    ("take lid off pan", ("take", "take", "the lid", None, "from the pan", None, None)),
    ("take plate out of cupboard", ("take", "take", "the plate", None, "from the cupboard", None, None)),
    ("pouring milk into one glass", ("pour", "pour", "the milk", "in the one glass", None, None, None)),
    ("put knife and fork on dish rack", ("put", "put", "the knife and fork", "on the dish rack", None, None, None)),
    ("pick up sponge and washing up liquid",
     ("pick up", "take", "the sponge and washing up liquid", None, None, None, None)),
    ("wash fork and spoon", ("wash", "wash", "the fork and spoon", None, None, None, None)),
    ("stir pasta with wooden spoon", ("stir", "stir", "the pasta", None, None, None, "the wooden spoon")),
    ("rinse", ("rinse", "rinse", None, None, None, None, None)),
]  # fmt: skip


def actions(raw: str) -> tuple[Action, ...]:
    sentence = clean_sentence(raw)
    return parse(Narration("v", Span(1.0, 1.0), sentence.text, sentence.actor))


@pytest.mark.parametrize(("raw", "expected"), LINES)
def test_one_line(raw: str, expected: Parts) -> None:
    [action] = actions(raw)
    things = (action.object, action.place, action.source)
    assert (
        action.verb,
        action.kind,
        things[0] and things[0].definite,
        things[1] and things[1].text,
        things[2] and things[2].text,
        action.hand,
        action.tool and action.tool.definite,
    ) == expected


def test_the_people_of_the_lines() -> None:
    assert [actions(raw)[0].subject for raw in ("#O man X stirs food", "#O A lady walks", "#C C walks")] == [
        "man X",
        "lady",
        "",
    ]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("#C C opens the cabinet, takes out a bowl and closes it",
         [("open", "cabinet"), ("take out", "bowl"), ("close", "cabinet")]),
        ("put knife in drawer and close it", [("put", "knife"), ("close", "drawer")]),
        ("put knife on table and close it", [("put", "knife"), ("close", "something")]),
        ("take and wash knives", [("take", "knives"), ("wash", "knives")]),
        ("#C C picks a screw and drops it in the box", [("pick", "screw"), ("drop", "screw")]),
        ("take rubbish and put down box", [("take", "rubbish"), ("put down", "box")]),
        ("mix onion and ginger and cut them", [("mix", "onion and ginger"), ("cut", "onion and ginger")]),
        ("take knife, fork and spoon", [("take", "knife and fork and spoon")]),
    ],
)  # fmt: skip
def test_several_actions_in_one_line(raw: str, expected: list[tuple[str, str]]) -> None:
    assert [(action.verb, action.object and action.object.name) for action in actions(raw)] == expected


@pytest.mark.parametrize(
    ("raw", "verb", "continued"),
    [
        ("still stirring", "stir", True),
        ("still fry bacon", "fry", True),
        ("continue washing pan", "wash", True),
        ("#C C continues to stir the soup", "stir", True),
        ("keep stirring oatmeal", "stir", True),
        ("begin peeling potato", "peel", False),
        ("#C C keeps the phone on the table", "keep", False),
        ("start microwave", "start", False),
        ("wash plate again", "wash", False),
    ],
)
def test_what_goes_on_and_what_begins(raw: str, verb: str, continued: bool) -> None:
    [action] = actions(raw)
    assert (action.verb, action.continued) == (verb, continued)


def columns(text: str, verb: str, *nouns: str) -> list[tuple[str, str | None]]:
    found = parse(Narration("v", Span(0.0, 1.0), text, "C", verb, nouns))
    return [(action.verb, action.object and action.object.name) for action in found]


def test_the_columns_of_the_source_check_the_reading() -> None:
    assert columns("put down knives", "put-down", "knife") == [("put down", "knives")]
    assert columns("take chopping board", "take", "board:chopping") == [("take", "chopping board")]
    assert columns("wipe counter with rag", "wipe-with", "rag") == [("wipe", "something")], "not among the nouns"
    assert columns("pot put on drying rack", "put-on", "pot", "rack:drying") == [("put", "something")]
    assert columns("open tap", "turn-on", "tap") == [("open", "tap")]
    assert columns("wash it", "wash", "pan") == [("wash", "something")]


@pytest.mark.parametrize("raw", ["#C C", "12", "#O man X"])
def test_no_verb_no_action(raw: str) -> None:
    assert actions(raw) == ()
