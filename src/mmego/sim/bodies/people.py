"""The wearer's hands and the other person, as bodies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmego.sim.shapes.parts import BLACK, box, cylinder, darker, sphere
from mmego.sim.shapes.shapes import Body, Colour

_SKINS: tuple[Colour, ...] = ((0.92, 0.72, 0.58), (0.80, 0.58, 0.43), (0.58, 0.39, 0.27), (0.42, 0.28, 0.20))
_SLEEVES: tuple[Colour, ...] = (
    (0.22, 0.30, 0.55),
    (0.45, 0.46, 0.50),
    (0.35, 0.20, 0.26),
    (0.20, 0.38, 0.34),
    (0.70, 0.66, 0.58),
)
_SHIRTS: tuple[Colour, ...] = (
    (0.78, 0.25, 0.22),
    (0.25, 0.45, 0.72),
    (0.92, 0.76, 0.30),
    (0.35, 0.58, 0.38),
    (0.62, 0.42, 0.66),
)
_HAIR: tuple[Colour, ...] = ((0.12, 0.09, 0.07), (0.34, 0.21, 0.12), (0.70, 0.52, 0.28), (0.55, 0.53, 0.52))


def hand(side: int, seed: int) -> tuple[Body, Body]:
    """Build a hand about its palm, fingers along +y, and its forearm; `side` is -1 for left and 1 for right."""
    rng = np.random.default_rng([seed, 71])
    skin, sleeve = _SKINS[int(rng.integers(len(_SKINS)))], _SLEEVES[int(rng.integers(len(_SLEEVES)))]
    palm = [
        sphere((0, -0.01, -0.012), (0.043, 0.052, 0.024), skin),
        sphere((-side * 0.046, 0.018, 0.006), (0.015, 0.036, 0.015), skin, turn=side * 24.0),
    ]
    palm += [sphere((-0.03 + 0.02 * i, 0.052, -0.014), (0.0115, 0.034, 0.0125), darker(skin, 0.06)) for i in range(4)]
    arm = [
        cylinder((0, -0.045, -0.012), 0.034, 0.03, skin, 0.031, axis="y"),
        cylinder((0, -0.27, -0.012), 0.078, 0.2, sleeve, 0.05, axis="y"),
        cylinder((0, -0.078, -0.012), 0.053, 0.013, darker(sleeve, 0.3), axis="y"),
    ]
    return Body(tuple(palm)), Body(tuple(arm))


@dataclass(frozen=True, slots=True)
class PersonBody:
    """A standing person who faces -y: trunk and head about the feet, legs about the hips, arms about the shoulders."""

    trunk: Body
    leg: Body
    arm: Body
    hips: float = 0.86
    shoulders: float = 1.38
    hip_half: float = 0.09
    shoulder_half: float = 0.225


def person(name: str, seed: int) -> PersonBody:
    """Build the other person: "woman ..." has long hair and a skirt, others have trousers and short hair."""
    rng = np.random.default_rng([seed, 72])
    skin, shirt = _SKINS[int(rng.integers(len(_SKINS)))], _SHIRTS[int(rng.integers(len(_SHIRTS)))]
    hair = _HAIR[int(rng.integers(len(_HAIR)))]
    woman = name.startswith("woman")
    trousers: Colour = (0.20, 0.22, 0.32) if not woman else (0.30, 0.20, 0.34)
    trunk = [
        cylinder((0, 0, 1.13), 0.15, 0.29, shirt, 0.2),
        sphere((0, 0, 1.4), (0.2, 0.12, 0.07), shirt),
        cylinder((0, 0, 0.87), 0.16, 0.05, trousers),
        cylinder((0, 0, 1.47), 0.05, 0.05, skin),
        sphere((0, -0.01, 1.6), (0.095, 0.11, 0.125), skin),
        sphere((0, 0.02, 1.645), (0.105, 0.115, 0.1), hair),
        sphere((0, -0.12, 1.585), (0.018, 0.022, 0.022), darker(skin, 0.12)),
        sphere((-0.038, -0.108, 1.615), 0.015, BLACK),
        sphere((0.038, -0.108, 1.615), 0.015, BLACK),
        box((0, -0.112, 1.54), (0.03, 0.008, 0.008), (0.65, 0.25, 0.25)),
    ]
    if woman:
        trunk.append(sphere((0, 0.075, 1.52), (0.11, 0.06, 0.19), hair))
        trunk.append(cylinder((0, 0, 0.7), 0.24, 0.2, trousers, 0.16))
    leg = [
        cylinder((0, 0, -0.4), 0.06, 0.4, trousers if not woman else skin, 0.085),
        box((0, -0.04, -0.825), (0.05, 0.12, 0.035), (0.16, 0.13, 0.12)),
    ]
    arm = [
        cylinder((0, 0, -0.16), 0.048, 0.16, shirt, 0.06),
        cylinder((0, 0, -0.42), 0.038, 0.12, skin if woman else shirt, 0.046),
        sphere((0, 0, -0.57), (0.04, 0.045, 0.055), skin),
    ]
    return PersonBody(Body(tuple(trunk)), Body(tuple(leg)), Body(tuple(arm)))
