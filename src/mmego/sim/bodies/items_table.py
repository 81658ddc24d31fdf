"""Movable objects of kitchen and table, about life size; one builder for each kind, which takes the main colour."""

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


def mug(c: Colour) -> list[Part]:
    """Build a mug with coffee in it; the handle on the right."""
    return [
        cylinder((0, 0, 0.05), 0.042, 0.05, c, 0.046),
        cylinder((0, 0, 0.104), 0.039, 0.005, (0.22, 0.11, 0.05)),
        box((0.06, 0, 0.08), (0.018, 0.008, 0.008), c),
        box((0.06, 0, 0.03), (0.018, 0.008, 0.008), c),
        box((0.075, 0, 0.055), (0.008, 0.008, 0.033), c),
    ]


def plate(c: Colour) -> list[Part]:
    """Build a flat plate."""
    return [
        cylinder((0, 0, 0.009), 0.07, 0.009, c, 0.12),
        cylinder((0, 0, 0.02), 0.078, 0.004, lighter(c, 0.3)),
    ]


def bowl(c: Colour) -> list[Part]:
    """Build a deep bowl."""
    return [
        cylinder((0, 0, 0.04), 0.045, 0.04, c, 0.095),
        cylinder((0, 0, 0.082), 0.082, 0.003, darker(c, 0.45)),
    ]


def bottle(c: Colour) -> list[Part]:
    """Build a bottle with a white label and cap."""
    return [
        cylinder((0, 0, 0.08), 0.042, 0.08, c),
        cylinder((0, 0, 0.185), 0.042, 0.025, c, 0.016),
        cylinder((0, 0, 0.225), 0.016, 0.018, c),
        cylinder((0, 0, 0.253), 0.02, 0.012, darker(WHITE, 0.1)),
        cylinder((0, 0, 0.085), 0.046, 0.028, lighter(WHITE, 0.5)),
    ]


def knife(c: Colour) -> list[Part]:
    """Build a kitchen knife; the handle is coloured."""
    return [
        box((0, 0.06, 0.008), (0.024, 0.075, 0.004), lighter(STEEL, 0.4)),
        box((0.01, 0.145, 0.008), (0.014, 0.014, 0.004), lighter(STEEL, 0.4)),
        box((0, -0.07, 0.012), (0.02, 0.06, 0.012), c),
        cylinder((0, -0.045, 0.026), 0.007, 0.003, GOLD),
        cylinder((0, -0.095, 0.026), 0.007, 0.003, GOLD),
    ]


def spoon(c: Colour) -> list[Part]:
    """Build a big spoon."""
    return [
        sphere((0, 0.09, 0.018), (0.046, 0.056, 0.018), c),
        box((0, -0.05, 0.012), (0.013, 0.095, 0.009), c),
        sphere((0, 0.092, 0.031), (0.032, 0.04, 0.008), darker(c, 0.45)),
    ]


def apple(c: Colour) -> list[Part]:
    """Build an apple with a stalk and a leaf."""
    return [
        sphere((0, 0, 0.045), (0.05, 0.05, 0.045), c),
        cylinder((0, 0, 0.094), 0.005, 0.014, WOOD),
        sphere((0.022, 0, 0.1), (0.022, 0.011, 0.006), (0.2, 0.55, 0.15)),
    ]


def pan(c: Colour) -> list[Part]:
    """Build a frying pan; the handle points to the front."""
    return [
        cylinder((0, 0.05, 0.022), 0.088, 0.022, c, 0.105),
        cylinder((0, 0.05, 0.046), 0.09, 0.004, DARK),
        box((0, -0.115, 0.036), (0.014, 0.075, 0.009), c),
        box((0, -0.18, 0.036), (0.017, 0.018, 0.011), DARK),
    ]


def candle(c: Colour) -> list[Part]:
    """Build a burning candle on a golden saucer."""
    return [
        cylinder((0, 0, 0.008), 0.07, 0.008, GOLD, 0.075),
        cylinder((0, 0, 0.1), 0.03, 0.085, c),
        cylinder((0, 0, 0.192), 0.005, 0.01, BLACK),
        sphere((0, 0, 0.222), (0.014, 0.014, 0.026), (1.0, 0.72, 0.12)),
    ]


def jar(c: Colour) -> list[Part]:
    """Build a glass with a coloured lid and label."""
    return [
        cylinder((0, 0, 0.065), 0.055, 0.065, (0.80, 0.90, 0.90)),
        cylinder((0, 0, 0.06), 0.0595, 0.036, c),
        cylinder((0, 0, 0.148), 0.05, 0.018, c),
    ]


def watering_can(c: Colour) -> list[Part]:
    """Build a can with a spout and a handle."""
    return [
        cylinder((0.02, 0, 0.075), 0.07, 0.075, c, 0.058),
        cylinder((0.02, 0, 0.151), 0.045, 0.004, darker(c, 0.6)),
        box((-0.062, 0, 0.09), (0.034, 0.012, 0.012), c),
        box((-0.098, 0, 0.13), (0.012, 0.012, 0.05), c),
        cylinder((-0.098, 0, 0.19), 0.016, 0.014, darker(c, 0.3), 0.034),
        box((0.075, 0, 0.185), (0.011, 0.011, 0.04), c),
        box((0.03, 0, 0.22), (0.055, 0.011, 0.009), c),
    ]


def teapot(c: Colour) -> list[Part]:
    """Build a round teapot, spout on the left."""
    return [
        sphere((0, 0, 0.075), (0.08, 0.08, 0.075), c),
        cylinder((0, 0, 0.146), 0.04, 0.007, lighter(c, 0.4)),
        sphere((0, 0, 0.166), 0.016, GOLD),
        cylinder((-0.095, 0, 0.09), 0.022, 0.034, c, 0.012, axis="x", turn=180),
        cylinder((-0.122, 0, 0.112), 0.013, 0.024, c),
        box((0.092, 0, 0.11), (0.022, 0.01, 0.009), c),
        box((0.112, 0, 0.08), (0.009, 0.01, 0.034), c),
        box((0.092, 0, 0.05), (0.022, 0.01, 0.009), c),
    ]


def cactus(c: Colour) -> list[Part]:
    """Build a flowering cactus; the pot is coloured."""
    green = (0.16, 0.48, 0.2)
    return [
        cylinder((0, 0, 0.055), 0.055, 0.055, c, 0.078),
        cylinder((0, 0, 0.112), 0.068, 0.004, (0.3, 0.2, 0.12)),
        sphere((0, 0, 0.185), (0.04, 0.04, 0.085), green),
        sphere((0.052, 0, 0.19), (0.022, 0.018, 0.034), green),
        sphere((-0.052, 0, 0.165), (0.022, 0.018, 0.034), green),
        sphere((0, -0.01, 0.27), 0.018, (0.98, 0.5, 0.7)),
    ]


def gift(c: Colour) -> list[Part]:
    """Build a wrapped box with a ribbon and bow."""
    ribbon = GOLD if sum(c) < 1.7 else (0.75, 0.08, 0.1)
    return [
        box((0, 0, 0.07), (0.085, 0.085, 0.07), c),
        box((0, 0, 0.0725), (0.018, 0.09, 0.0725), ribbon),
        box((0, 0, 0.0725), (0.09, 0.018, 0.0725), ribbon),
        sphere((-0.03, 0, 0.16), (0.03, 0.016, 0.018), ribbon),
        sphere((0.03, 0, 0.16), (0.03, 0.016, 0.018), ribbon),
    ]


def tape(c: Colour) -> list[Part]:
    """Build a roll of sticky tape."""
    return [
        cylinder((0, 0, 0.028), 0.085, 0.028, c),
        cylinder((0, 0, 0.031), 0.055, 0.03, CREAM),
        cylinder((0, 0, 0.0365), 0.044, 0.03, (0.25, 0.2, 0.15)),
    ]
