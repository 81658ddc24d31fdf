"""No pattern and no reader of texts needs time that grows faster than the text.

The tests compare times with each other (the least of some runs at one length and at twice this length), and only where
the times are long enough to measure.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import mmego.bench.importers
import mmego.language
import mmego.llm
import mmego.narrations
import mmego.qa
import mmego.reporting
import mmego.review
from mmego.language import parser
from mmego.language.answer_matching import answers_agree
from mmego.language.question_parser import read_question
from mmego.narrations.clean import Drops, clean_sentence, is_take, plain_sentence
from mmego.narrations.readers.epic import noun_list
from mmego.narrations.readers.lines import seconds
from mmego.narrations.readers.number_marks import Marks
from mmego.narrations.readers.subtitles import _voices, without_marks
from mmego.qa.corpus.turn_features import turn_features
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.filters import FILTERS, FilterOptions, filter_sample
from mmego.qa.filters.leak import find_leak
from mmego.qa.filters.unsure import is_unsure
from mmego.records import QA, NarratedClip, Narration, Source, Span, Turn
from mmego.reporting import spreadsheet

# The parser of model responses has its own tests.
PACKAGES = (
    mmego.language,
    mmego.narrations,
    mmego.llm,
    mmego.reporting,
    mmego.review,
    mmego.qa,
    mmego.bench.importers,
)
ELSEWHERE = ("mmego.qa.writing.pairs", "mmego.llm.client")
# Patterns that are only used to match the start or the whole text, not to search.
AT_START = (
    "mmego.narrations.readers.subtitles._SRT",
    "mmego.narrations.readers.rows._FIRST_MEMBER",
    "mmego.reporting.spreadsheet._FORMULA",
    "mmego.llm.reasoning._BARE_START",
)
WHOLE = ("mmego.narrations.readers.lines._CLOCK", "mmego.bench.importers.hd_epic._TIME")
PIECES = [
    *("#", "# ", "#c", "#unsure ", " ", "\n", " \n", "a", "a ", "A ", "C ", "1", "1:", "1.", "1,", ",", ";", '"', "'"),
    *("\\", "(", "[", "<", "<v ", "<v.", "<b ", "<TIME ", "{\\", "-", "--> ", ".", "_", "_1", "=", "\uff1d"),
    *(
        "did i ",
        "what ",
        "how many a ",
        "which ",
        "the ",
        "of ",
        "my ",
        "his ",
        "first ",
        "after ",
        "i ",
        "and ",
        "or ",
    ),
    *("where did a ", "leave ", "sentence ", "man ", "person a ", "not ", "DAY1_", "A. ", "the first ", "i do not "),
]
STARTS = ("", "what ", "<v", '{"')
ENDS = ("\0", "x")
# The short ones first: an exponential pattern would never end on the long ones.
LENGTHS = (25, 200, 1500, 8000)
MEASURABLE = 0.02  # processor seconds; a quadratic pattern takes more at 8,000 characters
MOST_RATIO = 3.2  # of a text twice as long: 2 where time grows with the length, 4 where it grows with its square


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    seen = set()
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            if module.__name__ in ELSEWHERE:
                continue
            for name, value in vars(module).items():
                for pattern in _patterns_in(value):
                    if pattern not in seen and isinstance(pattern.pattern, str):
                        seen.add(pattern)
                        yield f"{module.__name__}.{name}", pattern


def _patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)) and depth < 3:
        for one in value:
            yield from _patterns_in(one, depth + 1)


def least(call: Callable[[str], object], text: str, times: int = 1) -> float:
    """Return the least processor seconds of some calls."""
    took = []
    for _ in range(times):
        begun = time.process_time()
        call(text)
        took.append(time.process_time() - begun)
    return min(took)


def grows_too_fast(call: Callable[[str], object], make: Callable[[int], str], lengths: tuple[int, ...]) -> float | None:
    """Return the ratio of times at one length and at twice this length, if it is too large."""
    for length in lengths:
        if least(call, make(length)) < MEASURABLE or least(call, make(length), 2) < MEASURABLE:
            continue
        ratio = min(least(call, make(2 * length), 3) / least(call, make(length), 3) for _ in range(2))
        if ratio > MOST_RATIO:
            return ratio
    return None


@pytest.mark.slow
@pytest.mark.parametrize(("name", "pattern"), [pytest.param(*one, id=one[0]) for one in patterns()])
def test_patterns_are_linear(name: str, pattern: re.Pattern[str]) -> None:
    call = pattern.match if name in AT_START else pattern.fullmatch if name in WHOLE else pattern.search
    for start in STARTS:
        for piece in PIECES:
            for end in ENDS:

                def make(length: int, start: str = start, piece: str = piece, end: str = end) -> str:
                    return start + piece * (length // len(piece)) + end

                ratio = grows_too_fast(call, make, LENGTHS)
                assert ratio is None, f"{name}: {make(12)!r} and so on: {ratio:.1f} times the time for twice the text"


def filtered(question: str, answer: str = "on the table") -> object:
    narrations = (Narration("v", Span(1, 2), "C puts the mug on the table"),)
    clip = NarratedClip("v:0-60", "v", Span(0, 60), narrations, "own")
    qa = QA(clip.id, "v", clip.clip, (Turn(question, answer, (Span(1, 2),), (0,)),), Source("own", "llm"))
    names = [name for name in FILTERS if name not in ("schema", "length")]
    return filter_sample(ClipQA(clip, qa), names, FilterOptions(), Drops())


def prints(text: str) -> object:
    turn = Turn(text, text, (Span(0, 1),))
    return turn_features(QA("v", "v", Span(0, 60), (turn,), Source("own", "llm")), turn)


READERS: dict[str, Callable[[str], object]] = {
    "clean_sentence": clean_sentence,
    "plain_sentence": plain_sentence,
    "is_take": lambda text: is_take(Narration("v", Span(0, 1), f"C takes {text}")),
    "noun_list": noun_list,
    "seconds": seconds,
    "numbers": lambda text: Marks().readings(text),
    "subtitles": lambda text: _voices(without_marks(text) + text),
    "grammar": lambda text: parser.parse(Narration("v", Span(0, 1), text)),
    "grammar's own": lambda text: parser._split_subject(text, "C"),
    "grammar without its cache": lambda text: parser._parse.__wrapped__(text, "C"),
    "read_question": read_question,
    "leak": find_leak,
    "unsure": is_unsure,
    "filters, question": filtered,
    "filters, answer": lambda text: filtered("Where did I put the mug?", text),
    "fingerprint": prints,
    "answers_agree": lambda text: answers_agree(text, "on the table"),
    "safe": spreadsheet.safe_cell,
    "plain": spreadsheet.raw_text,
}


@pytest.mark.parametrize("name", READERS)
def test_readers_of_texts_are_linear(name: str) -> None:
    for piece in PIECES:

        def make(length: int, piece: str = piece) -> str:
            return f"Q{piece * (length // len(piece))}x"

        ratio = grows_too_fast(READERS[name], make, (25, 500, 20_000))
        assert ratio is None, f"{make(12)!r} and so on: {ratio:.1f} times the time for twice the text"


def test_a_sentence_of_a_thousand_characters_is_the_longest() -> None:
    assert clean_sentence("#C C walks " + "x" * 980).dropped is None
    assert clean_sentence("#C C walks " + "x" * 1000).dropped == "too long"
    assert plain_sentence("walks " + "x" * 1000).dropped == "too long"
    assert plain_sentence("walks" + " " * 100_000 + "home").text == "walks home"
    assert not parser.parse(Narration("v", Span(0, 1), "C takes the mug " + "x" * 1000))
