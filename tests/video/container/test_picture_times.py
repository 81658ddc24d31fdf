"""Times of pictures from decoding times with holes, slips and restarts."""

from __future__ import annotations

from fractions import Fraction

from mmego.video.container.picture_times import even_out

BASE = Fraction(1, 1000)


def test_even_times_stay_as_they_are() -> None:
    assert list(even_out([80, 120, 160], 40, BASE, slips=True)) == [80, 120, 160]


def test_a_missing_time_follows_its_neighbour() -> None:
    assert list(even_out([80, None, 160, None], 40, BASE, slips=False)) == [80, 120, 160, 200]
    assert list(even_out([None, None], 40, BASE, slips=False)) == [0, 40]


def test_a_few_times_that_are_off_are_not_believed() -> None:
    times = [40 * number for number in range(200)]
    slipped = [time - 160 if 100 <= number < 113 else time for number, time in enumerate(times)]
    assert list(even_out(slipped, 40, BASE, slips=True)) == times


def test_a_lasting_pause_is_believed() -> None:
    times: list[int | None] = [40 * number + (2000 if number >= 100 else 0) for number in range(200)]
    assert list(even_out(times, 40, BASE, slips=True)) == times
    assert list(even_out(times, 40, BASE, slips=False)) == times


def test_a_clock_that_starts_anew_goes_on() -> None:
    times: list[int | None] = [40 * number for number in range(100)] * 2
    assert list(even_out(times, 40, BASE, slips=True)) == [40 * number for number in range(200)]
    far = [40 * number + (100_000 if number >= 100 else 0) for number in range(200)]
    assert list(even_out([*far], 40, BASE, slips=True)) == [40 * number for number in range(200)]


def test_an_uneven_rate_is_kept() -> None:
    times: list[int | None] = [0, 33, 67, 133, 150, 900, 940]
    assert list(even_out(times, 40, BASE, slips=False)) == times
