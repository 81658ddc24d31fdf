r"""The choice that a chat model's reply names, read strictly: a guess of ours would count as the model's. Pure.

It looks at these, in this order. The first that exists decides, even if it names no choice or two:

1. a place made for the answer: ``<answer>``, ``\boxed{}``, a JSON field;
2. the whole reply: a letter, a choice's words, a number ("Option 2");
3. the last claim ("the answer is B", "so B", "B is correct", a letter alone on the last line);
4. a letter at the beginning, with its text or a reason behind it;
5. in a short reply, the only letter that is not denied; else the letter that is left if two or more letters, all the
   others, are denied; else the only choice whose words occur.

Letters side by side ("(B)(C)", "B", and then "C") are two. A letter with another choice's words names none.

docs/reference/reading-answers.md has the counts on `tests/bench/run/replies_before.jsonl`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mmego.bench.run import choice_words as words
from mmego.bench.run.choice_texts import (
    MOST_WORDS,
    answer_places,
    choice_by_words,
    choices_at_start,
    equal_choices,
    is_about_numbers,
    letter_at_start,
    same_words,
    tokens,
    without_markup,
)
from mmego.llm.reasoning import without_reasoning

MOST_CHARACTERS = 6_000
"""Characters that are read at the beginning and at the end of a reply; the middle of a longer one is skipped."""
_WHOLE = re.compile(r"[^\w]{0,20}([A-Za-z])[^\w]{0,20}")
_NUMBER = re.compile(
    r"(?:(?:the )?(?:answer|option|choice|number)(?: is)?[: #]*){0,2}\(?(\d{1,3})[.):]?(?:\s+(.{1,300}))?", re.I
)
_ORDINAL = re.compile(rf"\b({'|'.join(words.ORDINALS)}) (?:option|choice|answer|one)\b", re.I)
_LEAD = re.compile(
    r"(?i:(?:option|choice|letter)\s)?(?:\((?P<a>[A-Za-z])\)|\[(?P<b>[A-Za-z])\]|(?P<c>[A-Z])(?=[.):,;\]]|\s?[-–—:]\s|\s?(?:\n|\Z))"
    r"|(?P<d>[a-z])(?=[.)](?:\s|\Z))|(?P<e>[B-HJ-Z])(?=\s(?:because|since|as|weil|car|porque|perché|因为)\b))[.):,;\]]*\s*+"
)
_NEXT = re.compile(r"[ \t.):,;?!\]]{0,6}(?:[(\[]{0,2}([A-Z])[.):,;?\]]|\n\W{0,6}([A-Z])[^\w\n]{0,4}(?:\n|\Z))")
_LEAD_WORDS = re.compile(r"(?P<letter>[A-Z])\s(?P<rest>.{1,300})")
_LISTED = re.compile(r"(?m)^[ \t|*(-]{0,6}([A-Z])[.):|]\s")
_ALONE = re.compile(r"(?:\A|\n|[.!?。]\s)[^\w\n]{0,8}([A-Z])[^\w\n]{0,8}\Z")
_DOUBT = re.compile(r"(?<![^\W_])(?i:wait|actually|hmm+|correction|scratch that|on second thought|hold on)(?![^\W_])")


class _Claim(NamedTuple):
    place: int
    letter: str
    hedged: bool
    two: bool


def read_choice(text: str, choices: Sequence[str], cut_off: bool = False) -> int | None:
    """Return the 0-based choice that `text` names; None if it names none, or more than one.

    Args:
        text: what the model wrote, with its reasoning or without.
        choices: what it could choose from; letters beyond them name nothing.
        cut_off: the reply ended at the token limit. Then only its beginning, or a place made for the answer, counts:
            a chain of thought lacks its end.
    """
    # Full-width and circled letters are letters. (One character may become eighteen: it is cut again.)
    reply = _ends(unicodedata.normalize("NFKC", _ends(without_reasoning(text).text)))
    held = answer_places(reply)
    if not held:
        return _Reading(reply, choices).whole_or_within(cut_off)
    read = [_Reading(part, choices).whole_or_within(cut_off=False) for part in held]
    return read[-1] if all(choice in (None, read[-1]) for choice in read) else None


def _ends(text: str) -> str:
    most = MOST_CHARACTERS
    return text if len(text) <= 2 * most else f"{text[:most]}\n\n{text[-most:]}"


class _Reading:
    """One reply beside its choices."""

    def __init__(self, reply: str, choices: Sequence[str]) -> None:
        self._choices = choices
        self._letters = string.ascii_uppercase[: len(choices)]
        self._reply = without_markup(reply)
        # "Vitamin C" is not the letter C.
        self._bare = self._without_own_letters(self._reply)

    def whole_or_within(self, cut_off: bool) -> int | None:
        """Return the choice named by the whole reply, or by a part of it."""
        reply = self._reply
        if not reply:
            return None
        equal, letter = equal_choices(reply, self._choices), _WHOLE.fullmatch(reply)
        if letter:
            named = self._index(letter[1])
            return named if equal in ([], [named]) else None
        if equal and not self._begins_otherwise(equal):
            return equal[0] if len(equal) == 1 else None
        # "(B)(C)", "B\nC": letters and nothing else.
        alone = re.findall(r"\w++", re.sub(r"</?\w{1,10}>", " ", reply))
        if all(len(word) == 1 and word.isascii() and word.isalpha() for word in alone):
            return self._index(alone[0]) if len({word.upper() for word in alone}) == 1 else None
        if not any(map(is_about_numbers, self._choices)):
            number = _NUMBER.fullmatch(reply)
            if number:
                return self._numbered(int(number[1]) - 1, number[2])
            ordinals = {match[1].lower() for match in _ORDINAL.finditer(reply)}
            if len(ordinals) == 1 and len(reply) <= MOST_WORDS and not words.NEGATION.search(reply):
                return self._numbered(words.ORDINALS.index(ordinals.pop()), None)
        return self._within(cut_off)

    def _within(self, cut_off: bool) -> int | None:
        lead = self._leading()
        claims = [] if cut_off else sorted(self._claims())
        if claims:
            last = claims[-1]
            hedged = {claim.letter for claim in claims if claim.hedged}
            if last.two or (last.hedged and len(hedged) > 1) or self._contradicts(last.place + 1, last.letter):
                return None
            return self._index(last.letter)
        if lead is not None:
            place, letter = lead
            behind = place + self._own_words(place, letter)
            two = any(words.OTHER_TOO.match(self._bare, end) for end in (place, behind))
            beside = _NEXT.match(self._bare, place)
            two = two or (beside is not None and letter not in beside.groups())
            if two or self._contradicts(place, letter) or self._lists() or self._takes_back(place, letter):
                return None
            return self._index(letter)
        if cut_off:
            return None
        return self._mentioned()

    def _leading(self) -> tuple[int, str] | None:
        """Return the place behind the reply's first letter, and the letter; None if it is a word or denied."""
        match = _LEAD.match(self._bare)
        if match is None:
            spaced = _LEAD_WORDS.match(self._reply)
            if spaced and self._index(spaced["letter"]) is not None:
                own = self._choices[string.ascii_uppercase.index(spaced["letter"])]
                if choices_at_start(spaced["rest"], [own]):
                    return spaced.end("letter"), spaced["letter"]
            return None
        letter = next(found for found in match.groups() if found is not None)
        place = match.start(match.lastgroup or 0) + 1
        return None if any(start < place <= end for start, end in self._denied()) else (place, letter.upper())

    def _claims(self) -> Iterator[_Claim]:
        """Yield every claim of the reply that names a letter, unless it is denied."""
        reply, denied, ended = self._bare, self._denied(), ("", 0)
        for pattern in words.CLAIMS:
            for match in pattern.finditer(reply):
                between = match.groupdict().get("between") or ""
                place = match.start("letter")
                if any(start <= place < end for start, end in denied):
                    continue
                article = words.is_article(reply, place) and not words.NAMES_LETTER.search(
                    reply[max(0, place - 12) : place]
                )
                if words.NEGATION.search(between) or article or words.is_asked(reply, place):
                    continue
                two = words.OTHER_TOO.match(reply, place + 1) is not None or words.is_second(reply, place)
                two = two or words.BESIDE.match(reply, place + 1) is not None
                if pattern is words.CLAIM:
                    # "Answer: B", and "Answer: C" on the next line.
                    beside = ended[0] not in ("", match["letter"]) and not re.search(
                        r"\w", reply[ended[1] : match.start()]
                    )
                    two, ended = two or beside, (match["letter"], match.end())
                before = reply[max(0, match.start() - 30) : place]
                if pattern is words.GUESS:
                    # "Either B or D, but most likely B": the alternatives are before the comma.
                    before = re.split(r"[.,;:]|\bbut\b", reply[max(0, match.start() - 30) : match.start()])[-1]
                    if words.NEGATION.search(before):
                        continue
                    two = two or self._goes_on(place, match["letter"], denied)
                hedged = words.HEDGED.search(before) is not None
                yield _Claim(place, match["letter"].upper(), hedged, two)
        alone = _ALONE.search(reply[-200:])
        if alone and alone.start(1) > 1:
            yield _Claim(max(0, len(reply) - 200) + alone.start(1), alone[1], hedged=False, two=False)

    def _goes_on(self, place: int, letter: str, denied: list[tuple[int, int]]) -> bool:
        """Return True if another letter that is not denied comes later: "Probably A, I am not sure. Or C."."""
        reply, later = self._bare, re.compile(words.LETTER).finditer(self._bare, place + 1, place + MOST_WORDS)
        return any(
            match[0] != letter
            and not words.is_article(reply, match.start())
            and not any(start <= match.start() < end for start, end in denied)
            for match in later
        )

    def _denied(self) -> list[tuple[int, int]]:
        return [match.span("letters") for p in (words.DENIED, words.WRONG) for match in p.finditer(self._bare)]

    def _mentioned(self) -> int | None:
        """Return, for a short reply, the only letter in it; without letters, the choice whose words it uses."""
        reply, denied, asked = self._bare, self._denied(), False
        if words.UNFINISHED.search(reply[-40:]):
            return None
        found: set[str] = set()
        contradicts = False
        for match in re.finditer(words.LETTER, reply):
            place = match.start()
            name = words.NAMED_THING.search(reply[max(0, place - 12) : place])
            turned_down = any(s <= place < e for s, e in denied)
            if not turned_down and words.OTHER_TOO.match(reply, place + 1):
                return None
            if not words.is_article(reply, place) and not name and not turned_down:
                asked = asked or words.is_asked(reply, place)
                contradicts = contradicts or self._contradicts(place + 1, match[0])
                found.add(match[0])
        if found:
            left = reply
            for start, end in sorted(denied, reverse=True):
                left = left[: max(0, start - 12)] + left[end:]
            doubt = (
                len(reply) > MOST_WORDS
                or words.REFUSAL.search(reply)
                or words.NEGATION.search(left)
                or asked
                or contradicts
            )
            return self._index(found.pop()) if len(found) == 1 and not doubt else None
        if denied:
            return self._left(denied)
        choice = choice_by_words(self._reply, self._choices)
        return None if choice is None or self._begins_otherwise([choice]) else choice

    def _left(self, denied: list[tuple[int, int]]) -> int | None:
        """Return the only choice whose letter is not denied, if two or more others are and its words do not occur."""
        reply = self._bare
        if len(reply) > MOST_WORDS or words.REFUSAL.search(reply) or words.NO_ELIMINATION.search(reply):
            return None
        gone = {letter for start, end in denied for letter in re.findall(words.LETTER, reply[start:end])}
        left = [i for i, letter in enumerate(self._letters) if letter not in gone]
        if len(left) != 1 or len(self._letters) < 3:
            return None
        return None if self._choices[left[0]].casefold().strip(" .") in self._reply.casefold() else left[0]

    def _begins_otherwise(self, read: list[int]) -> bool:
        """Return True if the reply begins with a letter that is not one of `read`, the choices named by words."""
        if any(same_words(self._reply, self._choices[i]) for i in read):
            return False
        letter = letter_at_start(self._reply, self._choices)
        index = None if letter is None else self._index(letter)
        return index is not None and index not in read

    def _numbered(self, place: int, rest: str | None) -> int | None:
        if not 0 <= place < len(self._choices):
            return None
        return place if rest is None or same_words(rest, self._choices[place]) else None

    def _contradicts(self, place: int, letter: str) -> bool:
        """Return True if the words behind a letter are those of another choice ("B. on the sofa")."""
        index = self._index(letter)
        behind = self._reply[place : place + 1000]
        if "\n" in behind[: len(behind) - len(behind.lstrip(" .):,-*\n"))]:
            # A line of its own names another choice only if it is nothing else: "B", and then "Anna is in ...".
            behind = behind.strip(" .):,-*\n").partition("\n")[0]
            return index is not None and equal_choices(behind, self._choices) not in ([], [index])
        named = choices_at_start(behind, self._choices)
        return index is not None and bool(named) and index not in named

    def _own_words(self, place: int, letter: str) -> int:
        """Return the characters from `place` to the end of the letter's own words, 0 where they do not follow."""
        index = self._index(letter)
        own = "" if index is None else self._choices[index].strip(" .")
        found = re.match(rf"[\s.):,-]{{1,5}}{re.escape(own)}", self._reply[place : place + 2000], re.I) if own else None
        return found.end() if found else 0

    def _lists(self) -> bool:
        """Return True if lines begin with several letters: the choices repeated, or a word on each."""
        return len(set(_LISTED.findall(self._bare))) > 1

    def _takes_back(self, place: int, letter: str) -> bool:
        """Return True if a change of mind and another letter follow, in whatever words."""
        doubt = _DOUBT.search(self._bare, place)
        others = re.findall(words.LETTER, self._bare[doubt.end() :]) if doubt else []
        return any(other != letter and self._index(other) is not None for other in others)

    def _index(self, letter: str) -> int | None:
        place = self._letters.find(letter.upper())
        return None if place < 0 else place

    def _without_own_letters(self, reply: str) -> str:
        """Return the reply with "*" for letters in the choices' own words, so that places stay the same."""
        for choice in self._choices:
            if len(tokens(choice)) > 1 and re.search(words.LETTER, choice):
                pattern = re.escape(choice.strip(" ."))
                reply = re.sub(pattern, lambda match: re.sub(words.LETTER, "*", match[0]), reply, flags=re.I)
        return reply
