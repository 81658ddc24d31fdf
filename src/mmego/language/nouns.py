"""Nouns of people's narrations: one thing under several names, many things under one name, articles.

"the knife" may be any of five knives, "cabinet" and "cupboard" may be one: what the rules ask has to stay true either
way.
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
# What may be one thing, though it need not: enough to doubt, not to say that it is the same.
_MAYBE = dict(
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
"""Heads after which "of" tells what it is ("a bag of rice"), not whose ("the lid of the pot")."""
MANY = word_set(
    """plate knife spoon fork bowl glass cup mug lid drawer cupboard cabinet door shelf pan pot saucepan spatula bag
    container box jar bottle tin can egg potato onion tomato carrot peach cucumber leek courgette mushroom apple
    banana lemon lime orange avocado aubergine piece slice packet cloth towel rag sponge napkin tissue cover cap
    top dish tray teaspoon tablespoon saucer tupperware package wrapper capsule filter ball pod clove leaf stick book
 card pen pencil brush nail screw bolt plank brick stone chair button switch light lamp window bucket
    basket shirt dress sock shoe glove mitten cushion pillow vegetable fruit fillet steak biscuit cookie cake muffin bun
    loaf sausage shrimp tortilla pizza sandwich wrap pin needle thread string rope cable wire tool spanner wrench
    plant flower seed vessel utensil object plug mat support rack pie bit part"""
)
"""Heads of which a home has several: "the knife" need not be the one asked for."""
VAGUE = word_set(
    """side end part rest other top middle bottom area place way stuff contents content thing things some lot
    bit left right back front half same one first second high low watch video camera time it""",
)
"""Heads that say too little to be an answer."""
MASS = word_set(
    """water oil salt pepper milk rice pasta sugar flour butter cheese bread meat food sauce soup coffee tea juice wine
    beer honey oatmeal cereal dough cream yoghurt yogurt mayonnaise ketchup mustard vinegar soap detergent liquid foam
    paper foil plastic rubbish
    waste garbage trash dirt dust sand soil cement paint glue wood grass heat gas electricity beef pork
    chicken salmon fish ham bacon tofu spinach kale lettuce cabbage broccoli asparagus celery garlic ginger parsley
    thyme oregano basil coriander salad curry hummus mozzarella parmesan quorn cutlery silverware mixture powder paste
    batter spaghetti cinnamon cumin paprika spice seasoning washing laundry clothing furniture toast corn hay leftovers
    mix""",
)
# Several words for one thing; a door is opened as what it closes.
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
    """The singular of a noun ("knives" -> "knife"); what is no plural stays."""
    if word in _SINGULAR:
        return _SINGULAR[word]
    if word in _NO_PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1]


def head(name: str) -> str:
    """The noun that a name hangs on, as narrated ("slices of bread" -> "slices")."""
    return re.split(r" (?:of|for|and) ", name)[0].split()[-1]


@lru_cache(maxsize=65536)
def canon(name: str) -> frozenset[str]:
    """The content words of a name, singular and by one of their synonyms; two names with the same set are one."""
    for pattern, usual in _PHRASES:
        name = pattern.sub(usual, name)
    words = [singular(w) for w in name.split() if w not in ("of", "the", "a", "an", "for", "and", "his", "her")]
    return frozenset(_SYNONYMS.get(word, word) for word in words)


@lru_cache(maxsize=65536)
def alike(one: str, two: str) -> bool:
    """True if two names may mean the same thing: one says no more than the other ("milk", "bottle of milk")."""
    first, second = _loose(one), _loose(two)
    return _says_no_more(first, second) or _says_no_more(second, first)


def share_word(one: str, two: str) -> bool:
    """True if two texts have a word that may mean the same thing."""
    return any(_one_word(word, other) for word in _loose(one) for other in _loose(two))


@lru_cache(maxsize=65536)
def _loose(name: str) -> frozenset[str]:
    """The words of a name by what they may mean; none for "contents", which may be anything."""
    return frozenset(_MAYBE.get(word, word) for word in canon(name)) - {""}


def _says_no_more(one: frozenset[str], two: frozenset[str]) -> bool:
    return all(word in two or any(_one_word(word, other) for other in two) for word in one)


@lru_cache(maxsize=65536)
def _one_word(one: str, two: str) -> bool:
    """True for a word and itself, or a compound that ends with it ("berry", "blueberry")."""
    if one == two:
        return True
    short, long = sorted((one, two), key=len)
    return len(short) >= _SHORTEST_IN_COMPOUND and long.endswith(short) and long not in _NO_COMPOUNDS


@lru_cache(maxsize=65536)
def misspelt(word: str, usual: str) -> bool:
    """True if `word` is `usual` with one letter too many, too few or wrong ("clothe", "spatuls"); not a plural."""
    if len(word) < _SHORTEST_TO_MISSPELL or len(usual) < _SHORTEST_TO_MISSPELL or singular(word) == singular(usual):
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, usual, strict=False)) if a != b), min(len(word), len(usual)))
    rest, other = word[same:], usual[same:]
    return rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def plural(name: str) -> bool:
    """True for "keys", "knife and fork" and the like: they take "were"."""
    last = head(name)
    return " and " in name or singular(last) != last or last in _NO_PLURAL


def many(name: str) -> bool:
    """True if a home has several things of this name, so that "the" may mean another one."""
    return len(name.split()) == 1 and singular(name) in MANY


def say(thing: Thing) -> str:
    """A thing as an answer names it: "the plate", "my hands", "another glass", "the fork and the spoon"."""
    names = re.split(r" and (?:the |a |an |some |his |her )?", thing.name)
    if len(names) > 1:
        return " and ".join(say(Thing(name, thing.article)) for name in names)
    thing = mended(thing)
    first, _, rest = thing.name.partition(" ")
    if first in ("one", "each", "every") and rest:
        return f"one {rest}" if " of " in rest else f"the {rest}"
    if thing.article == "another" and not plural(thing.name):
        return f"another {thing.name}"
    if thing.article in ("a", "an") and " of " in thing.name and head(thing.name) in _AMOUNTS:
        return one_of(thing)  # "a piece of foil": which of them is not told
    if first in _SEVERAL and rest and not thing.article:
        return thing.name  # "three tomatoes"
    owned = thing.article in _POSSESSIVE or head(thing.name) in BODY
    if first == "both" and rest:
        return f"both {'my ' if owned else ''}{rest}"
    return f"{'my' if owned else 'the'} {thing.name}"


def one_of(thing: Thing) -> str:
    """With the indefinite article ("a knife", "an onion"), for things of which there are several."""
    name = mended(thing).name
    return f"{'an' if re.match(r'[aeiou]', name) else 'a'} {name}"


def mended(thing: Thing) -> Thing:
    """With the endings and articles that narrators leave out: "scissors", "lid of the pot"; but "bag of rice"."""
    words = thing.name.split()
    words = [singular(word) if singular(word) in _ALWAYS_PLURAL else word for word in words]
    for i, word in enumerate(words[:-1]):
        bare = words[i + 1] not in _DETERMINERS and words[i + 1] not in BODY
        if word == "of" and i > 0 and bare and singular(words[i - 1]) not in _AMOUNTS:
            words.insert(i + 1, "the")
            break
    return thing if words == thing.name.split() else Thing(" ".join(words), thing.article)
