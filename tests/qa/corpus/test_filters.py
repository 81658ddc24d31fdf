"""Filters over a corpus: near duplicates, repeats, shares, length classes; two readings, one result for one seed."""

from __future__ import annotations

from collections import Counter

import pytest

from mmego.narrations.clean import Drops
from mmego.qa.corpus.options import CORPUS_STEPS, CorpusOptions
from mmego.qa.corpus.passes import filter_corpus
from mmego.qa.corpus.turn_features import answer_type
from mmego.records.length_classes import length_class
from tests.qa.corpus.corpora import kept, long_and_short, only, qa, run, turn, yes_no_corpus


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("Where did I put the mug?", "on the table"), ("Where did I place the mug?", "I placed it on the table.")),
        (("Where did I put the mug?", "on the table"), ("where did i put the MUG", "On the table!")),
        (("What did I take from the fridge?", "the red cup"), ("What did I grab out of the fridge?", "a cup")),
        (("Did I close the fridge?", "yes"), ("Did I close the refrigerator?", "Yes, I closed it.")),
        (("How many times did I open it?", "two times"), ("How many times did I open it?", "2")),
    ],
)
def test_near_duplicates_of_one_moment(first: tuple[str, str], second: tuple[str, str]) -> None:
    one, two = turn(*first, 3.0), turn(*second, 4.0)
    for corpus in ([qa("a", one, two)], [qa("a", one), qa("b", two, seconds=300)]):
        drops = Drops()
        out = run(corpus, only("duplicate"), drops)
        assert sum(len(c.turns) for c in out) == 1
        assert dict(drops.counts) == {"duplicate: asks and answers the same of the same moment": 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("What did I pick up first?", "the mug"), ("What did I pick up last?", "the mug")),
        (("What did I do before I sat down?", "I ate"), ("What did I do after I sat down?", "I ate")),
        (("Did I switch on the lamp?", "yes"), ("Did I switch off the lamp?", "yes")),
        (("Did I close the fridge?", "yes"), ("Did I close the fridge?", "no")),
        (("Where did I put the mug?", "on the table"), ("Where did I put the mug?", "in the sink")),
        (("Where did I put the mug?", "on the table"), ("Where did I put the plate?", "on the table")),
        (("Where did I put the red mug?", "on the table"), ("Where did I put the blue mug?", "on the table")),
        (("What did he take?", "the mug"), ("What did I take?", "the mug")),
        (("Which was in my left hand?", "the mug"), ("Which was in my right hand?", "the mug")),
    ],
)
def test_questions_that_only_look_alike(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert len(kept([qa("a", turn(*first), turn(*second))], only("duplicate"))) == 2


def test_other_moments_and_other_videos_are_no_duplicates() -> None:
    asked = ("Where did I put the mug?", "on the table")
    corpus = [qa("a", turn(*asked, 0.0), turn(*asked, 20.0)), qa("b", turn(*asked, 0.0), video="w")]
    assert len(kept(corpus, only("duplicate"))) == 3


def test_of_duplicates_the_one_in_the_rarer_length_class_stays() -> None:
    asked = turn("Where did I put the mug?", "on the table")
    corpus = [qa("a", asked), qa("b", turn("What is it?", "a cup")), qa("long", asked, seconds=900)]
    assert [c.id for c in run(corpus, only("duplicate"))] == ["b", "long"]


def test_the_same_pair_too_often() -> None:
    corpus = [qa(f"c{i}", turn("What did I pick up first?", "the fork"), video=f"v{i}") for i in range(30)]
    corpus.append(qa("other", turn("What did I pick up first?", "the spoon"), video="w"))
    out = run(corpus, only("repeated", most_repeats=7))
    assert len(out) == 8
    assert "other" in {c.id for c in out}


def test_as_many_yes_as_no_in_each_category() -> None:
    turns = [t for c in run(yes_no_corpus(), only("yes_no", yes_no_share=1)) for t in c.turns]
    by = Counter((t.category, t.answer) for t in turns if t.answer in ("yes", "no"))
    assert by["closed", "yes"] == by["closed", "no"] > 10
    assert by["switched", "yes"] == by["switched", "no"] > 10
    assert sum(t.answer not in ("yes", "no") for t in turns) == 200


def test_share_of_yes_and_no() -> None:
    turns = [t for c in run(yes_no_corpus(), only("yes_no", yes_no_share=0.2)) for t in c.turns]
    share = sum(t.answer in ("yes", "no") for t in turns) / len(turns)
    assert 0.17 < share <= 0.2


def test_one_answer_of_a_category() -> None:
    corpus = [
        qa(f"c{i}", turn(f"What did I see in box {i}?", "the cup" if i < 60 else f"the thing{i % 7}"))
        for i in range(100)
    ]
    answers = Counter(answer for _, answer in kept(corpus, only("one_answer", one_answer_share=0.25)))
    assert answers["the cup"] <= 0.25 * answers.total()
    assert answers["the cup"] >= 0.2 * answers.total()
    assert sum(n for answer, n in answers.items() if answer != "the cup") == 40


def test_one_type_of_answer() -> None:
    things = [turn(f"What did I see in box {i}?", f"cup{i}") for i in range(80)]
    places = [turn(f"Where did I put cup {i}?", f"in box{i}") for i in range(20)]
    out = kept([qa("a", *things, *places)], only("answer_type", answer_type_share=0.6))
    assert Counter(answer_type(*pair) for pair in out) == {"place": 20, "thing": 30}


@pytest.mark.parametrize(("ratio", "largest"), [(1.0, 10), (1.5, 36), (7.0, 100)])
def test_length_classes(ratio: float, largest: int) -> None:
    out = list(filter_corpus(lambda: iter(long_and_short()), only("length_class", class_ratio=ratio), Drops()))
    classes = Counter(length_class(c.clip.length) for c in out)
    assert max(classes.values()) == largest
    assert largest <= ratio * len(out) / 7 + 1e-9
    assert classes["40-60"] == classes["20-40"] == 10


def test_shares_are_left_alone_in_a_small_corpus() -> None:
    corpus = [qa(f"c{i}", turn(f"Did I close box {i}?", "yes")) for i in range(50)]
    assert len(run(corpus, CorpusOptions())) == 50
    assert run(corpus, only(*CORPUS_STEPS)) == []
