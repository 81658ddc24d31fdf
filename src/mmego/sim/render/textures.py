"""Procedural textures, drawn once a process from fixed seeds; they multiply a part's colour."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from mmego.sim.render import pictures
from mmego.sim.render.pictures import Levels, N, X, Y

Image = npt.NDArray[np.uint8]


def _grey(level: npt.NDArray[Any]) -> Levels:
    return np.repeat(level.astype(np.float64)[..., None], 3, axis=2)


def _noise(seed: int, amount: float, size: int = N) -> Levels:
    """Return levels around 1 with smooth and fine noise of the given amount."""
    rng = np.random.default_rng(seed)
    fine = rng.standard_normal((size, size))
    coarse = np.kron(rng.standard_normal((size // 8, size // 8)), np.ones((8, 8)))
    return 1 + amount * (0.6 * fine + 0.6 * coarse)


def _boards(seed: int, count: int, variation: float, joints: bool) -> Levels:
    """Draw boards along x with grain and darker edges."""
    rng = np.random.default_rng(seed)
    level = np.ones((N, N))
    height = N // count
    for k in range(count):
        rows = slice(k * height, (k + 1) * height)
        phase, waves = rng.uniform(0, 6), rng.uniform(6, 11)
        grain = 0.04 * np.sin(Y[rows] * 0.5 + 2.2 * np.sin(X[rows] / N * waves + phase))
        level[rows] = 0.9 + variation * rng.uniform(-1, 1) + grain + 0.025 * rng.standard_normal((height, N))
        if joints:
            level[k * height : k * height + 2] *= 0.62
            start = int(rng.integers(N - 2))
            level[rows, start : start + 2] *= 0.62
    return _grey(level)


def _tiles(count: int, grout: float, line: int, seed: int, vary: float) -> Levels:
    rng = np.random.default_rng(seed)
    step = N // count
    shade = np.kron(1 + vary * rng.uniform(-1, 1, (count, count)), np.ones((step, step)))
    edge = (X % step < line) | (Y % step < line)
    return _grey(np.where(edge, grout, 0.95 * shade))


def _checker() -> Levels:
    odd = ((X // 64 + Y // 64) % 2).astype(bool)
    edge = (X % 64 < 2) | (Y % 64 < 2)
    return _grey(np.where(edge, 0.6, np.where(odd, 0.97, 0.48)) * _noise(3, 0.015))


def _parquet() -> Levels:
    cell = 32
    flip = ((X // cell + Y // cell) % 2).astype(bool)
    along = np.where(flip, X, Y)
    across = np.where(flip, Y, X)
    strip = (along // 8).astype(int)
    rng = np.random.default_rng(7)
    tone = 0.88 + 0.10 * rng.uniform(-1, 1, 64)[(strip * 7 + (across // cell).astype(int) * 3) % 64]
    edge = (along % 8 < 1) | (along % cell < 1.5) | (across % cell < 1.5)
    return _grey(np.where(edge, 0.62, tone))


def _brick() -> Levels:
    rows = (Y // 16).astype(int)
    x = (X + 16 * (rows % 2)) % N
    rng = np.random.default_rng(9)
    tone = 0.86 + 0.12 * rng.uniform(-1, 1, 256)[(rows * 13 + (x // 32).astype(int)) % 256]
    mortar = (Y % 16 < 2) | (x % 32 < 2)
    return _grey(np.where(mortar, 1.0, tone)) * np.where(mortar[..., None], (0.95, 1.0, 1.0), 1.0)


def _specks(seed: int, dark: float, share: float) -> Levels:
    rng = np.random.default_rng(seed)
    level = 0.9 * np.ones((N // 2, N // 2))
    level[rng.random(level.shape) < share] = dark
    level[rng.random(level.shape) < share / 2] = 1.0
    return _grey(np.kron(level, np.ones((2, 2))))


def _marble() -> Levels:
    warp = np.sin((X + 2 * Y) / N * 2 * np.pi) * 14 + np.sin((3 * X - Y) / N * 2 * np.pi) * 9
    vein = np.abs(np.sin((X - Y + warp) / N * 2 * np.pi))
    return _grey(np.clip(0.82 + 0.45 * vein, 0, 0.98))


def _gingham(colour: tuple[float, float, float]) -> Levels:
    """Draw white and coloured checks, half coloured where a white and a coloured stripe cross."""
    share = (((X // 16) % 2 + (Y // 16) % 2) / 2)[..., None]
    checks: Levels = share * np.array(colour) + (1 - share)
    return checks


def _stripes(count: int, low: float) -> Levels:
    return _grey(np.where((X // (N // (2 * count))) % 2 == 0, 1.0, low))


def _dots() -> Levels:
    distance = np.hypot(X % 32 - 16, (Y + 16 * ((X // 32) % 2)) % 32 - 16)
    return _grey(np.where(distance < 5, 0.84, 1.0))


def _damask() -> Levels:
    x, y = X % 64 - 32, (Y + 32 * ((X // 64) % 2)) % 64 - 32
    radius = np.hypot(x, y) + 4 * np.cos(5 * np.arctan2(y, x))
    return _grey(np.where((radius < 18) & (radius > 11) | (radius < 6), 0.87, 1.0))


def _panel() -> Levels:
    edge = (X % 64 < 3) | ((X % 64 > 10) & (X % 64 < 12))
    return _grey(np.where(edge, 0.82, 0.98))


def _fabric() -> Levels:
    weave = 0.94 + 0.05 * (((X // 2 + Y // 2) % 2) * 2 - 1)
    return _grey(weave * _noise(11, 0.04))


def _quilt() -> Levels:
    x, y = X % 64 - 32, Y % 64 - 32
    seam = np.minimum(np.abs(np.abs(x) - np.abs(y)), 8) / 8
    odd = ((X // 64 + Y // 64) % 2).astype(bool)
    level = np.where(odd, 1.0, 0.86) * (0.82 + 0.18 * seam)
    return _grey(level)


def _wicker() -> Levels:
    bump = 0.8 + 0.2 * np.sin(X / N * 16 * np.pi + np.pi * ((Y // 8) % 2)) * np.sin(Y % 8 / 8 * np.pi)
    return _grey(bump)


def _lace() -> Levels:
    holes = np.hypot(X % 16 - 8, Y % 16 - 8) < 4
    return _grey(np.where(holes, 0.72, 1.0))


def _rug(index: int) -> Levels:
    """Draw one of three patterns: border and diamonds, stripes, rings."""
    edge = np.minimum(np.minimum(X, N - 1 - X), np.minimum(Y, N - 1 - Y))
    level = np.full((N, N), 0.55)
    if index == 0:
        diamond = np.abs(X - 64) + np.abs(Y - 64)
        level[(edge > 6) & (edge < 14) | (diamond < 40) & (diamond > 28)] = 0.95
        level[diamond < 14] = 0.3
    elif index == 1:
        level[(X // 10) % 3 == 0] = 0.95
        level[(X // 10) % 3 == 1] = 0.36
    else:
        level[(np.hypot(X - 64, Y - 64) // 9) % 2 == 0] = 0.9
    return _grey(level * _noise(31 + index, 0.04))


def _keyboard() -> Levels:
    key = (X % 11 > 1.5) & (Y % 25 > 3)
    return _grey(np.where(key, 0.95, 0.3))


def _piano_keys() -> Levels:
    """Draw seven white and five black keys; the pattern repeats once an octave."""
    level = np.where(X % (N / 7) < 1.5, 0.35, 1.0)
    for k in (1, 2, 4, 5, 6):
        level[(np.abs(X - k * N / 7) < 5) & (Y < 76)] = 0.05
    return _grey(level)


def _curtain() -> Levels:
    return _grey(0.84 + 0.16 * np.sin(X / N * 10 * np.pi))


def _runner() -> Levels:
    level = np.where((X // 8) % 4 == 0, 1.0, np.where((X // 8) % 4 == 2, 0.4, 0.68))
    return _grey(np.where((Y < 10) | (Y > N - 11), 0.5, level))


def _mirror() -> Levels:
    shine = np.abs(((X + Y) % 128) - 64) / 64
    return _grey(0.80 + 0.2 * shine**2)


_GINGHAMS = {
    "red": (0.85, 0.15, 0.12),
    "blue": (0.2, 0.38, 0.8),
    "green": (0.2, 0.58, 0.28),
    "amber": (0.95, 0.62, 0.1),
}
_MAKERS: dict[str, tuple[Callable[[], Levels], float | None]] = {
    # name: (maker, metres covered by one repeat; None stretches the picture over each face of a box)
    "wood": (lambda: _boards(1, 2, 0.03, joints=False), 0.5),
    "planks": (lambda: _boards(2, 4, 0.09, joints=True), 0.9),
    "parquet": (_parquet, 1.0),
    "checker": (_checker, 0.9),
    "stone tile": (lambda: _tiles(2, 0.62, 3, 4, 0.06) * _grey(_noise(5, 0.03)), 1.0),
    "bath floor": (lambda: _tiles(8, 0.7, 2, 6, 0.12), 0.9),
    "bath tile": (lambda: _tiles(4, 0.78, 2, 8, 0.03), 0.8),
    "kitchen tile": (lambda: _tiles(2, 0.84, 2, 8, 0.02), 0.7),
    "small tile": (lambda: _tiles(4, 0.74, 3, 10, 0.07), 0.4),
    "carpet": (lambda: _grey(_noise(12, 0.07) * 0.92), 0.8),
    "carpet tile": (
        lambda: _grey(_noise(13, 0.06) * np.where((X // 64 + Y // 64) % 2 == 0, 0.95, 0.8)),
        1.0,
    ),
    "plain": (lambda: _grey(_noise(14, 0.012)), 1.5),
    "stripes wall": (lambda: _stripes(4, 0.9), 0.8),
    "dots wall": (_dots, 0.6),
    "damask": (_damask, 0.7),
    "panel": (_panel, 0.7),
    "granite": (lambda: _specks(15, 0.5, 0.18), 0.5),
    "marble": (_marble, 0.8),
    **{f"gingham {name}": (functools.partial(_gingham, colour), 0.26) for name, colour in _GINGHAMS.items()},
    "stripes": (lambda: _stripes(4, 0.68), 0.3),
    "fabric": (_fabric, 0.4),
    "quilt": (_quilt, 0.5),
    "wicker": (_wicker, 0.25),
    "lace": (_lace, 0.16),
    "brick": (_brick, 0.5),
    "piano keys": (_piano_keys, None),
    "books": (pictures.books, None),
    "window view": (pictures.window_view, None),
    "screen": (pictures.screen, None),
    "desktop": (pictures.desktop, None),
    "whiteboard": (pictures.whiteboard, None),
    "keyboard": (_keyboard, None),
    "curtain": (_curtain, None),
    "runner": (_runner, None),
    "mirror": (_mirror, None),
    **{f"picture {i}": (functools.partial(pictures.picture, i), None) for i in range(6)},
    **{f"rug {i}": (functools.partial(_rug, i), None) for i in range(3)},
}
REPEAT: dict[str, float | None] = {name: repeat for name, (_, repeat) in _MAKERS.items()}
"""Metres that one repeat of a texture covers; None stretches it over each face of a box."""


@functools.cache
def texture(name: str) -> Image:
    """Return the named texture, (128, 128, 3) RGB, first row at the top."""
    maker, _ = _MAKERS[name]
    image: Image = np.round(np.clip(maker(), 0, 1) * 255).astype(np.uint8)
    return image


@functools.cache
def blob() -> npt.NDArray[np.uint8]:
    """Draw a soft square shadow, (64, 64) opacity."""
    y, x = (np.mgrid[:64, :64] - 31.5) / 32
    soft = 1 - 0.55 * np.maximum(np.abs(x), np.abs(y)) ** 2.2 - 0.45 * np.hypot(x, y) ** 2
    opacity: npt.NDArray[np.uint8] = (np.clip(soft, 0, 1) * 150).astype(np.uint8)
    return opacity


@functools.cache
def halo() -> npt.NDArray[np.uint8]:
    """Draw the glow around a lamp, (64, 64) opacity."""
    y, x = (np.mgrid[:64, :64] - 31.5) / 32
    opacity: npt.NDArray[np.uint8] = (np.clip(1 - np.hypot(x, y), 0, 1) ** 1.6 * 190).astype(np.uint8)
    return opacity
