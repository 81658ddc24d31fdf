"""Filters over a corpus: near duplicates, repeats, shares, length classes; two readings, one result for one seed."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.corpus.filters import CORPUS_STEPS, CorpusOptions, CorpusReport, filter_corpus
from mmego.qa.corpus.turn_features import answer_type
from mmego.qa.filters.registry import Fault
from mmego.records import QA, Source, Span, Turn
from mmego.records.length_classes import length_class

SOURCE = Source("own", "llm")


def only(*steps: str, **options: Any) -> CorpusOptions:
    return CorpusOptions(steps=steps, min_turns=0, min_conversations=0, **options)


def turn(question: str, answer: str, start: float = 0.0, category: str = "llm") -> Turn:
    return Turn(question, answer, (Span(start, start + 4),), (0,), category)


def qa(name: str, *turns: Turn, video: str = "v", seconds: float = 45.0) -> QA:
    return QA(name, video, Span(0, seconds), turns, SOURCE)


def run(corpus: list[QA], options: CorpusOptions, drops: Drops | None = None) -> list[QA]:
    return list(filter_corpus(lambda: iter(corpus), options, drops if drops is not None else Drops()))


def kept(corpus: list[QA], options: CorpusOptions) -> list[tuple[str, str]]:
    return [(t.question, t.answer) for c in run(corpus, options) for t in c.turns]


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


def yes_no_corpus() -> list[QA]:
    rng = random.Random(0)
    corpus = []
    for i in range(400):
        said = "yes" if rng.random() < 0.8 else "no"
        category = rng.choice(("closed", "switched"))
        turns = (turn(f"Did I close box {i}?", said, category=category), turn(f"What was in box {i}?", f"cup{i}"))
        corpus.append(qa(f"c{i}", *(turns if i % 2 else turns[:1]), video=f"v{i}"))
    return corpus


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


def long_and_short() -> list[QA]:
    sizes = {45.0: 100, 90.0: 60, 180.0: 40, 400.0: 20, 900.0: 20, 1800.0: 10, 3000.0: 10}
    return [
        qa(f"c{seconds}-{i}", turn(f"What was in box {i}?", f"cup{i}"), video=f"v{i % 10}", seconds=seconds)
        for seconds, number in sizes.items()
        for i in range(number)
    ]


@pytest.mark.parametrize(("ratio", "largest"), [(1.0, 10), (1.5, 36), (7.0, 100)])
def test_length_classes(ratio: float, largest: int) -> None:
    report = CorpusReport()
    out = list(filter_corpus(lambda: iter(long_and_short()), only("length_class", class_ratio=ratio), Drops(), report))
    classes = Counter(length_class(c.clip.length) for c in out)
    assert max(classes.values()) == largest
    assert largest <= ratio * len(out) / 7 + 1e-9
    assert classes["40-60"] == classes["20-40"] == 10
    assert report.classes_after == classes
    assert report.classes_before["0.5-1"] == 100
    assert (report.turns_before, report.turns_after) == (260, len(out))


def test_shares_are_left_alone_in_a_small_corpus() -> None:
    corpus = [qa(f"c{i}", turn(f"Did I close box {i}?", "yes")) for i in range(50)]
    assert len(run(corpus, CorpusOptions())) == 50
    assert run(corpus, only(*CORPUS_STEPS)) == []


def test_one_seed_one_result_whatever_the_order_of_reading() -> None:
    corpus = long_and_short()
    shuffled = random.Random(1).sample(corpus, len(corpus))
    options = only("length_class", class_ratio=1.0, seed=3)
    ids = sorted(c.id for c in run(corpus, options))
    assert ids == sorted(c.id for c in run(shuffled, options))
    assert ids != sorted(c.id for c in run(corpus, replace(options, seed=4)))


def test_the_same_in_another_process() -> None:
    """Python's own string hashes differ from process to process: none of them may be used."""
    program = (
        "from tests.qa.corpus.test_filters import *; from mmego.qa.corpus.turn_features import fingerprint\n"
        "print([c.id for c in run(yes_no_corpus(), only(*CORPUS_STEPS))],"
        " fingerprint(qa('a'), turn('Where did I put 2 mugs?', 'there')))"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert done[0] == done[1]
    assert "Print(" in done[0]


def test_order_identity_and_empty_conversations() -> None:
    whole = qa("a", turn("Where did I put the mug?", "on the table"))
    assert run([qa("none"), whole], CorpusOptions()) == [whole]
    assert run([], CorpusOptions()) == []


def test_every_drop_is_counted_and_called_back() -> None:
    corpus, drops, gone = yes_no_corpus(), Drops(), list[tuple[str, int, Fault]]()
    out = list(
        filter_corpus(
            lambda: iter(corpus), only("yes_no"), drops, None, lambda c, i, fault: gone.append((c.id, i, fault))
        )
    )
    before, after = (sum(len(c.turns) for c in cs) for cs in (corpus, out))
    assert drops.counts.total() == before - after == len(gone) > 0
    assert len(drops.examples[next(iter(drops.counts))]) == 5


def test_a_second_reading_that_differs_is_refused() -> None:
    corpora = iter(([qa("a", turn("What?", "x")), qa("b", turn("What?", "x"))], [qa("b", turn("What?", "x"))]))

    def read() -> Iterator[QA]:
        return iter(next(corpora))

    with pytest.raises(InputError, match="second reading"):
        list(filter_corpus(read, CorpusOptions(), Drops()))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"steps": ("dups",)}, "no filter 'dups'; there are duplicate, repeated"),
        ({"likeness": 0.0}, "likeness should be above 0"),
        ({"class_ratio": 0.5}, "class_ratio should be 1 or more"),
        ({"most_repeats": 0}, "most_repeats should be 1 or more"),
    ],
)
def test_options_that_are_not_allowed(option: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CorpusOptions(**option)


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("Did I?", "Yes, I did.", "yes"),
        ("Did I?", "no", "no"),
        ("How many?", "two plates", "number"),
        ("Which colour was it?", "dark red", "colour"),
        ("Which was it?", "The red", "thing"),
        ("Where?", "the kitchen", "place"),
        ("What is there?", "in the box", "place"),
        ("Who?", "a man", "person"),
        ("What?", "the red mug", "thing"),
        ("What?", "I put the red mug on it.", "sentence"),
        ("What?", "", "thing"),
    ],
)
def test_answer_types(question: str, answer: str, kind: str) -> None:
    assert answer_type(question, answer) == kind


def of_videos(out: list[QA]) -> set[str]:
    return {c.video for c in out}


def test_balancing_lengths_keeps_a_conversation_of_every_video_and_the_shares() -> None:
    """Forty videos of one short clip each beside a few with long ones: the short class is cut, no video is lost."""
    asked = turn("Where did I put the mug?", "on the table"), turn("What did I take?", "the fork", 9.0)
    corpus = [qa(f"v{i}", *asked, video=f"v{i}") for i in range(40)]
    corpus += [qa(f"w{i}-{n}", *asked, video=f"w{i}", seconds=(45.0, 90.0)[n % 2]) for i in range(5) for n in range(40)]
    out = run(corpus, only("length_class", class_ratio=1))
    assert of_videos(out) == of_videos(corpus)
    assert Counter(length_class(c.clip.length) for c in out) == {"0.5-1": 100, "1-2": 100}
    # Whole conversations stay, and it is the same for another order of the corpus.
    assert all(len(c.turns) == 2 for c in out)
    assert {c.id for c in run(corpus[::-1], only("length_class", class_ratio=1))} == {c.id for c in out}


def test_of_videos_with_one_conversation_none_goes() -> None:
    corpus = [replace(c, video=c.id) for c in long_and_short()]
    assert len(run(corpus, only("length_class", class_ratio=1))) == len(corpus) == 260


def test_where_nothing_is_lost_nothing_changes() -> None:
    asked = turn("Where did I put the mug?", "on the table")
    corpus = [qa(f"c{i}", asked, video="v", seconds=45.0 if i < 300 else 90.0) for i in range(400)]
    out = run(corpus, only("length_class", class_ratio=1))
    assert Counter(c.clip.length for c in out) == {45.0: 100, 90.0: 100}


def test_what_is_too_much_goes_from_videos_that_have_more() -> None:
    """Ten videos with one turn each and one with a hundred of the same kind: the ten stay, and the cap holds."""
    alone = [qa(f"a{i}", turn("What did I pick up first?", "the fork"), video=f"a{i}") for i in range(10)]
    many = [qa(f"b{i}", turn("What did I pick up first?", "the fork", i * 9.0), video="b") for i in range(100)]
    out = run(alone + many, only("repeated", most_repeats=12))
    assert (len(out), of_videos(out)) == (12, {"b", *(f"a{i}" for i in range(10))})
    # A cap that has no room for every video holds all the same.
    assert len(run(alone + many, only("repeated", most_repeats=5))) == 5


def test_length_classes_of_random_corpora_lose_no_video() -> None:
    rng = random.Random(5)
    for seed in range(30):
        corpus = [
            qa(
                f"c{i}",
                *(
                    turn(f"What did I do {rng.randrange(6)}?", rng.choice(("yes", "no", "the fork", "two")), 9.0 * n)
                    for n in range(rng.randrange(1, 4))
                ),
                video=f"v{rng.randrange(25)}",
                seconds=rng.choice((45.0, 45.0, 90.0, 200.0)),
            )
            for i in range(120)
        ]
        before = run(corpus, only("repeated", "yes_no", "one_answer", seed=seed, most_repeats=6))
        out = run(before, only("length_class", seed=seed, class_ratio=1.2))
        assert of_videos(out) == of_videos(before)
        assert {c.id for c in run(before[::-1], only("length_class", seed=seed, class_ratio=1.2))} == {
            c.id for c in out
        }
