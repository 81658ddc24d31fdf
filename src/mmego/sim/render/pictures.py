"""Textures that are pictures: on screens, in frames, through windows; (128, 128, 3) levels, top row first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Levels = npt.NDArray[np.float64]
N = 128
"""Width and height of every texture."""
Y, X = (axis.astype(np.float64) for axis in np.mgrid[:N, :N])


def books() -> Levels:
    """Draw book spines side by side."""
    rng = np.random.default_rng(21)
    spines = np.array(
        [
            (165, 60, 55),
            (60, 85, 140),
            (75, 120, 80),
            (205, 180, 120),
            (120, 80, 130),
            (90, 62, 46),
            (210, 205, 195),
        ]
    )
    image = np.full((N, N, 3), 28.0)
    x = 0
    while x < N - 4:
        width, top = int(rng.integers(7, 13)), int(rng.integers(0, 34))
        colour = spines[int(rng.integers(len(spines)))] * rng.uniform(0.85, 1.1)
        image[top:, x : x + width - 1] = colour
        image[top + 18 : top + 24, x + 1 : x + width - 2] = np.clip(colour * 1.5 + 30, 0, 255)
        x += width
    return image / 255


def window_view() -> Levels:
    """Draw a sunny view of trees and a hill."""
    sky = np.stack([0.62 + 0.3 * Y / N, 0.80 + 0.16 * Y / N, np.full_like(Y, 0.98)], -1)
    hill = 88 + 9 * np.sin(X / 21) < Y
    sky[hill] = (0.46, 0.64, 0.36)
    for cx, cy, r in ((28, 74, 20), (46, 82, 15), (104, 70, 22)):
        sky[np.hypot(X - cx, (Y - cy) * 0.9) < r] = (0.30, 0.52, 0.28)
    for cx, cy in ((60, 26), (74, 30), (90, 24)):
        sky[np.hypot((X - cx) * 0.6, Y - cy) < 8] = (0.98, 0.99, 1.0)
    return sky


def picture(index: int) -> Levels:
    """Draw one of six pictures: sea, mountains, flower, squares, boat, circles."""
    u, v = X / N, Y / N
    image: Levels = np.ones((N, N, 3)) * np.array((0.92, 0.88, 0.78))
    if index == 0:
        image[:] = np.stack([0.98 - 0.3 * v, 0.72 - 0.1 * v, 0.5 + 0.2 * v], -1)
        image[v > 0.6] = (0.16, 0.36, 0.52)
        image[np.hypot(u - 0.5, v - 0.52) < 0.14] = (1.0, 0.9, 0.55)
    elif index == 1:
        image[:] = (0.72, 0.84, 0.92)
        image[v > 0.3 + 1.1 * np.abs(u - 0.35)] = (0.46, 0.48, 0.58)
        image[v > 0.45 + 1.0 * np.abs(u - 0.75)] = (0.34, 0.38, 0.46)
        image[v > 0.8] = (0.36, 0.55, 0.32)
    elif index == 2:
        angle, radius = np.arctan2(v - 0.42, u - 0.5), np.hypot(u - 0.5, v - 0.42)
        image[(np.abs(u - 0.5) < 0.02) & (v > 0.5)] = (0.25, 0.5, 0.25)
        image[radius < 0.2 + 0.08 * np.cos(6 * angle)] = (0.85, 0.35, 0.45)
        image[radius < 0.08] = (0.95, 0.8, 0.3)
    elif index == 3:
        image[(u < 0.45) & (v < 0.6)] = (0.75, 0.2, 0.18)
        image[(u > 0.5) & (v < 0.35)] = (0.2, 0.32, 0.62)
        image[(u > 0.6) & (v > 0.45)] = (0.92, 0.78, 0.25)
        image[(np.abs(u - 0.475) < 0.025) | (np.abs(v - 0.4) < 0.025)] = (0.12, 0.12, 0.12)
    elif index == 4:
        image[:] = (0.80, 0.90, 0.94)
        image[v > 0.7] = (0.28, 0.52, 0.62)
        image[(v > 0.15) & (v < 0.64) & (u > 0.45) & (u < 0.45 + 0.7 * (v - 0.15))] = (0.97, 0.95, 0.9)
        image[(v > 0.64) & (v < 0.74) & (np.abs(u - 0.55) < 0.28 - (v - 0.64))] = (0.55, 0.25, 0.18)
    else:
        for cx, cy, r, c in ((0.35, 0.4, 0.26, (0.25, 0.5, 0.5)), (0.62, 0.6, 0.24, (0.85, 0.5, 0.25))):
            image[np.hypot(u - cx, v - cy) < r] = c
    return image


def screen() -> Levels:
    """Draw a picture on a TV."""
    image = np.stack([0.25 + 0.5 * X / N, 0.55 + 0.3 * Y / N, 0.95 - 0.3 * X / N], -1)
    image[Y > 86] = (0.3, 0.72, 0.32)
    image[np.hypot(X - 84, Y - 42) < 18] = (1.0, 0.92, 0.4)
    image[(np.abs(X - 40) < 10) & (Y > 50) & (Y < 100)] = (0.85, 0.25, 0.3)
    image[np.hypot(X - 40, Y - 42) < 11] = (0.98, 0.8, 0.66)
    return image


def desktop() -> Levels:
    """Draw windows on a computer screen."""
    image: Levels = np.ones((N, N, 3)) * np.array((0.75, 0.85, 1.0))
    image[16:100, 14:84] = (1.0, 1.0, 1.0)
    for y in range(26, 94, 9):
        image[y : y + 3, 20 : 56 + (y * 7) % 24] = (0.4, 0.45, 0.55)
    image[16:22, 14:84] = (0.3, 0.45, 0.75)
    image[30:70, 92:118] = (0.98, 0.75, 0.4)
    image[118:] = (0.25, 0.3, 0.4)
    return image


def whiteboard() -> Levels:
    """Draw the writing on a whiteboard."""
    image: Levels = np.ones((N, N, 3)) * 0.98
    for y, end, colour in ((16, 70, (0.2, 0.3, 0.7)), (30, 58, (0.2, 0.2, 0.2)), (44, 64, (0.2, 0.2, 0.2))):
        image[y : y + 3, 10:end] = colour
    ring = np.abs(np.hypot(X - 96, Y - 40) - 18) < 1.5
    image[ring] = (0.8, 0.2, 0.2)
    image[(np.abs(Y - 100 + 0.5 * (X - 20)) < 1.5) & (X > 20) & (X < 90)] = (0.15, 0.55, 0.3)
    return image
