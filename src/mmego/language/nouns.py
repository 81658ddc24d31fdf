"""Nouns of people's narrations: synonyms, plurals, articles, and things of which there are many.

"The knife" may be any of five knives; "cabinet" and "cupboard" may be one thing. The questions of the rules must be
right in either case.
"""

from __future__ import annotations

import re
from functools import lru_cache

from mmego.language.lexicon import BODY, NUMBERS, word_set
from mmego.language.phrases import Thing


def _words(text: str) -> list[str]:
    return text.split()


_SINGULAR = dict(
    pair.split(":")
    for pair in _words(
        """knives:knife leaves:leaf loaves:loaf shelves:shelf halves:half potatoes:potato tomatoes:tomato dishes:dish
    glasses:glass boxes:box brushes:brush radishes:radish peaches:peach sandwiches:sandwich bunches:bunch
    matches:match pouches:pouch switches:switch torches:torch teeth:tooth feet:foot mice:mouse men:man
    women:woman children:child mangoes:mango wrenches:wrench watches:watch scissor:scissors
    tong:tongs plier:pliers"""
    )
)
_ALWAYS_PLURAL = word_set("scissors tongs pliers")
_NO_PLURAL = word_set(
    "scissors tongs pliers trousers jeans shorts glasses hummus asparagus couscous oats swiss molasses"
)
_SYNONYMS = dict(
    pair.split(":")
    for pair in _words(
        """refrigerator:fridge cabinet:cupboard faucet:tap mug:cup stove:hob cooker:hob burner:hob dustbin:bin
    trash:bin garbage:bin wastebin:bin trashcan:bin cellphone:phone mobile:phone smartphone:phone cloth:towel
    rag:towel tupperware:container box:container saucepan:pan pot:pan skillet:pan packet:bag package:bag
    pack:bag packaging:bag packing:bag wrapper:bag wrapping:bag sachet:bag pouch:bag
    carton:bottle worktop:counter countertop:counter
    surface:counter sofa:couch cutlery:silverware utensil:silverware utensils:silverware cover:lid cap:lid
    top:lid rubbish:waste trimmings:waste garbage:waste"""
    )
)
# Words that may mean the same thing, but need not.
_POSSIBLE_SYNONYMS = dict(
    pair.split(":")
    for pair in _words(
        """can:tin oven:hob mitt:glove mitten:glove dish:plate side:counter spaghetti:pasta noodle:pasta penne:pasta
    soya:soy yogurt:yoghurt skin:peel content: rest: remaining: inside:"""
    )
)
_SHORTEST_IN_COMPOUND = 4
_NO_COMPOUNDS = frozenset(("cupboard",))
_AMOUNTS = word_set(
    """piece slice bit cube strip chunk half part drop pinch handful spoonful clove bunch leaf stick loaf head pair
    sheet roll block bar bottle bag box jar tin can cup mug glass bowl plate pot pan packet package pack carton
    container tub tube tray basket bucket spoon teaspoon tablespoon lot type kind set stack pile ball mixture
    fillet rasher tupperware scoop amount"""
)
"""Head nouns after which "of" names the content ("a bag of rice"), not the owner ("the lid of the pot")."""
PLENTIFUL = word_set(
    """plate knife spoon fork bowl glass cup mug lid drawer cupboard cabinet door shelf pan pot saucepan spatula bag
    container box jar bottle tin can egg potato onion tomato carrot peach cucumber leek courgette mushroom apple
    banana lemon lime orange avocado aubergine piece slice packet cloth towel rag sponge napkin tissue cover cap
    top dish tray teaspoon tablespoon saucer tupperware package wrapper capsule filter ball pod clove leaf stick book
 card pen pencil brush nail screw bolt plank brick stone chair button switch light lamp window bucket
    basket shirt dress sock shoe glove mitten cushion pillow vegetable fruit fillet steak biscuit cookie cake muffin bun
    loaf sausage shrimp tortilla pizza sandwich wrap pin needle thread string rope cable wire tool spanner wrench
    plant flower seed vessel utensil object plug mat support rack pie bit part"""
)
"""Head nouns of things that a home has several of, so that "the knife" may be another knife."""
VAGUE_NOUNS = word_set(
    """side end part rest other top middle bottom area place way stuff contents content thing things some lot
    bit left right back front half same one first second high low watch video camera time it""",
)
"""Head nouns that are too vague for an answer."""
MASS_NOUNS = word_set(
    """water oil salt pepper milk rice pasta sugar flour butter cheese bread meat food sauce soup coffee tea juice wine
    beer honey oatmeal cereal dough cream yoghurt yogurt mayonnaise ketchup mustard vinegar soap detergent liquid foam
    paper foil plastic rubbish
    waste garbage trash dirt dust sand soil cement paint glue wood grass heat gas electricity beef pork
    chicken salmon fish ham bacon tofu spinach kale lettuce cabbage broccoli asparagus celery garlic ginger parsley
    thyme oregano basil coriander salad curry hummus mozzarella parmesan quorn cutlery silverware mixture powder paste
    batter spaghetti cinnamon cumin paprika spice seasoning washing laundry clothing furniture toast corn hay leftovers
    mix""",
)
"""Head nouns of substances and other things that are not counted."""
# Phrases for one thing. To open a fridge door is to open the fridge.
_PHRASES = (
    (re.compile(r"\b(?:trash|rubbish|garbage|waste|dust|recycling|litter) ?(?:can|bin|basket)s?\b"), "bin"),
    (re.compile(r"\b(?:cutting|chopping) (?:board|block)s?\b"), "board"),
    (
        re.compile(r"\b(fridge|refrigerator|freezer|oven|microwave|dishwasher|cupboard|cabinet|drawer) doors?\b"),
        r"\1",
    ),
    (re.compile(r"\b(?:microwave oven)\b"), "microwave"),
    (re.compile(r"\b(?:water tap|tap water|water faucet)\b"), "tap"),
    (re.compile(r"\b(?:stove top|cooker hob|gas stove|gas cooker)\b"), "hob"),
    (re.compile(r"\b(?:dish soap|washing[ -]up liquid|dishwashing liquid)\b"), "detergent"),
)
_SHORTEST_TO_MISSPELL = 5
_SEVERAL = frozenset(NUMBERS[2:])
_POSSESSIVE = frozenset(("his", "her", "their", "my", "our"))
_DETERMINERS = _POSSESSIVE | word_set("the a an this that these those some another other both each one two three four")


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Return the singular of a noun ("knives" -> "knife"). A noun that is not plural stays the same."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word in _NO_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1]


def head_noun(name: str) -> str:
    """Return the head noun of a name, as narrated ("slices of bread" -> "slices")."""
    return re.split(r" (?:of|for|and) ", name)[0].split()[-1]


@lru_cache(maxsize=65536)
def canonical_words(name: str) -> frozenset[str]:
    """Return the content words of a name, in the singular, each as one fixed synonym. Names with equal sets are one."""
    for pattern, usual in _PHRASES:
        name = pattern.sub(usual, name)
    words = [singular(w) for w in name.split() if w not in ("of", "the", "a", "an", "for", "and", "his", "her")]
    return frozenset(_SYNONYMS.get(word, word) for word in words)


@lru_cache(maxsize=65536)
def may_be_same_thing(one: str, two: str) -> bool:
    """Return whether two names may mean the same thing: one contains the other ("milk", "bottle of milk")."""
    first, second = _possible_words(one), _possible_words(two)
    return _contained(first, second) or _contained(second, first)


def share_word(one: str, two: str) -> bool:
    """Return whether two texts have a word that may mean the same thing."""
    return any(_same_word(word, other) for word in _possible_words(one) for other in _possible_words(two))


@lru_cache(maxsize=65536)
def _possible_words(name: str) -> frozenset[str]:
    """Return the words of a name by their possible synonyms. "Contents" has none: it may be anything."""
    return frozenset(_POSSIBLE_SYNONYMS.get(word, word) for word in canonical_words(name)) - {""}


def _contained(one: frozenset[str], two: frozenset[str]) -> bool:
    return all(word in two or any(_same_word(word, other) for other in two) for word in one)


@lru_cache(maxsize=65536)
def _same_word(one: str, two: str) -> bool:
    """Return True for equal words, and for a word and a compound that ends with it ("berry", "blueberry")."""
    if one == two:
        return True
    short, long = sorted((one, two), key=len)
    return len(short) >= _SHORTEST_IN_COMPOUND and long.endswith(short) and long not in _NO_COMPOUNDS


@lru_cache(maxsize=65536)
def is_misspelling(word: str, usual: str) -> bool:
    """Return whether `word` differs from `usual` by one letter ("clothe", "spatuls"), and not only as its plural."""
    if len(word) < _SHORTEST_TO_MISSPELL or len(usual) < _SHORTEST_TO_MISSPELL or singular(word) == singular(usual):
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, usual, strict=False)) if a != b), min(len(word), len(usual)))
    rest, other = word[same:], usual[same:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def is_plural(name: str) -> bool:
    """Return True for names that need "were", such as "keys" and "knife and fork"."""
    last = head_noun(name)
    return " and " in name or singular(last) != last or last in _NO_PLURAL


def is_plentiful(name: str) -> bool:
    """Return whether a home has several things of this name."""
    return len(name.split()) == 1 and singular(name) in PLENTIFUL


def noun_phrase(thing: Thing) -> str:
    """Return a thing with its article, as an answer names it: "the plate", "my hands", "the fork and the spoon"."""
    names = re.split(r" and (?:the |a |an |some |his |her )?", thing.name)
    if len(names) > 1:
        return " and ".join(noun_phrase(Thing(name, thing.article)) for name in names)
    thing = corrected(thing)
    first, _, rest = thing.name.partition(" ")
    if first in ("one", "each", "every") and rest:
        return f"one {rest}" if " of " in rest else f"the {rest}"
    if thing.article == "another" and not is_plural(thing.name):
        return f"another {thing.name}"
    if thing.article in ("a", "an") and " of " in thing.name and head_noun(thing.name) in _AMOUNTS:
        return indefinite_phrase(thing)  # "a piece of foil": it is unknown which one
    if first in _SEVERAL and rest and not thing.article:
        return thing.name  # "three tomatoes"
    owned = thing.article in _POSSESSIVE or head_noun(thing.name) in BODY
    if first == "both" and rest:
        return f"both {'my ' if owned else ''}{rest}"
    return f"{'my' if owned else 'the'} {thing.name}"


def indefinite_phrase(thing: Thing) -> str:
    """Return a thing with the indefinite article ("a knife", "an onion"), for one of several."""
    name = corrected(thing).name
    return f"{'an' if re.match(r'[aeiou]', name) else 'a'} {name}"


def corrected(thing: Thing) -> Thing:
    """Add endings and articles that narrators leave out: "scissors", "lid of the pot", but "bag of rice"."""
    words = thing.name.split()
    words = [singular(word) if singular(word) in _ALWAYS_PLURAL else word for word in words]
    for i, word in enumerate(words[:-1]):
        bare = words[i + 1] not in _DETERMINERS and words[i + 1] not in BODY
        if word == "of" and i > 0 and bare and singular(words[i - 1]) not in _AMOUNTS:
            words.insert(i + 1, "the")
            break
    return thing if words == thing.name.split() else Thing(" ".join(words), thing.article)
