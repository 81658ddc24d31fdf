"""A parser for questions with a small grammar: "Where did I put the mug?" -> form, subject, action, moment.

It reads questions of people, rules and language models. It does not guess: a question that it does not understand has
the form ``other``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from mmego.language.content_words import content, content_set
from mmego.language.lexicon import UNKNOWN
from mmego.language.parser import parse
from mmego.language.phrases import Action, Thing
from mmego.records import Narration, Span
from mmego.records.narration import MOST_CHARACTERS

QuestionForm = Literal["where", "from", "object", "colour", "who", "yes_no", "count", "done_with", "other"]

_PEOPLE = r"(?:man|woman|lady|boy|girl|child|kid|guy|baby|person)"
_SUBJECT = rf"(i|we|you|(?:(?:the|a|another|other|young|old)\s)+{_PEOPLE}|they|he|she)"
_ANCHOR = re.compile(
    r" ?,? ?\b(?:(?:right|just|immediately|shortly|directly|soon|only)\s+)?"
    r"(after|before|while|when|until|during|once|between|as soon as)\b\s*(.*)$"
)
# "The first thing I picked up" and "first picked up" say which one; "the first pot" is a pot's name.
_NTH = r"(?<!\bthe )(?<!\bmy )\b{0}\b|\b{0}(?= (?:thing|object|item|time|one|person)s?\b| [a-z]+ (?:that|which|i|we)\b)"
_FIRST = re.compile(_NTH.format("first") + r"|\b(?:initially|originally)\b")
_LAST = re.compile(_NTH.format("last") + r"|\b(?:finally|lastly|eventually|most recently|in the end|at the end)\b")
_WHICH = re.compile(
    r"\b(?:second|third|fourth|fifth|next|again|earlier|later|previous(?:ly)?|this time|the other time|now"
    r"|at the (?:start|beginning)|(?:at|around|by) \d|\d+:\d\d|minutes?|seconds?|hour|halfway|middle)\b"
)
_ASKS = re.compile(rf"^(where|what|(?:which|what) (?:[a-z]+ )?[a-z]+|how many [a-z ]+?) did {_SUBJECT} (.+)$")
_THING_I = re.compile(
    r"^(?:what|which) (?:was|is|were) the (?:thing|object|item|things|objects|items)(?: that)? (i|we) (.+)$"
)
_COLOUR = re.compile(
    r"^(?:what|which) colou?r (?:was|were|is|are) (?:the|my) (.+?)(?: (?:that |which )?(?:i|we) (.+))?$"
)
_WHERE_IS = re.compile(r"^where (?:is|was|are|were) (?:the|my) ([a-z' -]+)$")
_WHO = re.compile(r"^who (?!is\b|was\b|did\b|else\b)([a-z]+ .+)$")
_YES_NO = re.compile(rf"^(?:did|have|had) {_SUBJECT} (.+)$")
_YES_NO_ANY = re.compile(r"^(?:did|do|does|was|were|is|are|have|has|had|can|could)\b")
_DO_WITH = re.compile(r"^do (?:with|to) (.+)$")
# "What did I leave open?" and "What did I forget to close?" ask about a final state, not about one action.
_STATES = re.compile(r"^(?:leave (?:.+ )?(?:open|on|off|closed|running)|forget|do|use|see|say|want|need)\b")


@dataclass(frozen=True, slots=True)
class ThingName:
    """The name of a thing, for comparison: its content stems in order, and whether it is plural."""

    stems: tuple[str, ...]
    plural: bool = False

    def short_for(self, other: ThingName) -> bool:
        """Return whether this may stand for `other`: "mug" for "red mug", not "rice" for "rice cooker"."""
        return self.plural == other.plural and self.stems == other.stems[-len(self.stems) :]


@lru_cache(maxsize=1 << 16)
def names_of(thing: str) -> tuple[ThingName, ...]:
    """Return the names of a thing, the full one first: "salad and cucumber" is also "salad", and "cucumber"."""
    found = (_thing_name(name) for name in (thing, *thing.split(" and ")))
    return tuple(dict.fromkeys(named for named in found if named is not None))


@lru_cache(maxsize=1 << 16)
def heads_of(thing: str) -> frozenset[str]:
    """Return the last stem of each name of a thing."""
    return frozenset(named.stems[-1] for named in names_of(thing))


@lru_cache(maxsize=1 << 16)
def stems_of(thing: str) -> frozenset[str]:
    """Return the content stems of a thing's name, none for "something"."""
    return frozenset() if thing in UNKNOWN or thing.split()[-1] in UNKNOWN else content_set(thing)


# Words without content that still distinguish things: "the other drawer" is not "the drawer".
_DISTINGUISHING = frozenset(("other", "first", "last"))


def _thing_name(name: str) -> ThingName | None:
    """Return the name with its head last ("drawer of the desk" as "desk drawer"), None for one without content."""
    head, _, rest = name.partition(" of ")
    stems = tuple(
        part for word in f"{rest} {head}".split() for part in ((word,) if word in _DISTINGUISHING else content(word))
    )
    return ThingName(stems, Thing(name).plural) if stems and name not in UNKNOWN else None


@dataclass(frozen=True, slots=True)
class QuestionAction:
    """An action that a question names.

    `place` is where it happened or where the thing came from, with its `preposition`; None and "" if not named.
    """

    kind: str
    object: ThingName | None = None
    place: ThingName | None = None
    preposition: str = ""


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """The meaning of a question.

    `subject` is "C" for the wearer, a word for another person ("man"), or "" if unknown. `order` is ``first``, ``last``
    or "". `which` is True if another word selects the moment (a time, "second", "again"). `anchor` is the word
    ("after", "before"...) with the action that it names, None for an action that is not understood.
    """

    form: QuestionForm
    subject: str = ""
    action: QuestionAction | None = None
    order: str = ""
    which: bool = False
    anchor: tuple[str, QuestionAction | None] | None = None

    @property
    def qualified(self) -> bool:
        """True if the question selects one of several moments."""
        return bool(self.order) or self.which or self.anchor is not None


@lru_cache(maxsize=1 << 16)
def read_question(question: str) -> ParsedQuestion:
    """Return the meaning of an English question, the form ``other`` for one of more than `MOST_CHARACTERS`."""
    if len(question) > MOST_CHARACTERS:
        return ParsedQuestion("other")
    text = " ".join(question.lower().rstrip("?.! ").split())
    anchor: tuple[str, QuestionAction | None] | None = None
    if (match := _ANCHOR.search(text)) and match.start() > 0:
        word = "after" if match[1] in ("once", "as soon as") else match[1]
        anchor = (word, _anchor_action(match[2]) if word in ("after", "before") else None)
        text = text[: match.start()]
    order = "first" if _FIRST.search(text) else "last" if _LAST.search(text) else ""
    which = _WHICH.search(text) is not None
    if order:
        text = " ".join(_LAST.sub("", _FIRST.sub("", text)).split()).strip(" ,")
    asked = _form(text)
    if asked.form == "where" and re.match(r"where did .+ leave ", text):
        order = order or "last"
    return replace(asked, order=order, which=which, anchor=anchor)


def _form(text: str) -> ParsedQuestion:
    if match := _ASKS.match(text):
        return _asks(match[1], _subject(match[2]), match[3])
    if match := _COLOUR.match(text):
        action = read_action(match[2]) if match[2] else None
        return ParsedQuestion(
            "colour", "C" if action else "", replace(action or QuestionAction(""), object=_thing_name(match[1]))
        )
    if match := _YES_NO.match(text):
        return ParsedQuestion("yes_no", _subject(match[1]), None if _STATES.match(match[2]) else read_action(match[2]))
    if _YES_NO_ANY.match(text):
        return ParsedQuestion("yes_no")
    if match := _THING_I.match(text):
        return ParsedQuestion("object", "C", read_action(match[2]))
    if match := _WHERE_IS.match(text):
        return ParsedQuestion("where", "", QuestionAction("put", _thing_name(match[1])))
    if match := _WHO.match(text):
        return ParsedQuestion("who", "", read_action(match[1]))
    return ParsedQuestion("count" if text.startswith("how many") else "other")


def _asks(word: str, subject: str, rest: str) -> ParsedQuestion:
    """Read the question "<word> did <subject> <rest>"."""
    if match := _DO_WITH.match(rest):
        return ParsedQuestion("done_with", subject, QuestionAction("", _thing_name(match[1])))
    action = None if _STATES.match(rest) else read_action(rest.removesuffix(" from"))
    if word.startswith("how many"):
        if action is not None and not re.fullmatch("how many (?:different )?times", word):
            action = replace(action, object=_thing_name(word.removeprefix("how many").strip()))
        return ParsedQuestion("count", subject, action)
    if action is None:
        return ParsedQuestion("other", subject)
    if word == "where":
        return ParsedQuestion("from" if rest.endswith(" from") else "where", subject, replace(action, place=None))
    # "Which hand did I use", "what kind of" and "in which room" do not ask for the object of the action.
    asks_object = re.fullmatch(r"what|(?:which|what) (?:other )?(?:object|thing|item|utensil|tool)s?", word)
    return ParsedQuestion("object" if asks_object and not action.object else "other", subject, action)


def read_action(clause: str) -> QuestionAction | None:
    """Read the action of a verb phrase ("put the red mug on the desk", "picked up the knife")."""
    action = _first_action(clause)
    if action is None or not action.kind:
        return None
    where = action.source or action.place
    return QuestionAction(
        action.kind,
        _thing_name(action.object.name) if action.object is not None else None,
        _thing_name(where.thing.name) if where is not None else None,
        where.preposition if where is not None else "",
    )


def _first_action(clause: str) -> Action | None:
    actions = parse(Narration("", Span(0, 0), clause, "C"))
    return actions[0] if actions else None


def _anchor_action(clause: str) -> QuestionAction | None:
    """Read the wearer's action after "after" or "before", None for "first opened" and for another person's action."""
    match = re.match(r"(?:i|we) (.+)$", clause) or re.match(r"([a-z]+ing .+)$", clause)
    if match is None or _FIRST.search(clause) or _LAST.search(clause) or _WHICH.search(clause):
        return None
    if match[1].split()[0].endswith("ing"):
        return None  # the grammar does not know this verb form: "after picking up the mug"
    return read_action(match[1]) if " and " not in match[1] else None


def _subject(words: str) -> str:
    return "C" if words in ("i", "we", "you") else words.split()[-1]
