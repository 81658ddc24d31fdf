"""Is a wrong option true after all? What the narrations of a clip say of it.

A doubt counts: an option that a sentence may make true is no wrong option. Where the question says which moment it
means ("first", "right after I..."), what happened at other moments is false, and the best of wrong options.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from mmego.bench.distractors.answer_form import Kind, bare
from mmego.bench.distractors.equivalence import done, done_of, may_be_one, names_meet, places_meet
from mmego.language.content_words import content_set
from mmego.language.question_parser import Asked, read_question
from mmego.language.verbs import FAMILIES
from mmego.qa.rules.narrated.events import Told
from mmego.qa.rules.narrated.narrated_action import Deed
from mmego.records import Narration, Turn

SAME_MOMENT = 2.0
"""Seconds between the beginnings of two deeds up to which one may be taken for the earlier or for the later."""
RIGHT_AFTER = 15.0
"""Seconds from the answer's deed in which another one may be said to have come right before or right after."""
_OPPOSITES = {"open": "close", "close": "open", "switch on": "switch off", "switch off": "switch on"}


class Truth:
    """What one clip's narrations make true; made once for all questions on the clip."""

    def __init__(self, narrations: Sequence[Narration]) -> None:
        self.narrations = narrations

    @cached_property
    def told(self) -> Told:
        """The wearer's deeds."""
        return Told(self.narrations)

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [content_set(narration.text) for narration in self.narrations]

    def holds(self, turn: Turn, kind: Kind, option: str) -> bool:
        """True if a sentence of the clip makes `option` an answer to the turn's question, or may do so."""
        if kind in ("count", "colour", "hand", "yes_no"):
            return kind == "colour" and self._by_words(turn, option, read_question(turn.question))
        asked = read_question(turn.question)
        if asked.subject not in ("", "C") or turn.category == "other_person":
            return self._of_somebody_else(turn, option, asked)
        if kind == "deed":
            return self._deed_holds(turn, option, asked)
        if kind in ("object", "place", "source") and (asked.deed is not None or turn.category == "tool"):
            return any(self._counts(turn, deed, asked) for deed in self._naming(turn, kind, option, asked))
        return self._by_words(turn, option, asked)

    def _counts(self, turn: Turn, deed: Deed, asked: Asked) -> bool:
        """True if a deed that fits the question but for its moment may be the one that is asked about."""
        if not asked.qualified or not turn.narrations:
            return True
        near = RIGHT_AFTER if asked.anchor is not None and asked.form in ("other", "done_with") else SAME_MOMENT
        starts = [self.narrations[i].span.start for i in turn.narrations if i < len(self.narrations)]
        return any(abs(deed.start - start) <= near for start in starts)

    def _deed_holds(self, turn: Turn, option: str, asked: Asked) -> bool:
        claimed = done(option)
        if claimed is None:
            return self._by_words(turn, option, asked)
        return any(
            may_be_one(claimed, done_of(deed.action)) and self._counts(turn, deed, asked) for deed in self.told.deeds
        )

    def _naming(self, turn: Turn, kind: Kind, option: str, asked: Asked) -> list[Deed]:
        """The deeds by which the option would answer the question, were it about their moment."""
        name = bare(option)
        if turn.category == "tool":
            tools = [d for d in self.told.deeds if d.action.tool is not None]
            return [d for d in tools if d.action.tool is not None and names_meet(d.action.tool.name, name)]
        assert asked.deed is not None
        families = FAMILIES.get(asked.deed.kind, frozenset((asked.deed.kind,)))
        if kind == "object":
            return [d for d in self.told.deeds if self._has_object(d, name) and self._asked_of(d, families, asked)]
        stems = frozenset(asked.deed.object.stems) if asked.deed.object is not None else frozenset()
        return [d for d in self.told.deeds if (not stems or stems & self._words[d.index]) and _at(d, name, kind)]

    def _has_object(self, deed: Deed, name: str) -> bool:
        if deed.name is not None:
            return names_meet(deed.name, name)
        return bool(content_set(name) & self._words[deed.index])

    def _asked_of(self, deed: Deed, families: frozenset[str], asked: Asked) -> bool:
        """True if the deed is of the kind that the question asks for: at its place, or else of its family."""
        assert asked.deed is not None
        if asked.deed.place is not None:
            return bool(frozenset(asked.deed.place.stems) & self._words[deed.index])
        # What is closed was opened: before the clip, or by a deed that nobody told.
        implied = families | {_OPPOSITES[f] for f in families if f in _OPPOSITES and not asked.qualified}
        return bool(deed.families & implied)

    def _of_somebody_else(self, turn: Turn, option: str, asked: Asked) -> bool:
        """By words, among the sentences about others; at any moment, for who did what when is often unsure."""
        words = content_set(option) - content_set(turn.question)
        theirs = [i for i, narration in enumerate(self.narrations) if narration.actor != "C"]
        cited = set(turn.narrations)
        near = [i for i in theirs if not asked.qualified or i in cited]
        return bool(words) and any(words <= self._words[i] for i in near if i not in cited or not asked.qualified)

    def _by_words(self, turn: Turn, option: str, asked: Asked) -> bool:
        """For what the grammar does not understand: a sentence has all that is new in the option and half the question.

        Where the question names a moment, only the sentences that the answer rests on count.
        """
        question = content_set(turn.question)
        new = content_set(option) - question
        if not new:
            return False
        where = [i for i in turn.narrations if i < len(self._words)] if asked.qualified else range(len(self._words))
        return any(new <= self._words[i] and 2 * len(question & self._words[i]) >= len(question) for i in where)


def _at(deed: Deed, name: str, kind: Kind) -> bool:
    """True if the deed tells that its thing went to the place (``place``) or came from it (``source``)."""
    place, source = deed.action.place, deed.action.source
    taken = "take" in deed.families
    # A take tells where from, even by "in the drawer"; a put tells where to.
    told = (place, source) if taken == (kind == "source") else (source if kind == "source" else place,)
    return any(p is not None and places_meet(p.thing.name, name) for p in told)
