"""Movable objects that people carry or play with; one builder for each kind, which takes the main colour."""

from __future__ import annotations

from mmego.sim.shapes.parts import (
    BLACK,
    CREAM,
    DARK,
    GOLD,
    STEEL,
    WHITE,
    WOOD,
    box,
    cylinder,
    darker,
    lighter,
    sphere,
)
from mmego.sim.shapes.shapes import Colour, Part


def book(c: Colour) -> list[Part]:
    """Build a closed book with its title on the cover."""
    return [
        box((0.004, 0, 0.02), (0.085, 0.115, 0.014), CREAM),
        box((0, 0, 0.037), (0.09, 0.12, 0.004), c),
        box((0, 0, 0.004), (0.09, 0.12, 0.004), c),
        box((-0.09, 0, 0.0205), (0.005, 0.12, 0.0205), c),
        box((0.01, 0.045, 0.0445), (0.055, 0.014, 0.0045), lighter(CREAM)),
        box((0.01, -0.01, 0.0445), (0.035, 0.008, 0.0045), lighter(CREAM)),
    ]


def phone(c: Colour) -> list[Part]:
    """Build a phone with its screen on."""
    return [
        box((0, 0, 0.007), (0.046, 0.085, 0.007), c),
        box((0, 0.008, 0.016), (0.033, 0.055, 0.004), (0.35, 0.75, 0.95)),
        cylinder((0, -0.066, 0.016), 0.011, 0.004, lighter(c, 0.6)),
    ]


def keys(c: Colour) -> list[Part]:
    """Build two keys on a coloured ring."""
    shaft = darker(STEEL, 0.1)
    return [
        cylinder((0, 0.055, 0.009), 0.042, 0.009, c),
        cylinder((0, 0.062, 0.021), 0.015, 0.004, lighter(WHITE)),
        box((-0.03, -0.02, 0.007), (0.011, 0.05, 0.006), shaft, turn=-22),
        box((-0.053, -0.062, 0.008), (0.02, 0.009, 0.007), shaft, turn=-22),
        box((0.03, -0.02, 0.007), (0.011, 0.05, 0.006), GOLD, turn=22),
        box((0.055, -0.06, 0.008), (0.02, 0.009, 0.007), GOLD, turn=22),
    ]


def remote(c: Colour) -> list[Part]:
    """Build a remote control with rows of buttons."""
    pad = WHITE if sum(c) < 2 else DARK
    dots = [
        cylinder((x, y, 0.027), 0.007, 0.004, pad) for x in (-0.016, 0, 0.016) for y in (-0.07, -0.045, -0.02, 0.005)
    ]
    return [
        box((0, 0, 0.012), (0.032, 0.105, 0.012), c),
        cylinder((0, 0.045, 0.027), 0.02, 0.004, pad),
        cylinder((0, 0.085, 0.027), 0.009, 0.005, (0.9, 0.1, 0.1)),
        *dots,
    ]


def teddy(c: Colour) -> list[Part]:
    """Build a sitting teddy bear."""
    snout = lighter(c, 0.55) if sum(c) < 2.4 else (0.75, 0.66, 0.55)
    parts = [
        sphere((0, 0, 0.075), (0.07, 0.06, 0.075), c),
        sphere((0, -0.005, 0.185), (0.058, 0.052, 0.054), c),
        sphere((0, -0.05, 0.172), (0.024, 0.02, 0.018), snout),
        sphere((0, -0.072, 0.178), 0.009, BLACK),
        sphere((0, -0.045, 0.075), (0.042, 0.024, 0.048), snout),
    ]
    for side in (-1, 1):
        parts += [
            sphere((side * 0.045, 0, 0.235), (0.023, 0.014, 0.023), c),
            sphere((side * 0.025, -0.05, 0.2), 0.008, BLACK),
            sphere((side * 0.078, -0.025, 0.105), (0.024, 0.036, 0.024), c),
            sphere((side * 0.045, -0.07, 0.027), (0.027, 0.042, 0.027), c),
        ]
    return parts


def scissors(c: Colour) -> list[Part]:
    """Build open scissors; the rings are coloured."""
    parts: list[Part] = [cylinder((0, 0.005, 0.018), 0.009, 0.005, DARK)]
    for side in (-1, 1):
        height = 0.006 + 0.004 * side
        parts.append(box((side * 0.02, 0.065, 0.01 + height), (0.009, 0.07, 0.004), STEEL, turn=-side * 16))
        for step in range(8):
            corner = ((0.030, 0), (0.021, 0.026), (0, 0.037), (-0.021, 0.026))[step % 4]
            flip = -1 if step > 3 else 1
            x, y = side * 0.04 + flip * corner[0], -0.068 + flip * corner[1]
            parts.append(box((x, y, 0.012), (0.0135, 0.0135, 0.011), c, turn=45.0 * step))
    return parts


def hat(c: Colour) -> list[Part]:
    """Build a hat with a brim and a band."""
    return [
        cylinder((0, 0, 0.007), 0.125, 0.007, c),
        cylinder((0, 0, 0.06), 0.075, 0.05, c, 0.062),
        cylinder((0, 0, 0.03), 0.079, 0.013, darker(c, 0.6) if sum(c) > 0.6 else WHITE),
    ]


def shoe(c: Colour) -> list[Part]:
    """Build a laced shoe with a white sole."""
    return [
        box((0, 0, 0.011), (0.046, 0.125, 0.011), WHITE if sum(c) < 2.6 else DARK),
        sphere((0, -0.06, 0.03), (0.045, 0.062, 0.038), c),
        box((0, 0.05, 0.05), (0.042, 0.07, 0.03), c),
        box((0, 0.08, 0.095), (0.040, 0.04, 0.024), c),
        box((0, 0.08, 0.12), (0.028, 0.027, 0.004), DARK),
        *[box((0, y, 0.084 - 0.35 * (0.03 - y)), (0.03, 0.006, 0.006), WHITE) for y in (0.025, 0.0, -0.025)],
    ]


def ball(c: Colour) -> list[Part]:
    """Build a ball with a stripe."""
    stripe = WHITE if sum(c) < 2.6 else (0.1, 0.3, 0.8)
    return [
        sphere((0, 0, 0.09), 0.09, c),
        cylinder((0, 0, 0.09), 0.0925, 0.014, stripe),
        cylinder((0, 0, 0.176), 0.02, 0.006, stripe),
    ]


def camera(c: Colour) -> list[Part]:
    """Build a camera, lens to the front."""
    return [
        box((0, 0, 0.055), (0.085, 0.035, 0.05), c),
        box((0, 0, 0.115), (0.032, 0.026, 0.014), c),
        cylinder((0, -0.055, 0.055), 0.042, 0.025, DARK, axis="y"),
        cylinder((0, -0.082, 0.055), 0.03, 0.006, (0.45, 0.62, 0.85), axis="y"),
        cylinder((0.058, 0, 0.113), 0.014, 0.009, (0.85, 0.1, 0.1)),
        box((0, 0.038, 0.055), (0.06, 0.006, 0.035), DARK),
    ]


def toothbrush(c: Colour) -> list[Part]:
    """Build a toothbrush; the handle is coloured."""
    return [
        box((0, -0.03, 0.01), (0.015, 0.11, 0.01), c),
        box((0, 0.11, 0.01), (0.021, 0.034, 0.009), c),
        box((0, 0.11, 0.03), (0.018, 0.03, 0.014), lighter(WHITE, 0.6)),
        box((0, 0.11, 0.04), (0.018, 0.009, 0.009), (0.3, 0.6, 0.95)),
    ]


def glasses(c: Colour) -> list[Part]:
    """Build glasses with open temples."""
    parts: list[Part] = [box((0, -0.05, 0.045), (0.016, 0.007, 0.006), c)]
    for side in (-1, 1):
        parts += [
            cylinder((side * 0.055, -0.05, 0.035), 0.042, 0.007, c, axis="y"),
            cylinder((side * 0.055, -0.0525, 0.035), 0.031, 0.0105, (0.62, 0.82, 0.92), axis="y"),
            box((side * 0.095, 0.02, 0.045), (0.006, 0.07, 0.006), c),
            box((side * 0.095, 0.09, 0.035), (0.006, 0.008, 0.014), c),
        ]
    return parts


def umbrella(c: Colour) -> list[Part]:
    """Build a folded umbrella with a crook."""
    z = 0.048
    return [
        cylinder((0, 0.05, z), 0.048, 0.095, c, 0.014, axis="y"),
        cylinder((0, -0.058, z), 0.024, 0.013, c, 0.048, axis="y"),
        cylinder((0, -0.10, z), 0.011, 0.045, WOOD, axis="y"),
        cylinder((0, 0.158, z), 0.007, 0.014, STEEL, axis="y"),
        box((0.024, -0.148, z), (0.034, 0.011, 0.011), WOOD),
        box((0.05, -0.128, z), (0.011, 0.026, 0.011), WOOD),
        cylinder((0, 0.02, z), 0.048, 0.01, lighter(c, 0.5), axis="y"),
    ]


def headphones(c: Colour) -> list[Part]:
    """Build headphones lying flat."""
    parts: list[Part] = []
    for side in (-1, 1):
        parts += [
            cylinder((side * 0.09, -0.06, 0.042), 0.042, 0.016, DARK, axis="x"),
            cylinder((side * 0.107, -0.06, 0.042), 0.034, 0.009, c, axis="x"),
            box((side * 0.094, 0.0, 0.042), (0.011, 0.034, 0.014), c),
            box((side * 0.074, 0.055, 0.042), (0.011, 0.034, 0.014), c, turn=side * 38),
        ]
    return [*parts, box((0, 0.083, 0.042), (0.058, 0.011, 0.014), c)]


def flashlight(c: Colour) -> list[Part]:
    """Build a flashlight lying on its side."""
    return [
        cylinder((0, -0.045, 0.034), 0.024, 0.085, c, axis="y"),
        cylinder((0, 0.065, 0.034), 0.024, 0.03, c, 0.042, axis="y"),
        cylinder((0, 0.11, 0.034), 0.042, 0.015, c, axis="y"),
        cylinder((0, 0.126, 0.034), 0.034, 0.005, (1.0, 0.97, 0.7), axis="y"),
        box((0, -0.01, 0.06), (0.01, 0.02, 0.006), DARK),
        cylinder((0, -0.1, 0.034), 0.027, 0.012, DARK, axis="y"),
    ]


def hammer(c: Colour) -> list[Part]:
    """Build a hammer; the handle is coloured."""
    return [
        box((0, -0.04, 0.025), (0.014, 0.11, 0.012), c),
        box((0, 0.09, 0.025), (0.05, 0.025, 0.025), darker(STEEL, 0.25)),
        cylinder((-0.065, 0.09, 0.025), 0.026, 0.018, STEEL, axis="x"),
        box((0.07, 0.09, 0.03), (0.03, 0.016, 0.008), STEEL),
    ]


def toy_car(c: Colour) -> list[Part]:
    """Build a toy car."""
    parts = [
        box((0, 0, 0.05), (0.05, 0.11, 0.028), c),
        box((0, 0.01, 0.096), (0.042, 0.055, 0.02), c),
        box((0, 0.01, 0.094), (0.046, 0.04, 0.013), (0.6, 0.8, 0.92)),
        box((0, 0.01, 0.094), (0.034, 0.059, 0.013), (0.6, 0.8, 0.92)),
    ]
    for side in (-1, 1):
        parts += [cylinder((side * 0.048, y, 0.027), 0.027, 0.011, BLACK, axis="x") for y in (-0.066, 0.066)]
        parts.append(sphere((side * 0.03, -0.11, 0.055), 0.012, (1.0, 0.95, 0.6)))
    return parts


def alarm_clock(c: Colour) -> list[Part]:
    """Build an alarm clock with two bells."""
    return [
        cylinder((0, 0, 0.085), 0.075, 0.03, c, axis="y"),
        cylinder((0, -0.032, 0.085), 0.06, 0.006, WHITE, axis="y"),
        box((0, -0.042, 0.103), (0.006, 0.004, 0.022), BLACK),
        box((0.018, -0.042, 0.085), (0.02, 0.004, 0.006), BLACK),
        sphere((-0.045, 0, 0.165), (0.03, 0.03, 0.02), STEEL),
        sphere((0.045, 0, 0.165), (0.03, 0.03, 0.02), STEEL),
        box((-0.045, 0, 0.012), (0.012, 0.02, 0.012), DARK),
        box((0.045, 0, 0.012), (0.012, 0.02, 0.012), DARK),
    ]


def duck(c: Colour) -> list[Part]:
    """Build a rubber duck."""
    return [
        sphere((0, 0.01, 0.055), (0.07, 0.095, 0.055), c),
        sphere((0, -0.05, 0.13), 0.052, c),
        box((0, -0.108, 0.122), (0.022, 0.02, 0.008), (0.92, 0.32, 0.05)),
        sphere((0.024, -0.09, 0.145), 0.010, BLACK if sum(c) > 0.5 else WHITE),
        sphere((-0.024, -0.09, 0.145), 0.010, BLACK if sum(c) > 0.5 else WHITE),
        sphere((0, 0.105, 0.08), (0.025, 0.03, 0.022), c),
    ]
