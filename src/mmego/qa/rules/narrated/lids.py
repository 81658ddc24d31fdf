"""Actions that open or close something in other words.

To take a lid off is to open; to open the cheese is to open its package.
"""

from __future__ import annotations

from functools import lru_cache

from mmego.language.lexicon import CLOSABLE, word_set
from mmego.language.nouns import canonical_words, head_noun, is_plentiful
from mmego.language.phrases import Action, Place
from mmego.language.verbs import FAMILIES

_LIDS = frozenset(("lid", "cork", "seal"))
_OFF = word_set("remove lift") | {"take off", "pull off", "lift up", "lift off", "peel off", "tear off", "pick off"}
_BACK_ON = frozenset(("put on", "put back", "place back", "replace", "screw", "screw on"))
_CUT = frozenset(("cut", "tear", "tear off", "rip", "rip off", "cut off", "break", "unwrap", "unpack"))
_STANDS_OPEN = word_set("counter table desk rack drainer board sink hob shelf plate floor tray dishwasher")
"""Canonical words for what a lid can lie on without closing it."""
_PACKS = word_set("bag container bottle jar tin can tub tube plastic foil film wrap sleeve net") | _LIDS
"""Canonical words for what goods are packed in."""
_ON_ANY_PACK = _LIDS | {"plastic", "foil", "film", "wrap"}
_MACHINES = word_set("machine maker cooker kettle grinder mixer toaster washer hob grill blender")
_FIXED = CLOSABLE | word_set(
    "door gate window curtain blind bin tap counter locker flap toilet car bonnet boot book umbrella"
)


def families_of(action: Action) -> frozenset[str]:
    """Return the verb families that the action may belong to, with opening or closing where it has that effect."""
    families = FAMILIES.get(action.verb, frozenset((action.verb,)))
    if action.object is None or not action.object.known:
        return families
    if action.verb in ("pick", "pick up") and action.place is not None and action.place.preposition == "in":
        return families | {"put"}  # "pick the bag into the drawer"
    words = _main(action.object.name)
    if action.verb == "remove" and (action.source is not None or is_plentiful(head_noun(action.object.name))):
        families |= {"take"}  # "remove the tray from the oven" takes it out
    if words & _LIDS and _comes_off(action):
        return families | {"open"}
    if words & _LIDS and _goes_on(action):
        return families | {"close"}
    return families | {"open"} if words & _PACKS and action.verb in _CUT else families


def is_portable(name: str) -> bool:
    """Return True for what people open in the hand, such as a package or a jar, unlike furniture and machines."""
    words = canonical_words(name)
    return not words & (_FIXED | _LIDS) and not words & _MACHINES


def may_open_as_one(one: str, two: str) -> bool:
    """Return whether opening one may be opening the other: "the package" and "the cheese", "the lid" and "the jar"."""
    return _in_pack(one, two) or _in_pack(two, one)


@lru_cache(maxsize=65536)
def _in_pack(pack: str, other: str) -> bool:
    """Return whether `pack` is the bare name of a package, and the other thing may come in it."""
    words, others = canonical_words(pack), canonical_words(other)
    if len(words) != 1 or not words <= _PACKS or others & _FIXED:
        return False
    return not others & _PACKS or bool((words | others) & _ON_ANY_PACK)


@lru_cache(maxsize=65536)
def _main(name: str) -> frozenset[str]:
    """Return the canonical words of a name's head noun."""
    return canonical_words(head_noun(name))


def _comes_off(action: Action) -> bool:
    if action.verb in _OFF:
        return True
    return "take" in FAMILIES.get(action.verb, ()) and action.source is not None and not _lies_on(action.source)


def _goes_on(action: Action) -> bool:
    if action.place is None:
        return action.verb in _BACK_ON
    over = action.place.preposition in ("on", "over")
    return over and "put" in FAMILIES.get(action.verb, {"put"}) and not _lies_on(action.place)


def _lies_on(place: Place) -> bool:
    return bool(_main(place.thing.name) & (_STANDS_OPEN | CLOSABLE))
