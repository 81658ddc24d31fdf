"""The two passes over a corpus: order, seed, counts, and that no video loses all of its turns."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mmego.errors import InputError
from mmego.narrations.clean import Drops
from mmego.qa.corpus.options import CorpusOptions
from mmego.qa.corpus.passes import filter_corpus
from mmego.qa.filters import DropReason
from mmego.records import QA
from mmego.records.length_classes import length_class
from tests.qa.corpus.corpora import long_and_short, of_videos, only, qa, run, turn, yes_no_corpus


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
        "from tests.qa.corpus.corpora import *; from mmego.qa.corpus.options import CORPUS_STEPS\n"
        "from mmego.qa.corpus.turn_features import turn_features\n"
        "print([c.id for c in run(yes_no_corpus(), only(*CORPUS_STEPS))],"
        " turn_features(qa('a'), turn('Where did I put 2 mugs?', 'there')))"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert done[0] == done[1]
    assert "TurnFeatures(" in done[0]


def test_order_identity_and_empty_conversations() -> None:
    whole = qa("a", turn("Where did I put the mug?", "on the table"))
    assert run([qa("none"), whole], CorpusOptions()) == [whole]
    assert run([], CorpusOptions()) == []


def test_every_drop_is_counted_and_called_back() -> None:
    corpus, drops, gone = yes_no_corpus(), Drops(), list[tuple[str, int, DropReason]]()
    out = list(
        filter_corpus(lambda: iter(corpus), only("yes_no"), drops, lambda c, i, reason: gone.append((c.id, i, reason)))
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
