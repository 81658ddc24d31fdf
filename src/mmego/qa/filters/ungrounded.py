"""The filter `ungrounded`: drop an answer that the cited sentences do not support.

Most answers are checked by their words, yes and no by actions, counts by numbers. An answer that cannot be checked
passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mmego.language.content_words import content, content_set, missing_stems, narrated_words, numbers
from mmego.language.lexicon import KIND_OF, PEOPLE
from mmego.language.question_parser import ParsedQuestion
from mmego.language.timeline import TimelineEntry
from mmego.qa.filters.clip_index import ClipIndex, exact_actions
from mmego.qa.filters.turn_case import YES_NO, TurnCase, yes_or_no
from mmego.records import Narration

WORD_MISSING = "the cited sentences lack a word of the answer"
OTHER_PERSON = "the cited sentences tell of somebody else"
NOTHING_NAMED = "the answer names nothing"
OTHER_TOPIC = "the cited sentences tell nothing of the question"
YES_UNSUPPORTED = "yes, but no cited sentence tells it"
NO_CONTRADICTED = "no, but a sentence tells it"
WRONG_ORDER = "yes or no against the order of the sentences"
WRONG_COUNT = "the cited sentences do not give this number"
MORE_FOUND = "more sentences tell of it than were counted"

_ME = re.compile(r"\b(?:i|me|myself|we)\b", re.IGNORECASE)
_WEARER = re.compile(r"\bC\b")
_KNOWN_KINDS = frozenset(KIND_OF.values())


def check_ungrounded(case: TurnCase) -> str | None:
    """Return why the cited sentences do not support the answer, or None. Without a cited sentence return None."""
    if not case.cited:
        return None  # The filter `index` drops those.
    return find_unsupported(case.asked, case.question, case.answer, case.cited, case.clip_index())


def find_unsupported(
    asked: ParsedQuestion, question: str, answer: str, cited: Sequence[int], clip: ClipIndex
) -> str | None:
    """Return why the sentences `cited` (indices, in range) do not support `answer`, or None."""
    sentences = [clip.narrations[i] for i in dict.fromkeys(cited)]
    narrated = narrated_words(sentences)
    if asked.subject and not any(_is_about(asked.subject, sentence) for sentence in sentences):
        return OTHER_PERSON
    polarity = yes_or_no(answer)
    if polarity is not None:
        rest = YES_NO.sub("", answer.strip())
        if missing_stems(rest, narrated | set(content_set(question)), sentences):
            return WORD_MISSING
        return _check_yes_no(asked, polarity, question, narrated, cited, clip)
    if asked.form == "count" or question.lower().startswith(("how many", "how often")):
        return _check_count(asked, question, answer, narrated, cited, clip)
    return _check_words(question, answer, narrated, sentences)


def _is_about(subject: str, sentence: Narration) -> bool:
    """Return True if the sentence is about the wearer ("C"), or about another person."""
    if subject == "C":
        return sentence.actor == "C" or _WEARER.search(sentence.text) is not None
    return sentence.actor != "C" or not PEOPLE.isdisjoint(sentence.text.lower().split())


def _check_words(question: str, answer: str, narrated: set[str], sentences: Sequence[Narration]) -> str | None:
    """Check that all words of the answer are narrated. It may repeat the question's words beside narrated ones."""
    words = content(answer)
    if not words:
        own = any(sentence.actor == "C" for sentence in sentences)
        return None if own and question.lower().startswith("who") and _ME.search(answer) else NOTHING_NAMED
    asked = content_set(question)
    new = [word for word in words if word not in asked]
    lacking = missing_stems(answer, narrated | set(asked) if new else narrated, sentences)
    return WORD_MISSING if lacking else None


def _check_yes_no(
    asked: ParsedQuestion, polarity: str, question: str, narrated: set[str], cited: Sequence[int], clip: ClipIndex
) -> str | None:
    if not content_set(question) & narrated:
        return OTHER_TOPIC
    wanted = asked.action
    if wanted is None or wanted.kind not in _KNOWN_KINDS or wanted.object is None or asked.order or asked.which:
        return None
    done = exact_actions(clip.find_actions(wanted, asked.subject), wanted)
    if asked.anchor is not None:
        return _check_order(asked, polarity, done, clip)
    if polarity == "yes" and not any(step.index in cited for step in clip.find_actions(wanted, asked.subject)):
        return YES_UNSUPPORTED
    return NO_CONTRADICTED if polarity == "no" and done else None


def _check_order(asked: ParsedQuestion, polarity: str, done: list[TimelineEntry], clip: ClipIndex) -> str | None:
    """Check "Did I open the fridge before I picked up the book?" where both actions happened just once."""
    assert asked.anchor is not None
    word, anchor = asked.anchor
    if anchor is None or anchor.object is None or word not in ("before", "after") or len(done) != 1:
        return None
    moments = exact_actions(clip.find_actions(anchor, "C"), anchor)
    if len(moments) != 1 or moments[0].order == done[0].order:
        return None
    earlier = done[0].order < moments[0].order
    return None if (polarity == "yes") == (earlier == (word == "before")) else WRONG_ORDER


def _check_count(
    asked: ParsedQuestion, question: str, answer: str, narrated: set[str], cited: Sequence[int], clip: ClipIndex
) -> str | None:
    """Check that the number is narrated or is that of the cited sentences, and that the clip has no more."""
    given = numbers(answer)
    if not given:
        return WRONG_COUNT if content(answer) and not content_set(answer) <= narrated else None
    if len(given) > 1:
        return None  # "two cups and one plate": this check cannot decide it.
    number = next(iter(given))
    rest = [w for w in content(answer) if w != number and w not in narrated and w not in content_set(question)]
    if rest:
        return WORD_MISSING
    distinct, wanted = set(cited), asked.action
    if number not in narrated and number != str(len(distinct)):
        actions = clip.find_actions(wanted, asked.subject) if wanted else []
        return None if number == str(sum(step.index in distinct for step in actions)) else WRONG_COUNT
    if wanted is None or wanted.kind not in _KNOWN_KINDS or wanted.object is None:
        return None
    if asked.qualified or number in narrated:
        return None
    found = {step.index for step in exact_actions(clip.find_actions(wanted, asked.subject), wanted)}
    return MORE_FOUND if number.isdigit() and len(found) > int(number) else None
