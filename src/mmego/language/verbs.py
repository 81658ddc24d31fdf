"""Verbs of people's narrations in base form, grouped into families of similar meaning.

Verbs of one family describe actions that a viewer may call by one name: the answer to "What did I wash first?" must
also consider what was rinsed before. A question uses the narrator's verb; the family decides whether its answer is
unique.
"""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


_FAMILIES = {
    "take": "take;pick;pick up;pick out;take out;take up;get;get out;grab;fetch;collect;gather;bring;bring out;"
    "retrieve;lift;lift up;pull out;bring down;take down;carry;hold;choose;select",
    "put": "put;put down;put back;put away;put aside;place;place down;place back;set;set down;lay;lay down;drop;"
    "drop down;"
    "drop back;leave;keep;keep back;return;rest;position;insert;deposit;hang;hang up;drop off;arrange;stack;load;"
    "store",
    "move": "move;transfer;shift;push;pull;slide;pass;drag",
    "throw": "throw;throw away;throw out;discard;dispose;toss",
    "pour": "pour;pour out;tip;empty;empty out;drizzle;drain;spill",
    "add": "add;pour;sprinkle;drizzle;spoon;scoop;put;place;insert;season;spread",
    "spread": "spread;apply;spray;squirt;brush;rub;sprinkle",
    "sink": "immerse;submerge;dip;soak",
    "open": "open;open up;unscrew;uncover;unseal;uncap;untie;unlock",
    "close": "close;shut;close up;shut down;seal;cover;screw;cap;lock;tie",
    "remove": "remove;take off;peel off;pull off;tear;tear off;unwrap;unpack;detach;extract;cut off;pick off;rip;"
    "rip off",
    "switch on": "switch on;turn on;start;light",
    "switch off": "switch off;turn off;stop",
    "turn": "turn;turn over;flip;flip over;rotate;turn around;turn down;turn up;adjust;set;twist;tilt;change;press;"
    "roll;roll out;roll up;flatten;knead;shape;stretch",
    "wash": "wash;rinse;clean;scrub;scour;lather;soak;wash up;clean up;rinse off;wash off;soap;brush;wipe;wipe off;"
    "wipe down;wipe up;dust;mop;sweep;scrape;scrape off",
    "dry": "dry;dry off;wipe;wipe off;drain;wring;squeeze;squeeze out;shake;shake off;towel;rub",
    "cut": "cut;cut up;cut off;cut out;chop;chop up;chop off;slice;dice;mince;halve;trim;carve;shred;grate;crush;break;"
    "break up;crack;split;snap;tear;tear up;stab;score;separate;divide",
    "peel": "peel;peel off;skin;pare;shell",
    "stir": "stir;stir in;mix;mix in;mix up;whisk;beat;blend;toss;combine;shake;fold in",
    "cook": "cook;fry;boil;bake;grill;roast;toast;heat;heat up;warm;warm up;microwave;steam;simmer;brown",
    "fill": "fill;fill up;refill;top up;pour",
    "season": "season;salt;pepper;sprinkle;grind",
    "fold": "fold;fold up;wrap;wrap up;roll up;unfold;unroll",
    "eat": "eat;drink;taste;sip;bite;lick;try",
    "look": "check;inspect;examine;look at;read;smell;count;measure;weigh;watch",
    "tidy": "tidy;tidy up;rearrange;arrange;organize;organise;sort;adjust;straighten",
    "plug": "plug;plug in;unplug;connect;disconnect",
    "sew": "sew;iron;knit;paint;sand;drill;hammer;weld;saw;file;measure;mark;draw;write;glue;nail",
    "garden": "dig;water;plant;weed;rake;trim;harvest;pluck;prune",
    "use": "use;operate",
    "wear": "wear;take off",
    "enter": "enter;walk into;go into;come into",
    "leave": "exit",
}
FAMILIES: dict[str, frozenset[str]] = {}
"""Verb with its particle -> the families that it belongs to."""
for _family, _verbs in _FAMILIES.items():
    for _verb in _verbs.split(";"):
        FAMILIES[_verb] = FAMILIES.get(_verb, frozenset()) | {_family}

_WITHOUT_OBJECT = (
    "walk;walk around;move around;look around;sit;sit down;stand;stand up;get up;wake up;turn around;bend;bend down;"
    "kneel;kneel down;squat;laugh;talk;wave;dance;sing;jump;run;cough;sneeze;yawn;stretch;converse;chat;smile;nod;"
    "look;go;come;speak;stop;wait;shop;climb;descend;drive;ride;stare;search;lean;play;point;touch;scratch;rest"
)
INTRANSITIVE_VERBS = frozenset(_WITHOUT_OBJECT.split(";"))
"""Verbs that need no object."""

PHRASAL_VERBS = frozenset(v for v in (*FAMILIES, *INTRANSITIVE_VERBS) if " " in v)
KNOWN_VERBS = frozenset(v.split()[0] for v in (*FAMILIES, *INTRANSITIVE_VERBS)) | {
    *(
        "be",
        "have",
        "do",
        "let",
        "make",
        "give",
        "show",
        "continue",
        "keep",
        "begin",
        "finish",
        "feed",
        "shred",
        "need",
    ),
    *(
        "fit",
        "bring",
        "wring",
        "ring",
        "swing",
        "see",
        "hit",
        "catch",
        "reach",
        "tap",
        "fix",
        "assemble",
        "dip",
        "feel",
    ),
}
"""The first words of the known verbs."""

# Each of these is also a noun for something that people take or wash ("wash fork and spoon", "take lid and cover").
_ALSO_NOUNS = frozenset(
    _words(
        """spoon brush peel slice mix cover wrap plug tap drink shell cap salt pepper water towel file iron toast grill
    roll press light soap start measure weed rake plant paint sand drill hammer nail saw glue mark scoop screw
    seal top rest stack load dust mop shape skin play run walk stop count watch brown heat change set file store
    shop tie fit lock squirt spray tip score grind"""
    )
)
CLAUSE_VERBS = KNOWN_VERBS - _ALSO_NOUNS
"""Verbs that always begin a clause after "and"."""

NEVER_WITH_TOOL = frozenset(
    ("mix", "fill", "cover", "season", "combine", "wrap", "serve", "take", "pick", "get", "put", "place")
)
"""Verbs after which "with" does not name a tool ("fill the pan with water")."""
PLACING_VERBS = frozenset(
    verb
    for family in ("put", "move", "throw", "pour", "add", "sink")
    for verb in _FAMILIES[family].split(";")
    if verb not in ("drain", "season", "arrange", "pass", "pull", "drag")
)
"""Verbs that move a thing to the place after them ("washes a bowl in the sink" does not move it)."""
