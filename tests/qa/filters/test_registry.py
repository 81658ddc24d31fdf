"""Filters of single turns: a hand-made set of good and bad pairs, odd records, names, counts."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.data.clip_qa import ClipQA, Verdict
from mmego.qa.filters import DropReason, FilterOptions, filter_rows, filter_sample, find_drop_reasons
from mmego.qa.rules.turns import make_turns
from mmego.records import NarratedClip, Narration, Span, Turn
from tests.qa.filters.cases import ALL, NARRATED, OPTIONS, clip_of, fault_of, sample_of, turn_of
from tests.qa.llm_pairs import BAD, GOOD, Pair
from tests.qa.narrate import HOUSE


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


def test_filters_of_verdicts_run_only_if_named() -> None:
    clip = NARRATED["kitchen"]
    turn = turn_of(clip, "Where did I put the eggs?", "On the counter.", (3,))
    sample = sample_of(clip, turn, turn, verdicts=(Verdict(True, True), Verdict(False, False)))
    assert find_drop_reasons(sample, ("schema", "leak"), OPTIONS) == [None] * 2


def test_rules_made_turns_pass() -> None:
    clip = clip_of(*HOUSE)
    turns = [turn for seed in range(10) for turn in make_turns(clip.narrations, clip.clip.end, seed)]
    faults = find_drop_reasons(sample_of(clip, *turns), ALL, OPTIONS)
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
    faults = find_drop_reasons(sample_of(clip, *wrong), ALL, OPTIONS)
    assert Counter(fault.filter if fault else None for fault in faults).keys() <= {"ungrounded", "answer_in_question"}


def test_counts_examples_and_what_is_called_back() -> None:
    clip = NARRATED["kitchen"]
    good = turn_of(clip, "Where did I put the eggs?", "On the counter.", (3,))
    bad = turn_of(clip, "What did C put on the counter?", "The eggs.", (3,))
    drops, gone = Drops(), list[tuple[str, int, DropReason]]()
    kept = filter_sample(
        sample_of(clip, bad, good, bad), ALL, OPTIONS, drops, lambda qa, i, fault: gone.append((qa.id, i, fault))
    )
    assert kept.turns == (good,)
    assert dict(drops.counts) == {"leak: names somebody by a letter": 2}
    assert drops.examples["leak: names somebody by a letter"][0] == "c#0 What did C put on the counter? -> The eggs."
    assert gone == [("c", i, DropReason("leak", "names somebody by a letter")) for i in (0, 2)]
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
    assert fault_of(*args) == DropReason("leak", "names somebody by a letter")
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
    assert find_drop_reasons(sample_of(empty, turn), ALL, OPTIONS) == [
        DropReason("index", "cites a sentence that is not there")
    ]


def test_epic_style_sentences_with_nouns_of_their_own() -> None:
    narration = Narration("v", Span(1, 2), "put it down", "C", "put", ("cup", "counter"))
    clip = NarratedClip("c", "v", Span(0, 30), (narration,), "epic-kitchens")
    assert fault_of(clip, "What did I put down?", "the cup", (0,)) is None
    assert fault_of(clip, "What did I put down?", "the jar", (0,)) is not None
