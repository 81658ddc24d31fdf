"""Quotas, the cap per video, the spread over categories and time, and what is said of a shortfall."""

from __future__ import annotations

from collections import Counter

import pytest

from mmego.bench.build.quotas import QUESTIONS, VIDEOS, Candidate, Quotas, choose, place_of
from mmego.errors import InputError
from mmego.records import Span
from mmego.records.length_classes import LENGTH_CLASSES

CATEGORIES = ("where_put", "first", "deed")


def pool(videos: int, each: int, length_class: str = "0.5-1", prefix: str = "v") -> list[Candidate]:
    """`each` questions of one class on each of `videos` videos, categories and places in turn."""
    return [
        Candidate(f"{prefix}{v}-{length_class}-{n}", f"{prefix}{v}", length_class, CATEGORIES[n % 3], n / each)
        for v in range(videos)
        for n in range(each)
    ]


def test_the_defaults_are_the_papers_table() -> None:
    assert sum(QUESTIONS) == 7026  # EgoMemoria: arXiv 2410.07177
    assert sum(VIDEOS) == 629
    assert Quotas.of([5], [2], 3).questions == (5,) * 7


@pytest.mark.parametrize("wrong", [{"questions": (1, 2)}, {"videos": (-1,) * 7}, {"per_video": 0}])
def test_quotas_that_are_none(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Quotas(**wrong)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"0\.5-1"):
        Quotas.of([1, 2], [3], 3)


def test_a_class_with_plenty_is_filled_evenly() -> None:
    found = pool(30, 12)
    ids, filled = choose(found, Quotas.of([60], [20], 5), seed=1)
    assert [f.taken for f in filled] == [60, 0, 0, 0, 0, 0, 0]
    by = {one.id: one for one in found}
    chosen = [by[name] for name in ids]
    assert len(set(ids)) == 60
    assert set(Counter(one.video for one in chosen).values()) == {3}  # 60 on 20 videos
    assert set(Counter(one.category for one in chosen).values()) == {20}
    parts = Counter(min(4, int(one.place * 5)) for one in chosen)
    assert max(parts.values()) - min(parts.values()) <= 6
    assert filled[0].why == ""
    assert filled[0].videos == 20
    # As in the order given.
    order = [one.id for one in found]
    assert [order.index(name) for name in ids] == sorted(order.index(name) for name in ids)


def test_seeds() -> None:
    found = pool(30, 12)
    quotas = Quotas.of([60], [20], 5)
    assert choose(found, quotas, 1) == choose(iter(found), quotas, 1)
    assert choose(found, quotas, 1)[0] != choose(found, quotas, 2)[0]


def test_the_cap_counts_all_classes_of_a_video_together() -> None:
    found = [one for name in LENGTH_CLASSES for one in pool(4, 10, name)]
    ids, filled = choose(found, Quotas.of([20], [9], 14), seed=0)
    by = {one.id: one.video for one in found}
    assert set(Counter(by[name] for name in ids).values()) == {14}
    # Four videos give 56 of the 140 asked for; no class gets more than its eighth.
    assert sorted(f.taken for f in filled) == [8] * 7
    assert all("32 more in videos that gave --per-video" in f.why for f in filled)


def test_the_scarce_class_does_not_lose_its_videos_to_the_others() -> None:
    found = [*pool(3, 4, "40-60"), *pool(3, 50, "0.5-1"), *pool(20, 50, "0.5-1", prefix="w")]
    _, filled = choose(found, Quotas((100, 0, 0, 0, 0, 0, 12), (20,) * 7, 6), seed=0)
    assert filled[-1].taken == 12
    assert filled[0].taken == 100


def test_fuller_videos_are_exchanged_in_only_where_the_quota_needs_them() -> None:
    found = [*pool(40, 1, prefix="thin"), *pool(5, 10, prefix="full")]
    _, few = choose(found, Quotas.of([30], [8], 20), seed=0)
    assert (few[0].taken, few[0].videos) == (30, 8)
    _, short = choose(found, Quotas.of([90], [8], 20), seed=0)
    assert (short[0].taken, short[0].short) == (53, 37)
    assert short[0].why == "37 more in videos beyond --videos-per-class"
    _, all_of_them = choose(found, Quotas.of([200], [99], 20), seed=0)
    assert all_of_them[0].why == "there are only 90"
    assert all_of_them[1].why == "there are no questions of this length"


def test_what_was_taken_before_stays() -> None:
    found = pool(10, 12)
    quotas = Quotas.of([40], [10], 5)
    first, _ = choose(found, quotas, 3)
    failed = set(first[::4])
    left = [one for one in found if one.id not in failed]
    second, filled = choose(left, quotas, 3, keep=set(first) - failed)
    assert set(first) - failed <= set(second)
    assert filled[0].taken == 40
    by = {one.id: one.video for one in found}
    assert max(Counter(by[name] for name in second).values()) <= 5


def test_one_wording_a_video_before_it_comes_again() -> None:
    """Overlapping clips ask the same: all wordings are taken, over all classes, before one comes twice."""
    found = [
        Candidate(f"{video}-{length_class}-{n}", video, length_class, "deed", 0.5, wording=f"what? {n}")
        for video in ("v", "w")
        for length_class in LENGTH_CLASSES[:2]
        for n in range(6)
    ]
    quotas = Quotas.of([6], [2], 20)
    ids, filled = choose(found, quotas, seed=4)
    assert [f.taken for f in filled[:2]] == [6, 6]
    by = {one.id: one for one in found}
    assert len({(by[name].video, by[name].wording) for name in ids}) == 12
    more = choose(found, Quotas.of([12], [2], 24), seed=4, keep=ids)[0]
    assert len(more) == 24  # what repeats is taken where there is nothing else
    again = choose(found, Quotas.of([9], [2], 20), seed=4, keep=ids[:6])[0]
    assert len({(by[name].video, by[name].wording) for name in again}) == 12


def test_the_place_of_an_answer() -> None:
    clip = Span(100.0, 200.0)
    assert place_of(clip, [Span(110, 112), Span(150, 154)]) == pytest.approx(0.52)
    assert place_of(clip, [Span(90, 95)]) == 0.0
    assert place_of(clip, []) == place_of(None, [Span(1, 2)]) == place_of(Span(5, 5), [Span(5, 5)]) == 0.5
