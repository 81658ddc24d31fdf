"""Do the cited sentences bear the answer out? Words for most answers, deeds for yes/no, numbers for counts.

Each check gives a short reason, or None where the answer is borne out or cannot be checked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mmego.language.content_words import content, content_set, missing, numbers, told_by
from mmego.language.lexicon import KIND_OF, PEOPLE
from mmego.language.question_parser import Asked
from mmego.language.timeline import Step
from mmego.qa.filters.ambiguity import ClipView, exactly
from mmego.records import Narration

NOT_TOLD = "the cited sentences lack a word of the answer"
NOT_WHO = "the cited sentences tell of somebody else"
NOTHING = "the answer names nothing"
NOTHING_CITED = "the cited sentences tell nothing of the question"
YES_UNTOLD = "yes, but no cited sentence tells it"
NO_TOLD = "no, but a sentence tells it"
WRONG_ORDER = "yes or no against the order of the sentences"
COUNT = "the cited sentences do not give this number"
MORE = "more sentences tell of it than were counted"

_YES_NO = re.compile(r"^(yes|no|yeah|nope)\b[\s,.;:!-]*", re.IGNORECASE)
_ME = re.compile(r"\b(?:i|me|myself|we)\b", re.IGNORECASE)
_WEARER = re.compile(r"\bC\b")
_KNOWN_KINDS = frozenset(KIND_OF.values())


def polarity(answer: str) -> str | None:
    """``yes`` or ``no`` for an answer that begins so ("Yes, I did"), else None."""
    match = _YES_NO.match(answer.strip())
    return None if match is None else "yes" if match[1].lower().startswith("y") else "no"


def unclaimed(asked: Asked, question: str, answer: str, cited: Sequence[int], view: ClipView) -> str | None:
    """Why the sentences `cited` (indices, in range) do not bear out `answer`, or None."""
    sentences = [view.narrations[i] for i in dict.fromkeys(cited)]
    told = told_by(sentences)
    if asked.subject and not any(_about(asked.subject, sentence) for sentence in sentences):
        return NOT_WHO
    said = polarity(answer)
    if said is not None:
        rest = _YES_NO.sub("", answer.strip())
        if missing(rest, told | set(content_set(question)), sentences):
            return NOT_TOLD
        return _yes_no(asked, said, question, told, cited, view)
    if asked.form == "count" or question.lower().startswith(("how many", "how often")):
        return _count(asked, question, answer, told, cited, view)
    return _words(question, answer, told, cited, view)


def _about(subject: str, sentence: Narration) -> bool:
    """True if the sentence is about the wearer ("C"), or about somebody else, whoever acts in it."""
    if subject == "C":
        return sentence.actor == "C" or _WEARER.search(sentence.text) is not None
    return sentence.actor != "C" or not PEOPLE.isdisjoint(sentence.text.lower().split())


def _words(question: str, answer: str, told: set[str], cited: Sequence[int], view: ClipView) -> str | None:
    """All of the answer's words are told; those of the question may be repeated beside words that are told."""
    sentences = [view.narrations[i] for i in dict.fromkeys(cited)]
    words = content(answer)
    if not words:
        own = any(sentence.actor == "C" for sentence in sentences)
        return None if own and question.lower().startswith("who") and _ME.search(answer) else NOTHING
    asked = content_set(question)
    new = [word for word in words if word not in asked]
    lacking = missing(answer, told | set(asked) if new else told, sentences)
    return NOT_TOLD if lacking else None


def _yes_no(asked: Asked, said: str, question: str, told: set[str], cited: Sequence[int], view: ClipView) -> str | None:
    if not content_set(question) & told:
        return NOTHING_CITED
    deed = asked.deed
    if deed is None or deed.kind not in _KNOWN_KINDS or deed.object is None or asked.order or asked.which:
        return None
    done = exactly(view.doing(deed, asked.subject), deed)
    if asked.anchor is not None:
        return _order(asked, said, done, view)
    if said == "yes" and not any(step.index in cited for step in view.doing(deed, asked.subject)):
        return YES_UNTOLD
    return NO_TOLD if said == "no" and done else None


def _order(asked: Asked, said: str, done: list[Step], view: ClipView) -> str | None:
    """ "Did I open the fridge before I picked up the book?": checked where both happened just once."""
    assert asked.anchor is not None
    word, anchor = asked.anchor
    if anchor is None or anchor.object is None or word not in ("before", "after") or len(done) != 1:
        return None
    moments = exactly(view.doing(anchor, "C"), anchor)
    if len(moments) != 1 or moments[0].order == done[0].order:
        return None
    earlier = done[0].order < moments[0].order
    return None if (said == "yes") == (earlier == (word == "before")) else WRONG_ORDER


def _count(
    asked: Asked, question: str, answer: str, told: set[str], cited: Sequence[int], view: ClipView
) -> str | None:
    """The number is told in words, or is that of the cited sentences; and the clip does not tell of more."""
    given = numbers(answer)
    if not given:
        return COUNT if content(answer) and not content_set(answer) <= told else None
    if len(given) > 1:
        return None  # "two cups and one plate": more than this check can tell
    number = next(iter(given))
    rest = [w for w in content(answer) if w != number and w not in told and w not in content_set(question)]
    if rest:
        return NOT_TOLD
    distinct = set(cited)
    if number not in told and number != str(len(distinct)):
        steps = sum(step.index in distinct for step in view.doing(asked.deed, asked.subject)) if asked.deed else 0
        return None if number == str(steps) else COUNT
    deed = asked.deed
    if deed is None or deed.kind not in _KNOWN_KINDS or deed.object is None or asked.qualified or number in told:
        return None
    steps_in_clip = {step.index for step in exactly(view.doing(deed, asked.subject), deed)}
    return MORE if number.isdigit() and len(steps_in_clip) > int(number) else None
