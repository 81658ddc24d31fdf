"""Grain tells drawn pictures from others; statistics are kept in a checkpoint's folder; damaged ones are named."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from mmego.errors import InputError, ModelError
from mmego.model.familiarity import (
    COUNTS,
    MOST_KEPT,
    NAME,
    Familiarity,
    GrainRecorder,
    Picture,
    fit_familiarity,
    load_familiarity,
    measure_grain,
    save_familiarity,
)


def drawn(seed: int, count: int = 60, side: int = 64) -> list[Picture]:
    """Flat rectangles of random colours."""
    numbers = np.random.default_rng(seed)
    pictures = []
    for _ in range(count):
        picture = np.full((side, side, 3), numbers.integers(20, 230, 3), np.uint8)
        for _ in range(6):
            top, left = numbers.integers(0, side - 10, 2)
            high, wide = numbers.integers(6, side, 2)
            picture[top : top + high, left : left + wide] = numbers.integers(20, 230, 3)
        pictures.append(picture)
    return pictures


def grainy(seed: int, count: int = 60, noise: float = 4.0) -> list[Picture]:
    """Return the same with a camera's noise."""
    numbers = np.random.default_rng(seed)
    return [
        np.clip(picture + numbers.normal(0, noise, picture.shape), 0, 255).astype(np.uint8)
        for picture in drawn(seed, count)
    ]


@pytest.fixture(scope="module")
def known() -> Familiarity:
    usual = [value for seed in range(5) for value in measure_grain(drawn(seed))]
    return fit_familiarity(usual, [measure_grain(drawn(seed)) for seed in range(5, 15)], "rectangles")


def test_grain_of_pictures_whose_flat_share_is_known() -> None:
    flat = np.full((64, 64, 3), 100, np.uint8)
    halves = flat.copy()
    halves[:, 32:] = 200  # one edge: nearly all is flat
    checks = flat.copy()
    checks[np.indices((64, 64)).sum(0) % 2 == 0] = 200  # flat nowhere, but flat again once it is shrunk
    found = measure_grain([flat, halves, checks])
    assert found[0] == pytest.approx(-np.log((1 - 0.0005) / 0.0005), abs=1e-3)
    assert found[0] < found[1] < -3
    assert found[2] == pytest.approx((2 * -found[0] + 4 * found[0]) / 6, abs=1e-3)


@pytest.mark.parametrize("seed", [20, 21])
def test_turning_and_darkening_change_little(seed: int) -> None:
    plain = measure_grain(grainy(seed, 8))
    assert measure_grain([np.rot90(p).copy() for p in grainy(seed, 8)]) == pytest.approx(plain, abs=0.6)
    assert measure_grain([(p * 0.6).astype(np.uint8) for p in grainy(seed, 8)]) == pytest.approx(plain, abs=1.5)


def test_what_a_camera_clips_does_not_count_as_flat() -> None:
    bright = [np.clip(p.astype(int) * 2, 0, 255).astype(np.uint8) for p in grainy(3, 8)]
    assert min(measure_grain(bright)) > max(measure_grain(drawn(3, 8)))
    assert np.isfinite(measure_grain([np.full((64, 64, 3), 255, np.uint8)])).all()  # nothing is left: all counts


def test_drawn_videos_are_known_and_grainy_ones_are_not(known: Familiarity) -> None:
    for seed in range(30, 36):
        assert known.knows(measure_grain(drawn(seed)))
        for count in COUNTS:
            assert not known.knows(measure_grain(grainy(seed, count)))
    assert known.warning == "this does not look like rectangles"


def test_fewer_pictures_need_to_be_further_away(known: Familiarity) -> None:
    assert list(known.thresholds) == sorted(known.thresholds, reverse=True)
    assert known.threshold(1) >= known.threshold(3) >= known.threshold(60) == known.threshold(1000)


def test_statistics_are_read_back_and_missing_ones_are_none(known: Familiarity, tmp_path: Path) -> None:
    assert load_familiarity(tmp_path) is None
    assert load_familiarity(None) is None
    path = save_familiarity(known, tmp_path)
    assert path.stat().st_size < 100_000
    assert load_familiarity(tmp_path) == known


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("not json", "not JSON"),
        ([], "format 1"),
        ({"format": 2}, "format 1"),
        ({"middle": None}, "is damaged"),
        ({"spread": 0}, "is damaged"),
        ({"spread": float("nan")}, "damaged|not JSON|NaN"),
        ({"thresholds": [1.0]}, "is damaged"),
        ({"thresholds": "many"}, "is damaged"),
        ({"world": 3}, "is damaged"),
    ],
)
def test_damaged_statistics_are_named(change: object, said: str, known: Familiarity, tmp_path: Path) -> None:
    path = save_familiarity(known, tmp_path)
    whole = json.loads(path.read_text())
    path.write_text(change if isinstance(change, str) else json.dumps(whole | change if change else change))  # type: ignore[operator]
    with pytest.raises(ModelError, match=said) as error:
        load_familiarity(tmp_path)
    assert NAME in str(error.value)


def test_a_watcher_keeps_what_it_saw_since_it_was_last_asked(known: Familiarity) -> None:
    grain_recorder = GrainRecorder(known)
    grain_recorder.record(np.stack(drawn(1, 3)))
    grain_recorder.record(np.stack(drawn(2, 2)))
    first = grain_recorder.take()
    assert first == pytest.approx(measure_grain(drawn(1, 3)) + measure_grain(drawn(2, 2)), abs=1e-3)
    assert grain_recorder.take() == ()
    grain_recorder.record(np.stack(drawn(3, 2)))
    assert grain_recorder.take(first)[:5] == first
    grain_recorder.record(np.stack(drawn(4, 59)))
    assert len(grain_recorder.take(first)) == MOST_KEPT


def test_too_little_to_fit_is_refused(known: Familiarity) -> None:
    with pytest.raises(InputError, match="60 pictures"):
        fit_familiarity([1.0, 2.0], [[1.0] * 59], "x")
    with pytest.raises(InputError, match="no pictures"):
        known.distance([])
