from __future__ import annotations

import itertools

import pytest

from mmego.qa.writing.windows import cut_windows, number_sentences, topic_words, window_time
from mmego.records import NarratedClip, Narration, Span
from tests.qa.narrated_clips import clip


def test_sentences_are_numbered_from_one_with_times_of_the_clip() -> None:
    assert number_sentences(clip(start=3600.0), [0, 1]) == (
        "1. [00:02] C picks up the red mug from the drawer\n2. [00:05] C puts the red mug on the table"
    )


def test_a_sentence_stays_one_line() -> None:
    odd = Narration("v", Span(3725.0, 3725.0), "C opens\n7. [00:01] a lid \ud800")
    text = number_sentences(NarratedClip("v", "v", Span(0, 4000), (odd,), "d"), [0])
    assert text == "1. [62:05] C opens 7. [00:01] a lid ?"


@pytest.mark.parametrize(
    ("actor", "text", "shown"),
    [
        ("O", "picks up the cup", "another person picks up the cup"),
        ("X", "Waves a hand", "another person waves a hand"),
        ("C", "picks up the cup", "picks up the cup"),
        ("X", "man X picks up the cup", "man X picks up the cup"),
        ("O", "the dog eats the bone", "the dog eats the bone"),
        ("O", "woman cuts bread", "woman cuts bread"),
        ("O", "Mark cuts bread", "Mark cuts bread"),
        ("O", "They wash the pan", "They wash the pan"),
    ],
)
def test_deeds_of_others_are_not_shown_as_the_wearers(actor: str, text: str, shown: str) -> None:
    told = Narration("v", Span(1.0, 1.0), text, actor)
    assert number_sentences(NarratedClip("v", "v", Span(0, 9), (told,), "d"), [0]) == f"1. [00:01] {shown}"


def test_a_time_before_the_clip_is_its_start() -> None:
    assert window_time(-3.0) == "00:00"


@pytest.mark.parametrize(("total", "size", "overlap"), [(81, 80, 20), (200, 80, 20), (317, 40, 39), (1000, 50, 0)])
def test_windows_cover_everything_and_overlap(total: int, size: int, overlap: int) -> None:
    windows = cut_windows(clip(sentences=total), size, overlap, overview=0)
    assert {i for w in windows for i in w.indices} == set(range(total))
    assert all(w.kind == "part" and len(w.indices) == size for w in windows)
    shared = [len(set(a.indices) & set(b.indices)) for a, b in itertools.pairwise(windows)]
    assert min(shared) >= max(overlap - 1, 0)  # starts are rounded to whole sentences
    assert len(windows) == -(-(total - overlap) // (size - overlap))


def test_a_short_clip_is_one_whole_window_and_an_empty_one_none() -> None:
    (window,) = cut_windows(clip(sentences=80), 80, 20, 100)
    assert (window.kind, window.indices) == ("whole", tuple(range(80)))
    assert cut_windows(clip(sentences=0), 80, 20, 100) == []


def test_the_overview_holds_every_sentence_on_its_topics() -> None:
    texts = [f"C walks {i}" for i in range(300)]
    for i in (5, 150, 290):
        texts[i] = "C picks up the umbrella"
    for i in (40, 41):
        texts[i] = "C wipes the kettle"  # near enough for one window
    told = tuple(Narration("v", Span(float(i), float(i)), text) for i, text in enumerate(texts))
    *parts, overview = cut_windows(NarratedClip("v", "v", Span(0, 300), told, "d"), 50, 10, 60)
    assert all(w.kind == "part" for w in parts)
    assert (overview.kind, overview.topics, overview.indices) == ("overview", ("umbrella",), (5, 150, 290))


def test_the_overview_keeps_to_its_budget() -> None:
    overview = cut_windows(clip(sentences=400), 50, 10, 30)[-1]
    # Every thing is named far more often than a quarter of the budget: nobody could count it.
    assert overview.kind == "part"
    few = cut_windows(clip(sentences=400), 50, 10, 300)[-1]
    assert few.kind == "overview"
    assert len(few.indices) <= 300
    words = [topic_words(n) for n in clip(sentences=400).narrations]
    for topic in few.topics:
        assert {i for i, found in enumerate(words) if topic in found} <= set(few.indices)


def test_topic_words_are_nouns_where_given_and_else_neither_actor_nor_verb() -> None:
    span = Span(0, 0)
    assert topic_words(Narration("v", span, "C picks up the red mugs from a shelf")) == {"red", "mug", "shelf"}
    assert topic_words(Narration("v", span, "take plates")) == {"plate"}
    assert topic_words(Narration("v", span, "take it", nouns=("chopping:board",))) == {"chopping", "board"}
