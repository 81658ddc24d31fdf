"""Facts from people's narrations: where things were put and taken from, what went into a place or came out of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mmego.language.lexicon import CONTAINERS, word_set
from mmego.language.nouns import MASS, alike, canon, head, many, one_of, plural, say, singular
from mmego.language.phrases import PUT_PREPOSITIONS, Place
from mmego.language.verbs import FAMILIES, LOCATING
from mmego.qa.rules.facts import Fact, past
from mmego.qa.rules.narrated.events import AT_ONCE, Told, one_instance
from mmego.qa.rules.narrated.narrated_action import Deed, place_nameable
from mmego.qa.rules.narrated.wording import lost_particle, where

_PUTS = frozenset(verb for verb in LOCATING if "put" in FAMILIES[verb])
_TAKES = frozenset(verb for verb, families in FAMILIES.items() if families & {"take", "remove"})
_ASKED = {"put": "put", "throw": "throw", "pour": "pour", "add": "add", "move": "move", "transfer": "transfer"}
_FILLING = frozenset(("fill", "season", "spread"))
_PUT_DOWN = frozenset(("put down", "place down", "set down", "lay down", "drop", "drop down", "hang", "hang up"))
_VESSELS = word_set("pan pot saucepan wok bowl cup mug glass cooker jug container tupperware")
_NEAR = 60.0  # seconds
ENDS = (("first", 0), ("last", -1))


def where_put(told: Told) -> Iterator[Fact]:
    """Where a thing was put, thrown, poured or moved: the only time, or the first and the last of several."""
    moved = [d for d in told.deeds if d.verb in LOCATING or d.families & {"put", "move"}]
    for name, deeds in _by_object(moved).items():
        same = [d for d in moved if d.on(name)]
        if any(d.name is None for d in same):
            same = [d for d in same if d.name is not None or _near(d, deeds)]
        if any(d.fills_with(name) for d in told.deeds):
            continue
        if len(same) == 1:
            deed = same[0]
            place = _place(deed)
            verb = _asked(deed)
            if place is not None and verb is not None and one_instance(told, name):
                wordings = [f"Where did I {verb} {say(deed.thing)}?"]
                if verb == "put":
                    wordings.append(f"Where did I place {say(deed.thing)}?")
                yield _fact("where_put", "place", where(verb, place), (deed,), wordings, 3.0)
        elif len({p.thing.name for d in same if (p := _place(d)) is not None}) > 1:
            for word, end in ENDS:
                deed = same[end]
                place = _place(deed)
                beside = same[1] if end == 0 else same[-2]
                if place is None or deed.verb not in _PUTS or abs(deed.start - beside.start) < AT_ONCE:
                    continue
                if canon(deed.name or "") != canon(name) or (many(name) and plural(name)):
                    continue
                if end == -1 and _taken_later(told, deed):
                    continue  # and put who knows where
                if plural(deed.thing.name) and not one_instance(told, name):
                    continue  # "a plates"
                thing = say(deed.thing) if one_instance(told, name) else one_of(deed.thing)
                wordings = [f"Where did I {word} put {thing}?"]
                if one_instance(told, name):
                    wordings.append(f"Where did I put {thing} {word}?")
                yield _fact("where_put", "place", where("put", place), (deed,), wordings, 2.8)


def _taken_later(told: Told, deed: Deed) -> bool:
    """True if the thing, or what may be the thing, was taken again."""
    later = told.deeds[deed.order + 1 :]
    return any("take" in d.families and d.on(deed.name or "") for d in later)


def where_taken(told: Told) -> Iterator[Fact]:
    """Where a thing was taken from, if it was taken once."""
    taken = [d for d in told.deeds if d.families & {"take", "remove"}]
    for name, deeds in _by_object(taken).items():
        same = [d for d in taken if d.on(name) and (d.name is not None or _near(d, deeds))]
        source = same[0].action.source
        if len(same) == 1 and source is not None and place_nameable(source) and one_instance(told, name):
            x, verb = say(same[0].thing), "remove" if "remove" in same[0].families else "take"
            wordings = [f"Where did I {verb} {x} from?"] + ([f"Where did I get {x} from?"] if verb == "take" else [])
            yield _fact("where_taken", "source", f"from {say(source.thing)}", same, wordings, 3.0)


def put_in(told: Told) -> Iterator[Fact]:
    """What was put, poured or thrown in a place: the only thing, or the first and the last."""
    groups: dict[tuple[str, str], list[Deed]] = {}
    for deed in told.deeds:
        place = _place(deed)
        if place is not None and place_nameable(place):
            groups.setdefault((place.preposition, place.thing.name), []).append(deed)
    for (preposition, name), deeds in groups.items():
        # With any verb: what was poured in earlier was put in as well, for one who does not mind the verb.
        there = [d for d in told.deeds if _at(d, preposition, name)]
        yield from _only_or_ends(told, deeds, there, name, "put_on")


def taken_from(told: Told) -> Iterator[Fact]:
    """What was taken from a place: the only thing, or the first and the last."""
    groups: dict[str, list[Deed]] = {}
    for deed in told.deeds:
        source = deed.action.source
        if source is not None and place_nameable(source) and deed.verb in _TAKES:
            groups.setdefault(source.thing.name, []).append(deed)
    for name, deeds in groups.items():
        there = [d for d in told.deeds if d.action.source is not None and alike(d.action.source.thing.name, name)]
        yield from _only_or_ends(told, deeds, there, name, "taken_from")


def _only_or_ends(told: Told, deeds: Sequence[Deed], there: Sequence[Deed], name: str, category: str) -> Iterator[Fact]:
    """Facts on `deeds` at the place `name`, where `there` are all the deeds that may have been at it."""
    things = {canon(d.name) if d.name is not None else None for d in there}
    if len(things) == 1 and None not in things and len(there) <= 4:
        deed, verb = there[0], _asked(there[0]) if category == "put_on" else "take"
        sure = not any(_perhaps_there(told, there, category, end) for _, end in ENDS)
        sure = sure and not canon(name) <= canon(deed.name or "")  # "the lid of the pot" on the pot
        if verb is not None and deed.can_be_named and all(d in deeds for d in there) and sure:
            at = _at_words(deed, category, one=False)
            wordings = [f"What did I {verb} {at}?"]
            yield _fact(category, "object", say(deed.thing), there, wordings, 2.8)
    if len(things) < 2:
        return
    for word, end in ENDS:
        deed = there[end]
        beside = next((d for d in (there if end == 0 else reversed(there)) if d.name != deed.name), None)
        if deed not in deeds or deed.name is None or not deed.can_be_named or beside is None:
            continue
        if abs(deed.start - beside.start) < AT_ONCE or beside.index == deed.index:
            continue
        if _perhaps_there(told, there, category, end):
            continue
        verb = _asked(deed) if category == "put_on" else "take"
        if verb is None or (many(name) and plural(name)):
            continue
        at = _at_words(deed, category, one=not one_instance(told, name))
        wordings = [f"What did I {verb} {at} {word}?", f"What was the {word} thing I {past(verb)} {at}?"]
        yield _fact(category, "object", say(deed.thing), (deed,), wordings, 2.5 + 0.1 * min(len(there), 5))


def _perhaps_there(told: Told, there: Sequence[Deed], category: str, end: int) -> bool:
    """True if a deed before the first one at a place (after the last one) may have been at the place: it names none."""
    edge = there[end]
    beyond = told.deeds[: edge.order] if end == 0 else told.deeds[edge.order + 1 :]
    if category != "put_on":
        return any(d.verb in _TAKES and d.action.source is None and abs(d.start - edge.start) < _NEAR for d in beyond)
    place = edge.action.place
    inside = place is not None and place.preposition == "in"
    vessel = place is not None and singular(head(place.thing.name)) in _VESSELS
    if vessel and any(_among_food(d) for d in beyond if abs(d.start - edge.start) < 2 * _NEAR):
        return True
    return any(
        d.verb in LOCATING
        and (d.action.place is None or not d.action.place.thing.known)
        and not (inside and d.verb in _PUT_DOWN)  # what is put down is not in a fridge
        and not (d.verb == "throw away" and not _holds_waste(edge))
        for d in beyond
    )


def _among_food(deed: Deed) -> bool:
    """True if something was put into what may itself be in a pan: salt in the sauce, cumin in the oil."""
    place = deed.action.place
    return deed.verb in LOCATING and place is not None and singular(head(place.thing.name)) in MASS


def _holds_waste(deed: Deed) -> bool:
    place = deed.action.place
    return place is not None and bool(canon(place.thing.name) & {"bin", "bag", "sink", "waste"})


def _at_words(deed: Deed, category: str, one: bool) -> str:
    """ "in the fridge", "from the drawer"; "in a drawer" for one of several."""
    place = deed.action.place if category == "put_on" else deed.action.source
    assert place is not None
    words = where(_asked(deed) or "", place) if category == "put_on" else f"from {say(place.thing)}"
    return words.replace(say(place.thing), one_of(place.thing)) if one else words


def _at(deed: Deed, preposition: str, name: str) -> bool:
    """True if something may have come to lie at the place by this deed."""
    place = deed.action.place
    if deed.name is not None and deed.families & _FILLING and alike(deed.name, name):
        return True  # "fill the pan with water"
    if place is None:
        return False
    if not alike(place.thing.name, name):
        return False
    # What is added to the dough may be put on it; "in the table" is on it, but a pan has an inside and a top.
    vague = {place.preposition, preposition}
    return len(vague) == 1 or bool(vague & {"to", "over"}) or (vague == {"in", "on"} and not _has_both(name))


def _has_both(name: str) -> bool:
    """True for what one puts things in as well as on."""
    return bool({head(name), singular(head(name))} & CONTAINERS)


def _place(deed: Deed) -> Place | None:
    """Where the thing went, None where the sentence does not say so surely."""
    place = deed.action.place
    if (
        place is None
        or deed.verb not in LOCATING
        or lost_particle(deed.action)
        or deed.name is None
        or not place_nameable(place)
    ):
        return None
    if place.preposition == "to":
        return place if deed.verb in ("add", "move", "transfer") else None
    return place if place.preposition in PUT_PREPOSITIONS else None


def _asked(deed: Deed) -> str | None:
    """The verb that a question uses for the deed."""
    if deed.verb in _PUTS:
        return "put"
    return _ASKED.get(deed.verb.split()[0])


def _by_object(deeds: Sequence[Deed]) -> dict[str, list[Deed]]:
    """Deeds by the name of a thing that can be asked about."""
    found: dict[str, list[Deed]] = {}
    for deed in deeds:
        if deed.name is not None and deed.can_be_named and not deed.thing.is_body:
            found.setdefault(deed.name, []).append(deed)
    return found


def _near(deed: Deed, deeds: Sequence[Deed]) -> bool:
    """True if a deed on something unnamed is so close that it may be on the same thing ("put it in the oven")."""
    return any(abs(deed.start - other.start) < 60.0 for other in deeds)


def _fact(category: str, kind: str, answer: str, deeds: Sequence[Deed], wordings: Sequence[str], worth: float) -> Fact:
    indices = tuple(dict.fromkeys(deed.index for deed in deeds))
    return Fact(category, kind, answer, indices, tuple(wordings), worth=worth)  # type: ignore[arg-type]
