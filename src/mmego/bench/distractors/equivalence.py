"""Whether two choices mean the same, or one follows from the other: compares names, actions, places and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mmego.bench.distractors.answer_form import (
    AnswerForm,
    bare_name,
    leading_words,
    normalized,
    predicate,
    preposition_class,
)
from mmego.language.content_words import content_set, numbers
from mmego.language.lexicon import COLOURS, past_form, word_set
from mmego.language.nouns import canonical_words, head_noun, may_be_same_thing, singular
from mmego.language.parser import parse
from mmego.language.phrases import Action
from mmego.language.verbs import FAMILIES
from mmego.records import Narration, Span

_FOOD = word_set(
    """vegetable fruit meat bread rice pasta egg potato tomato onion carrot garlic cheese butter milk sauce soup salad
    chicken beef pork fish salmon bacon ham tofu spaghetti noodle pepper mushroom spinach lettuce cabbage broccoli
    cucumber courgette aubergine apple banana lemon lime orange avocado ginger parsley basil coriander oil salt sugar
    flour dough batter cereal oatmeal yoghurt yogurt cream sausage tuna patty pizza sandwich cake biscuit curry bean
    corn pea leek celery mayonnaise mustard honey spice herb dressing mozzarella hummus slice leaf clove"""
)
_CLASSES = {
    **dict.fromkeys(("food", "ingredient", "meal", "contents", "content", "mixture", "mix", "dish"), _FOOD),
    "vegetable": word_set(
        "potato tomato onion carrot garlic pepper mushroom spinach lettuce cabbage broccoli cucumber courgette "
        "aubergine leek celery corn pea bean salad"
    ),
    "fruit": word_set("apple banana lemon lime orange avocado peach mango tomato berry"),
    "meat": word_set("chicken beef pork bacon ham sausage patty fillet steak salmon fish tuna"),
    "drink": word_set("water tea coffee juice milk beer wine"),
    "liquid": word_set("water oil milk juice sauce soup vinegar detergent soap"),
    **dict.fromkeys(
        ("utensil", "cutlery", "silverware"), word_set("knife fork spoon teaspoon spatula ladle whisk tongs")
    ),
    **dict.fromkeys(("crockery", "tableware", "dishes", "vessel", "container"), word_set(
        "plate bowl cup mug glass saucer pan pot jar bottle tin can box tub bag lid tupperware"
    )),
    "appliance": word_set("fridge oven microwave kettle toaster dishwasher blender mixer"),
    "furniture": word_set("chair table sofa couch bed desk wardrobe"),
    "bag": word_set("packet package pouch"),
    "lid": word_set("cap cover top"),
    "water": word_set("tap"),
    "hand": word_set("finger"),
}  # fmt: skip
"""A general word -> the head nouns of what it may stand for."""
_WITHIN = {
    "shelf": word_set("cupboard cabinet fridge rack wardrobe"),
    "drawer": word_set("cupboard cabinet dresser desk freezer fridge counter"),
    "rack": word_set("drainer dishwasher sink oven"),
    "drainer": word_set("sink counter"),
    "board": word_set("counter table"),
    "hob": word_set("oven stove"),
    "burner": word_set("hob oven stove"),
    "plate": word_set("table counter"),
    "mat": word_set("counter table"),
    "tray": word_set("oven"),
    "floor": word_set("ground"),
    "tabletop": word_set("table counter worktop desk"),
    "surface": word_set("table counter worktop desk hob"),
    "worktop": word_set("table"),
    "side": word_set("counter table worktop"),
}
"""A place -> what it is often part of or lies on. A thing in the one may also be said to be in the other."""


_ONE_OF_A_KIND = word_set("rack drainer bin hob stove cooker sink")
"""Places of which a kitchen has one, under several names: the "dish rack" may be the "drying rack"."""
_BASE_OF = {past_form(verb.split()[0]): verb.split()[0] for verb in sorted(FAMILIES)}


@dataclass(frozen=True, slots=True)
class StatedAction:
    """The action that a choice states: verb families, and the names of thing, place and source ("" if it has none)."""

    families: frozenset[str]
    object: str = ""
    place: str = ""
    source: str = ""


@lru_cache(maxsize=1 << 16)
def stated_action(sentence: str) -> StatedAction | None:
    """Return the first action of "I put the mug on the table" or of its predicate; None if the parser finds none."""
    first, _, rest = predicate(sentence).partition(" ")
    # The parser reads the present tense only: it does not know "rinsed".
    text = f"{_BASE_OF.get(first, first)} {rest}".strip()
    actions = parse(Narration("", Span(0, 0), text, "C"))
    return stated_action_of(actions[0]) if actions else None


def stated_action_of(action: Action) -> StatedAction:
    """Return a parsed action as a `StatedAction`."""
    thing = action.object
    return StatedAction(
        FAMILIES.get(action.verb, frozenset((action.kind or action.verb,))) | {action.kind},
        thing.name if thing is not None and thing.known else "",
        action.place.thing.name if action.place is not None else "",
        action.source.thing.name if action.source is not None else "",
    )


def may_be_same_action(one: StatedAction, two: StatedAction) -> bool:
    """Return True if two statements may be about one action: nothing that both name differs."""
    if not one.families & two.families:
        return False
    pairs = ((one.object, two.object), (one.place, two.place), (one.source, two.source))
    return all(not a or not b or may_name_same_thing(a, b) for a, b in pairs)


@lru_cache(maxsize=1 << 16)
def may_name_same_thing(one: str, two: str) -> bool:
    """Return True if two names may mean one thing: shortened, synonyms, or a general word and an example of it."""
    if may_be_same_thing(one.replace("maker", "machine"), two.replace("maker", "machine")):
        return True
    first, second = (_CLASSES.get(_head(name), frozenset()) for name in (one, two))
    return bool(first & _all_words(two) or second & _all_words(one) or first & second)


def may_be_same_place(one: str, two: str) -> bool:
    """Return True if being at one place may be called being at the other ("on the shelf" of a cupboard)."""
    if may_name_same_thing(one, two):
        return True
    first, second = _head(one), _head(two)
    if first == second and first in _ONE_OF_A_KIND:
        return True
    return second in _WITHIN.get(first, frozenset()) or first in _WITHIN.get(second, frozenset())


def _head(name: str) -> str:
    return singular(head_noun(name)) if name.strip() else ""


@lru_cache(maxsize=1 << 16)
def _all_words(name: str) -> frozenset[str]:
    """Return the words of a name and their synonyms."""
    return canonical_words(name) | {singular(word) for word in name.split()}


_GENERAL = word_set(
    "food ingredient meal content contents mixture mix stuff item thing object utensil cutlery silverware "
    "rubbish waste trash garbage"
)


def is_general(answer: str) -> bool:
    """Return True for an answer too general to have a wrong choice beside it: "the food", "the mixture"."""
    words = bare_name(answer).split()
    return len(words) == 1 and singular(words[0]) in _GENERAL


def same_meaning(form: AnswerForm, one: str, two: str) -> bool:
    """Return True if one choice equals or implies the other, or may mean the same."""
    if normalized(one) == normalized(two):
        return True
    if form in ("object", "source"):
        return may_name_same_thing(bare_name(one), bare_name(two))
    if form == "place":
        first, second = bare_name(one), bare_name(two)
        differ = {preposition_class(leading_words(one)[0]), preposition_class(leading_words(two)[0])}
        return (
            may_be_same_place(first, second) if len(differ) == 1 or differ <= {"in", "on", "over"} else first == second
        )
    if form == "count":
        return bool(numbers(one) & numbers(two))
    if form == "colour":
        return _colours_of(one) == _colours_of(two)
    if form == "action":
        first_action, second_action = stated_action(one), stated_action(two)
        if first_action is not None and second_action is not None:
            return may_be_same_action(first_action, second_action)
    first_words, second_words = content_set(one), content_set(two)
    return bool(first_words) and bool(second_words) and (first_words <= second_words or second_words <= first_words)


def _colours_of(text: str) -> frozenset[str]:
    usual = {"gray": "grey", "golden": "gold", "violet": "purple", "turquoise": "teal", "cyan": "teal"}
    words = normalized(text).split()
    return frozenset(usual.get(word, word) for word in words if word in COLOURS) or frozenset(words)
