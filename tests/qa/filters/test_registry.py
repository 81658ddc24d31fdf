"""Filters of single turns: a hand-made set of good and bad pairs, odd records, names, counts."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops, to_spans
from mmego.qa.data.clip import ClipQA, Verdict
from mmego.qa.filters.registry import FILTERS, Fault, FilterOptions, filter_rows, filter_sample, find_faults
from mmego.qa.rules.make_turns import make_turns
from mmego.records import QA, NarratedClip, Narration, Source, Span, Turn
from tests.qa.llm_pairs import BAD, CLIPS, GOOD, Pair
from tests.qa.narrate import HOUSE, tell

ALL = tuple(FILTERS)
OPTIONS = FilterOptions()


def clip_of(*lines: str) -> NarratedClip:
    narrations = tell(*lines)
    return NarratedClip("c", "v", Span(0, narrations[-1].span.end + 10), tuple(narrations), "own")


def sample_of(clip: NarratedClip, *turns: Turn, verdicts: tuple[Verdict, ...] = ()) -> ClipQA:
    return ClipQA(clip, QA("c", "v", clip.clip, turns, Source("own", "llm")), verdicts=verdicts)


def turn_of(clip: NarratedClip, question: Any, answer: Any, cited: tuple[Any, ...]) -> Turn:
    spans = to_spans(clip.narrations, clip.clip.end)
    at = tuple(spans[i] for i in cited if isinstance(i, int) and 0 <= i < len(spans))
    return Turn(question, answer, at or (Span(1, 2),), cited, "llm")


def fault_of(clip: NarratedClip, question: Any, answer: Any, cited: tuple[Any, ...], *names: str) -> Fault | None:
    return find_faults(sample_of(clip, turn_of(clip, question, answer, cited)), names or ALL, OPTIONS)[0]


NARRATED = {name: clip_of(*lines) for name, lines in CLIPS.items()}


@pytest.mark.parametrize("pair", GOOD, ids=lambda pair: pair[1])
def test_good_pairs_pass_every_filter(pair: Pair) -> None:
    clip, question, answer, cited, _ = pair
    assert fault_of(NARRATED[clip], question, answer, cited) is None


@pytest.mark.parametrize("pair", BAD, ids=lambda pair: f"{pair[4]}: {pair[1]} {pair[2]}"[:80])
def test_bad_pairs_are_caught_by_the_filter_meant_for_them(pair: Pair) -> None:
    clip, question, answer, cited, meant = pair
    found = fault_of(NARRATED[clip], question, answer, cited)
    assert found is not None
    assert found.filter == meant


def test_the_hand_made_set_is_large_and_has_every_filter_that_needs_no_second_model() -> None:
    assert len(GOOD) >= 60
    assert len(BAD) >= 60
    assert {pair[4] for pair in BAD} == set(ALL) - {"common_sense", "unanswerable"}


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        (None, "yes", "question or answer is no text"),
        ("Where did I put the eggs?", 3, "question or answer is no text"),
        ("Where did I put the eggs?", ["on the counter"], "question or answer is no text"),
        ("Where did I put the eggs?", "\n", "empty question or answer"),
        ("I put the eggs somewhere.", "On the counter.", "does not ask"),
    ],
)
def test_texts_that_are_none(question: Any, answer: Any, reason: str) -> None:
    clip = NARRATED["kitchen"]
    assert fault_of(clip, question, answer, (3,)) == Fault("schema", reason)
    # With schema switched off no other filter stumbles over them.
    fault_of(clip, question, answer, (3,), *(name for name in ALL if name != "schema"))


def test_a_request_without_question_mark_asks() -> None:
    assert fault_of(NARRATED["kitchen"], "Tell me where I put the eggs.", "On the counter.", (3,)) is None


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ((), "no key span"),
        ((Span(-1, 3),), "key span outside the clip"),
        ((Span(1, 2), Span(200, 300)), "key span outside the clip"),
        ((Span(0, 230.04),), None),
    ],
)
def test_key_spans(spans: tuple[Span, ...], reason: str | None) -> None:
    clip = NARRATED["kitchen"]
    assert clip.clip == Span(0, 230)
    turn = Turn("Where did I put the eggs?", "On the counter.", spans, (3,))
    found = find_faults(sample_of(clip, turn), ALL, OPTIONS)[0]
    assert (found.reason if found else None) == reason


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ([9.0, 3.0], "start <= end"),
        ([math.nan, 3.0], "start <= end"),
        ([1.0, math.inf], "finite times"),
        ([1, 10**400], "finite times"),
        (["1", "2"], "a span is written"),
        ([True, 2], "a span is written"),
        ([1.0], "a span is written"),
    ],
)
def test_what_is_no_span_is_no_record_at_all(span: list[object], said: str) -> None:
    row = sample_of(NARRATED["kitchen"], turn_of(NARRATED["kitchen"], "What?", "x", (1,))).to_json()
    row["qa"]["turns"][0]["key_spans"] = [span]
    with pytest.raises(InputError, match=said):
        ClipQA.from_json(row)


def test_a_runaway_answer_is_dropped() -> None:
    question = "Where did I put the eggs?"
    assert fault_of(NARRATED["kitchen"], question, "x " * 1001, (3,)) == Fault(
        "schema", "question or answer of more than 2,000 characters"
    )


@pytest.mark.parametrize("cited", [(), (22,), (-1,), (True,), (1.0,), ("3",), (None,), (3, 99)])
def test_indices_that_point_nowhere(cited: tuple[Any, ...]) -> None:
    found = fault_of(NARRATED["kitchen"], "Where did I put the eggs?", "On the counter.", cited)
    assert found is not None
    assert found.filter == "index"
    # ... and without `index` the others work with those that are there.
    fault_of(NARRATED["kitchen"], "Where did I put the eggs?", "On the counter.", cited, *(set(ALL) - {"index"}))


def test_verdicts_of_a_second_model() -> None:
    clip = NARRATED["kitchen"]
    turn = turn_of(clip, "Where did I put the eggs?", "On the counter.", (3,))
    verdicts = (
        Verdict(blind=True, told=True),
        Verdict(blind=False, told=False),
        Verdict(blind=False, told=True),
        Verdict(),
    )
    sample = sample_of(clip, turn, turn, turn, turn, verdicts=verdicts)
    found = [fault and fault.filter for fault in find_faults(sample, ALL, OPTIONS)]
    assert found == ["common_sense", "unanswerable", None, None]
    assert find_faults(sample, ("schema", "leak"), OPTIONS) == [None] * 4


def test_rules_made_turns_pass() -> None:
    clip = clip_of(*HOUSE)
    turns = [turn for seed in range(10) for turn in make_turns(clip.narrations, clip.clip.end, seed)]
    faults = find_faults(sample_of(clip, *turns), ALL, OPTIONS)
    assert [(turn, fault) for turn, fault in zip(turns, faults, strict=True) if fault] == []
    assert len(turns) > 100


def test_wrong_answers_put_into_rules_made_turns_are_caught() -> None:
    """Each answer is replaced by another turn's: the sentences then lack it."""
    clip = clip_of(*HOUSE)
    turns = [t for t in make_turns(clip.narrations, clip.clip.end, 0) if t.answer not in ("yes", "no")]
    wrong = []
    for turn in turns:
        told = " ".join(clip.narrations[i].text for i in turn.narrations)
        answer = next(t.answer for t in turns if not set(t.answer.split()[1:]) & set(told.split()))
        wrong.append(Turn(turn.question, answer, turn.key_spans, turn.narrations, turn.category))
    faults = find_faults(sample_of(clip, *wrong), ALL, OPTIONS)
    assert Counter(fault.filter if fault else None for fault in faults).keys() <= {"ungrounded", "answer_in_question"}


def test_counts_examples_and_what_is_called_back() -> None:
    clip = NARRATED["kitchen"]
    good = turn_of(clip, "Where did I put the eggs?", "On the counter.", (3,))
    bad = turn_of(clip, "What did C put on the counter?", "The eggs.", (3,))
    drops, gone = Drops(), list[tuple[str, int, Fault]]()
    kept = filter_sample(
        sample_of(clip, bad, good, bad), ALL, OPTIONS, drops, lambda qa, i, fault: gone.append((qa.id, i, fault))
    )
    assert kept.turns == (good,)
    assert dict(drops.counts) == {"leak: names somebody by a letter": 2}
    assert drops.examples["leak: names somebody by a letter"][0] == "c#0 What did C put on the counter? -> The eggs."
    assert gone == [("c", i, Fault("leak", "names somebody by a letter")) for i in (0, 2)]
    rows = filter_rows(ALL, 3, drops)
    assert [(row["name"], row["seen"], row["dropped"]) for row in rows][:5] == [
        ("schema", 3, 0),
        ("length", 3, 0),
        ("index", 3, 0),
        ("leak", 3, 2),
        ("unsure", 1, 0),
    ]
    assert rows[3]["reasons"] == {"names somebody by a letter": 2}
    assert len(rows[3]["examples"]["names somebody by a letter"]) == 2


def test_filters_can_be_switched() -> None:
    clip = NARRATED["kitchen"]
    args = (clip, "What did C put on the counter?", "The eggs and the ham.", (3,))
    assert fault_of(*args) == Fault("leak", "names somebody by a letter")
    without = fault_of(*args, *(name for name in ALL if name != "leak"))
    assert without is not None
    assert without.filter == "ungrounded"
    assert fault_of(*args, "schema") is None


def test_unknown_names_and_wrong_limits_say_what_is_allowed() -> None:
    sample = sample_of(NARRATED["kitchen"])
    with pytest.raises(InputError, match="no filter 'leaks'; there are schema, length"):
        filter_sample(sample, ("leaks",), OPTIONS, Drops())
    with pytest.raises(InputError, match="min_answer_words should be at most max_answer_words, got 3 and 2"):
        FilterOptions(min_answer_words=3, max_answer_words=2)
    with pytest.raises(InputError, match="span_slack"):
        FilterOptions(span_slack=math.nan)


def test_a_clip_without_a_sentence_or_a_turn() -> None:
    empty = NarratedClip("c", "v", Span(0, 30), (), "own")
    assert filter_sample(sample_of(empty), ALL, OPTIONS, Drops()).turns == ()
    turn = Turn("Where did I put the eggs?", "On the counter.", (Span(1, 2),), (0,))
    assert find_faults(sample_of(empty, turn), ALL, OPTIONS) == [Fault("index", "cites a sentence that is not there")]


def test_epic_style_sentences_with_nouns_of_their_own() -> None:
    narration = Narration("v", Span(1, 2), "put it down", "C", "put", ("cup", "counter"))
    clip = NarratedClip("c", "v", Span(0, 30), (narration,), "epic-kitchens")
    assert fault_of(clip, "What did I put down?", "the cup", (0,)) is None
    assert fault_of(clip, "What did I put down?", "the jar", (0,)) is not None


@pytest.mark.parametrize(
    ("question", "answer", "dropped"),
    [
        ("What did I do first with the oil?", "I got the oil.", False),
        ("What did I do with the eggs after I got them?", "I used the eggs.", True),
        ("What did I do after I got the oil?", "I got the oil.", True),
        ("What did I do with the oil?", "I had the oil.", True),
        ("What did I get from the oil shelf?", "I got the oil.", True),
        ("Where was the oil on the shelf?", "I got the oil from the shelf.", True),
    ],
)
def test_an_answer_whose_verb_is_the_news_passes(question: str, answer: str, dropped: bool) -> None:
    fault = fault_of(NARRATED["kitchen"], question, answer, (3,), "answer_in_question")
    assert (fault is not None) is dropped
