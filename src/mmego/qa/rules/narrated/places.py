"""Facts from people's narrations: where things were put or taken from, what went into a place or came out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mmego.language.lexicon import CONTAINERS, word_set
from mmego.language.nouns import (
    MASS_NOUNS,
    canonical_words,
    head_noun,
    indefinite_phrase,
    is_plentiful,
    is_plural,
    may_be_same_thing,
    noun_phrase,
    singular,
)
from mmego.language.phrases import PUT_PREPOSITIONS, Place
from mmego.language.verbs import FAMILIES, PLACING_VERBS
from mmego.qa.rules.facts import AnswerKind, Fact, past_tense
from mmego.qa.rules.narrated.clip_actions import AT_ONCE, ClipActions, one_instance
from mmego.qa.rules.narrated.narrated_action import NarratedAction, place_nameable
from mmego.qa.rules.narrated.wording import lost_particle, place_phrase

_PUTS = frozenset(verb for verb in PLACING_VERBS if "put" in FAMILIES[verb])
_TAKES = frozenset(verb for verb, families in FAMILIES.items() if families & {"take", "remove"})
_QUESTION_VERBS = {"put": "put", "throw": "throw", "pour": "pour", "add": "add", "move": "move", "transfer": "transfer"}
_FILLING = frozenset(("fill", "season", "spread"))
_PUT_DOWN = frozenset(("put down", "place down", "set down", "lay down", "drop", "drop down", "hang", "hang up"))
_VESSELS = word_set("pan pot saucepan wok bowl cup mug glass cooker jug container tupperware")
_NEAR = 60.0
"""Seconds within which an action without an object or a place may belong to the same thing or place."""
ENDS = (("first", 0), ("last", -1))


def where_put(clip: ClipActions) -> Iterator[Fact]:
    """Yield where a thing was put, thrown, poured or moved: the only time, or the first and the last of several."""
    moved = [a for a in clip.actions if a.verb in PLACING_VERBS or a.families & {"put", "move"}]
    for name, actions in _by_object(moved).items():
        same = [a for a in moved if a.may_be_on(name)]
        if any(a.name is None for a in same):
            same = [a for a in same if a.name is not None or _near(a, actions)]
        if any(a.fills_with(name) for a in clip.actions):
            continue
        if len(same) == 1:
            action = same[0]
            place = _sure_place(action)
            verb = _question_verb(action)
            if place is not None and verb is not None and one_instance(clip, name):
                wordings = [f"Where did I {verb} {noun_phrase(action.thing)}?"]
                if verb == "put":
                    wordings.append(f"Where did I place {noun_phrase(action.thing)}?")
                yield _fact("where_put", "place", place_phrase(verb, place), (action,), wordings, 3.0)
        elif len({p.thing.name for a in same if (p := _sure_place(a)) is not None}) > 1:
            for word, end in ENDS:
                action = same[end]
                place = _sure_place(action)
                beside = same[1] if end == 0 else same[-2]
                if place is None or action.verb not in _PUTS or abs(action.start - beside.start) < AT_ONCE:
                    continue
                if canonical_words(action.name or "") != canonical_words(name) or (
                    is_plentiful(name) and is_plural(name)
                ):
                    continue
                if end == -1 and _taken_later(clip, action):
                    continue  # and put in an unknown place
                if is_plural(action.thing.name) and not one_instance(clip, name):
                    continue  # "a plates"
                thing = noun_phrase(action.thing) if one_instance(clip, name) else indefinite_phrase(action.thing)
                wordings = [f"Where did I {word} put {thing}?"]
                if one_instance(clip, name):
                    wordings.append(f"Where did I put {thing} {word}?")
                yield _fact("where_put", "place", place_phrase("put", place), (action,), wordings, 2.8)


def _taken_later(clip: ClipActions, action: NarratedAction) -> bool:
    """Return whether somebody may have taken the thing again."""
    later = clip.actions[action.order + 1 :]
    return any("take" in a.families and a.may_be_on(action.name or "") for a in later)


def where_taken(clip: ClipActions) -> Iterator[Fact]:
    """Yield where a thing was taken from, if it was taken once."""
    taken = [a for a in clip.actions if a.families & {"take", "remove"}]
    for name, actions in _by_object(taken).items():
        same = [a for a in taken if a.may_be_on(name) and (a.name is not None or _near(a, actions))]
        source = same[0].source
        if len(same) == 1 and source is not None and place_nameable(source) and one_instance(clip, name):
            x, verb = noun_phrase(same[0].thing), "remove" if "remove" in same[0].families else "take"
            wordings = [f"Where did I {verb} {x} from?"] + ([f"Where did I get {x} from?"] if verb == "take" else [])
            yield _fact("where_taken", "source", f"from {noun_phrase(source.thing)}", same, wordings, 3.0)


def put_in(clip: ClipActions) -> Iterator[Fact]:
    """Yield what was put, poured or thrown in a place: the only thing, or the first and the last."""
    groups: dict[tuple[str, str], list[NarratedAction]] = {}
    for action in clip.actions:
        place = _sure_place(action)
        if place is not None and place_nameable(place):
            groups.setdefault((place.preposition, place.thing.name), []).append(action)
    for (preposition, name), actions in groups.items():
        # With any verb: many people would say that what was poured in was put in.
        there = [a for a in clip.actions if _may_end_at(a, preposition, name)]
        yield from _only_or_ends(clip, actions, there, name, "put_on")


def taken_from(clip: ClipActions) -> Iterator[Fact]:
    """Yield what was taken from a place: the only thing, or the first and the last."""
    groups: dict[str, list[NarratedAction]] = {}
    for action in clip.actions:
        source = action.source
        if source is not None and place_nameable(source) and action.verb in _TAKES:
            groups.setdefault(source.thing.name, []).append(action)
    for name, actions in groups.items():
        there = [a for a in clip.actions if a.source is not None and may_be_same_thing(a.source.thing.name, name)]
        yield from _only_or_ends(clip, actions, there, name, "taken_from")


def _only_or_ends(
    clip: ClipActions, actions: Sequence[NarratedAction], there: Sequence[NarratedAction], name: str, category: str
) -> Iterator[Fact]:
    """Yield facts on `actions` at the place `name`, given `there`, every action that may be at this place."""
    things = {canonical_words(a.name) if a.name is not None else None for a in there}
    if len(things) == 1 and None not in things and len(there) <= 4:
        action, verb = there[0], _question_verb(there[0]) if category == "put_on" else "take"
        sure = not any(_may_change(clip, there, category, end) for _, end in ENDS)
        # "The lid of the pot" on the pot.
        sure = sure and not canonical_words(name) <= canonical_words(action.name or "")
        if verb is not None and action.can_be_named and all(a in actions for a in there) and sure:
            at = _place_words(action, category, one=False)
            wordings = [f"What did I {verb} {at}?"]
            yield _fact(category, "object", noun_phrase(action.thing), there, wordings, 2.8)
    if len(things) < 2:
        return
    for word, end in ENDS:
        action = there[end]
        beside = next((a for a in (there if end == 0 else reversed(there)) if a.name != action.name), None)
        if action not in actions or action.name is None or not action.can_be_named or beside is None:
            continue
        if abs(action.start - beside.start) < AT_ONCE or beside.index == action.index:
            continue
        if _may_change(clip, there, category, end):
            continue
        verb = _question_verb(action) if category == "put_on" else "take"
        if verb is None or (is_plentiful(name) and is_plural(name)):
            continue
        at = _place_words(action, category, one=not one_instance(clip, name))
        wordings = [f"What did I {verb} {at} {word}?", f"What was the {word} thing I {past_tense(verb)} {at}?"]
        yield _fact(category, "object", noun_phrase(action.thing), (action,), wordings, 2.5 + 0.1 * min(len(there), 5))


def _may_change(clip: ClipActions, there: Sequence[NarratedAction], category: str, end: int) -> bool:
    """Return whether an action without a place, before (`end` 0) or after (-1) those `there`, may be there, too."""
    edge = there[end]
    beyond = clip.actions[: edge.order] if end == 0 else clip.actions[edge.order + 1 :]
    if category != "put_on":
        return any(a.verb in _TAKES and a.source is None and abs(a.start - edge.start) < _NEAR for a in beyond)
    place = edge.place
    inside = place is not None and place.preposition == "in"
    vessel = place is not None and singular(head_noun(place.thing.name)) in _VESSELS
    if vessel and any(_among_food(a) for a in beyond if abs(a.start - edge.start) < 2 * _NEAR):
        return True
    return any(
        a.verb in PLACING_VERBS
        and (a.place is None or not a.place.thing.known)
        and not (inside and a.verb in _PUT_DOWN)  # "put down" does not mean into a fridge
        and not (a.verb == "throw away" and not _holds_waste(edge))
        for a in beyond
    )


def _among_food(action: NarratedAction) -> bool:
    """Return whether something was put into food that may be in a pan: salt in the sauce, cumin in the oil."""
    place = action.place
    return action.verb in PLACING_VERBS and place is not None and singular(head_noun(place.thing.name)) in MASS_NOUNS


def _holds_waste(action: NarratedAction) -> bool:
    place = action.place
    return place is not None and bool(canonical_words(place.thing.name) & {"bin", "bag", "sink", "waste"})


def _place_words(action: NarratedAction, category: str, one: bool) -> str:
    """Return the words for the place: "in the fridge", "from the drawer"; with `one`, "in a drawer"."""
    place = action.place if category == "put_on" else action.source
    assert place is not None
    words = (
        place_phrase(_question_verb(action) or "", place)
        if category == "put_on"
        else f"from {noun_phrase(place.thing)}"
    )
    return words.replace(noun_phrase(place.thing), indefinite_phrase(place.thing)) if one else words


def _may_end_at(action: NarratedAction, preposition: str, name: str) -> bool:
    """Return whether this action may have put something at the place."""
    place = action.place
    if action.name is not None and action.families & _FILLING and may_be_same_thing(action.name, name):
        return True  # "fill the pan with water"
    if place is None:
        return False
    if not may_be_same_thing(place.thing.name, name):
        return False
    # What is added to the dough may be put on it. "In the table" means on it, but a pan has an inside and a top.
    vague = {place.preposition, preposition}
    return len(vague) == 1 or bool(vague & {"to", "over"}) or (vague == {"in", "on"} and not _has_both(name))


def _has_both(name: str) -> bool:
    """Return True for a place that things go in as well as on."""
    return bool({head_noun(name), singular(head_noun(name))} & CONTAINERS)


def _sure_place(action: NarratedAction) -> Place | None:
    """Return where the thing went, None where the sentence does not give a sure place."""
    place = action.place
    if (
        place is None
        or action.verb not in PLACING_VERBS
        or lost_particle(action.parsed)
        or action.name is None
        or not place_nameable(place)
    ):
        return None
    if place.preposition == "to":
        return place if action.verb in ("add", "move", "transfer") else None
    return place if place.preposition in PUT_PREPOSITIONS else None


def _question_verb(action: NarratedAction) -> str | None:
    """Return the verb that a question uses for the action, None if it asks no such question."""
    if action.verb in _PUTS:
        return "put"
    return _QUESTION_VERBS.get(action.verb.split()[0])


def _by_object(actions: Sequence[NarratedAction]) -> dict[str, list[NarratedAction]]:
    """Return the actions by the name of their object, for objects that a question can name."""
    found: dict[str, list[NarratedAction]] = {}
    for action in actions:
        if action.name is not None and action.can_be_named and not action.thing.is_body:
            found.setdefault(action.name, []).append(action)
    return found


def _near(action: NarratedAction, actions: Sequence[NarratedAction]) -> bool:
    """Return whether the action is close enough to `actions` to be on the same unnamed thing ("put it in the oven")."""
    return any(abs(action.start - other.start) < _NEAR for other in actions)


def _fact(
    category: str,
    kind: AnswerKind,
    answer: str,
    actions: Sequence[NarratedAction],
    wordings: Sequence[str],
    worth: float,
) -> Fact:
    indices = tuple(dict.fromkeys(action.index for action in actions))
    return Fact(category, kind, answer, indices, tuple(wordings), worth=worth)
