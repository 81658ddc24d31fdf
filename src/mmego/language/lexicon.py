"""English words of narrations, in lower case: verb forms, colours, people, containers."""

from __future__ import annotations

import re

from mmego.language.verbs import KNOWN_VERBS, PHRASAL_VERBS


def word_set(text: str) -> frozenset[str]:
    """Return the words of `text` as a set."""
    return frozenset(text.split())


COLOURS = (
    *("red", "green", "blue", "yellow", "white", "black", "orange", "purple", "pink", "brown", "grey", "teal"),
    *("gray", "cyan", "turquoise", "beige", "silver", "gold", "golden", "maroon", "violet", "magenta", "cream"),
)
"""Colour words, the most common first. The first twelve are different colours."""

PEOPLE = word_set(
    """man men woman women lady ladies boy girl person people guy child children kid baby player friend he she they
    someone somebody him"""
)
BODY = word_set(
    """hand hands arm arms leg legs foot feet head face hair finger fingers eye eyes nose mouth neck shoulder body knee
    knees thumb palm chin ear"""
)
UNKNOWN = word_set("something it them that this one ones thing things object objects item items stuff")
"""Words for a thing that do not identify it."""

CLOSABLE = word_set(
    """drawer drawers fridge refrigerator freezer cupboard cabinet wardrobe closet oven microwave dishwasher machine
    dryer locker chest toolbox"""
)
"""Head nouns of places with a door, drawer or lid."""
CONTAINERS = CLOSABLE | word_set(
    """box bag bin basket bucket sink jar pot bowl pan cup mug glass bottle container pocket can packet case washer
    crate tin"""
)
"""Head nouns of places that things go in, not on."""

NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)

_IRREGULAR = word_set(
    """be=was become=became begin=began bend=bent bind=bound bite=bit blow=blew break=broke bring=brought
    build=built buy=bought catch=caught choose=chose come=came cut=cut dig=dug do=did draw=drew drink=drank
    drive=drove eat=ate fall=fell feed=fed feel=felt find=found fit=fit fly=flew forget=forgot freeze=froze get=got
    give=gave go=went grind=ground hang=hung have=had hear=heard hide=hid hit=hit hold=held keep=kept knit=knit
    know=knew lay=laid lead=led leave=left lend=lent let=let lie=lay light=lit lose=lost make=made mean=meant meet=met
    pay=paid put=put quit=quit read=read ride=rode ring=rang rise=rose run=ran say=said see=saw sell=sold send=sent
    set=set shake=shook shine=shone shoot=shot show=showed shut=shut sing=sang sit=sat sleep=slept slide=slid
    speak=spoke spend=spent spin=spun split=split spread=spread stand=stood steal=stole stick=stuck strike=struck
    sweep=swept swim=swam swing=swung take=took teach=taught tear=tore tell=told think=thought throw=threw wake=woke
    wear=wore weave=wove wind=wound withdraw=withdrew write=wrote undo=undid unwind=unwound wring=wrung beat=beat
    kneel=knelt"""
)
_PAST: dict[str, str] = {pair.split("=")[0]: pair.split("=")[1] for pair in sorted(_IRREGULAR)}
# A past form that is also a base form ("lay", "saw", "found"...) counts as the base: narrations use the present tense.
_BASE_OF_PAST = {past: base for base, past in _PAST.items() if past not in ("saw", "lay", "found", "wound", "ground")}
_DOUBLED = word_set("unplug unzip rewrap unwrap unpin uncap unclip transfer refer")

# The kinds of actions that the rules ask about. Every other verb is its own kind. A particle belongs to the verb.
_KINDS = {
    "take": "pick;pick up;pick out;take;take up;take out;grab;fetch;collect;get;bring out",
    "put": "put;put down;put back;put away;place;place down;place back;set;set down;lay;lay down;drop;drop down;leave;"
    "keep;keep back;return;rest;position;insert;deposit;hang;hang up;drop off;drop back",
    "open": "open;open up",
    "close": "close;shut;close up",
    "switch on": "switch on;turn on",
    "switch off": "switch off;turn off",
    "enter": "enter;walk into;go into;come into",
}
KIND_OF = {phrase: kind for kind, phrases in _KINDS.items() for phrase in phrases.split(";")}
_OTHER_PHRASAL = (
    "look around;sit down;stand up;get up;wake up;turn around;turn over;bend down;take off;pick off;clean up;wipe off;"
    "cut off;cut up;cut out;pull out;throw away;pour out;lift up;fold up;roll up;roll out;get out;get in"
)
PHRASAL = frozenset(phrase for phrase in (*KIND_OF, *_OTHER_PHRASAL.split(";")) if " " in phrase) | PHRASAL_VERBS
PARTICLES = frozenset(phrase.split()[1] for phrase in PHRASAL)


def is_colour(word: str) -> bool:
    """Return True for a colour word."""
    return word in COLOURS


def base_form(word: str) -> str:
    """Return the base form of a verb in the third person or the past ("carries" -> "carry", "put" -> "put")."""
    if word in ("is", "are", "was"):
        return "be"
    if word == "has":
        return "have"
    if word in KNOWN_VERBS:
        return word
    if word in _BASE_OF_PAST:
        return _BASE_OF_PAST[word]
    if word.endswith("ing") and re.search(r"[aeiouy]", word[:-3]):
        return _base_of_participle(word)
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if re.search(r"(?:ss|sh|ch|x|zz|[^aeiou]o)es$", word):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss") and len(word) > 2:
        return word[:-1]
    return _base_of_regular_past(word)


def _base_of_participle(word: str) -> str:
    """Remove "-ing": "putting" -> "put", "slicing" -> "slice". An unknown verb loses only the ending."""
    stem = word[:-3]
    candidates = [stem, stem + "e"]
    if stem[-1] == stem[-2:-1]:
        candidates.insert(0, stem[:-1])
    if stem.endswith("y"):
        candidates.append(stem[:-1] + "ie")
    return next((candidate for candidate in candidates if candidate in KNOWN_VERBS), stem)


def _base_of_regular_past(word: str) -> str:
    """Remove "-ed": "picked" -> "pick", "placed" -> "place", "dropped" -> "drop", "carried" -> "carry"."""
    if not word.endswith("ed") or len(word) < 5 or word.endswith("eed"):
        return word
    stem = word[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if stem[-1] == stem[-2] and stem[-1] not in "slfz":
        return stem[:-1]
    for candidate in (stem, stem + "e"):
        if past_form(candidate) == word and candidate in KIND_OF:
            return candidate
    # A silent e: "moved", "wiped", "changed"; but "cooked", "cleaned", "poured".
    long_vowel = re.search(r"(?:ea|oo|ee|ou|ai|oi)\w$", stem)
    silent = re.search(r"(?:[aeiou][cgsvz]|[^aeiou][aiou][kptdnmrl]|[bdgkpt]l|ng|rc|nc|rv|lv)$", stem)
    return stem + "e" if silent and not long_vowel else stem


def past_form(base: str) -> str:
    """Return the simple past of a base form ("stir" -> "stirred", "take" -> "took")."""
    if base in _PAST:
        return _PAST[base]
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        return base[:-1] + "ied"
    one_syllable = len(re.findall(r"[aeiouy]+", base)) == 1
    if (one_syllable and re.search(r"[^aeiou][aeiou][^aeiouwxy]$", base)) or base in _DOUBLED:
        return base + base[-1] + "ed"
    return base + "ed"


def number_word(count: int) -> str:
    """Return the number in words ("two" for 2), in digits above twelve."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)
