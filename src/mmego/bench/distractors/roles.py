"""What a question asks for, as roles of the pool: what was opened, where a pan was put, what is done with an onion."""

from __future__ import annotations

import re
from functools import lru_cache

from mmego.bench.distractors.answer_form import Kind, lead, sort_of
from mmego.bench.distractors.candidates import Role
from mmego.bench.distractors.equivalence import Done, done
from mmego.language.lexicon import KIND_OF
from mmego.language.nouns import head, singular
from mmego.language.question_parser import read_question
from mmego.language.verbs import FAMILIES
from mmego.records import Turn

_USED_TO = re.compile(r"^what did i (?:use to ([a-z]+)|([a-z]+) .*\bwith\?)", re.IGNORECASE)
_ANCHORED = re.compile(r"\s(?:(?:right|just|immediately)\s)?(?:after|before|while|when)\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"^(?:what|where|which [a-z]+) (?:did i|was the (?:[a-z]+ )?thing i) (.+?)(?: from)?$", re.IGNORECASE
)
_ORDER = re.compile(r"\b(?:first|last|next)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _asked(question: str) -> Done | None:
    """The deed that the question is about, with the names in it ("What did I put in the pan first?")."""
    text = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)[0]
    match = _CLAUSE.match(text)
    return done(f"I {_ORDER.sub('', match[1]).strip()}") if match else None


@lru_cache(maxsize=4096)
def anchor(question: str) -> Done | None:
    """The deed that tells which moment is meant ("... right after I opened the fridge?")."""
    parts = _ANCHORED.split(question.rstrip("?. "), maxsplit=1)
    return done(parts[1]) if len(parts) > 1 else None


def roles_asked(turn: Turn, kind: Kind) -> list[Role]:
    """The roles in the pool that the answer fills, the narrowest first."""
    if turn.category == "tool":
        match = _USED_TO.match(turn.question)
        verb = (match[1] or match[2]).lower() if match else ""
        return [("tool", KIND_OF.get(verb, verb)), ("tool", "")]
    asked = _asked(turn.question)
    thing = singular(head(asked.object)) if asked is not None and asked.object else ""
    if kind == "source":
        return [("source", "", thing), ("source", "", "")]
    if kind == "place":
        sort = sort_of(lead(turn.answer)[0])
        return (
            [("place", sort, thing), ("place", sort, "")]
            if sort in ("in", "on")
            else [("place", sort, ""), ("place", "on", "")]
        )
    if asked is None:
        return []
    deed = read_question(turn.question).deed
    if asked.place:
        kind_of_deed = deed.kind if deed is not None else "put"
        return [("put", singular(head(asked.place)), kind_of_deed), ("object", kind_of_deed, "the")]
    if asked.source:
        return [("taken", singular(head(asked.source))), ("object", "take", "the")]
    article = "my" if lead(turn.answer)[1] == "my" else "the"
    if deed is None:
        return []
    families = sorted(FAMILIES.get(deed.kind, frozenset()))
    return [("object", deed.kind, article), *(("family", family, article) for family in families)]
