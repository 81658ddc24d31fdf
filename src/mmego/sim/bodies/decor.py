"""Decoration, which holds no objects: windows, pictures, rugs, plants, wall clocks."""

from __future__ import annotations

from mmego.sim.shapes.parts import CREAM, DARK, STEEL, WHITE, box, cylinder, darker, lighter, sphere
from mmego.sim.shapes.style import FurnitureDesign, Style

PICTURES = 6
RUGS = 3


def window(style: Style) -> FurnitureDesign:
    """Build a window with a view and curtains; hangs at a height of about 0.95."""
    cloth = lighter(style.pick(style.accent, style.fabric, style.fabric_2), 0.3)
    half = style.between(0.5, 0.65)
    frame = lighter(WHITE, 0.4)
    parts = [
        box((0, 0.005, 0.55), (half, 0.012, 0.5), (1.0, 1.0, 1.0), "window view"),
        box((0, -0.012, 1.06), (half + 0.03, 0.025, 0.03), frame),
        box((0, -0.02, 0.035), (half + 0.06, 0.05, 0.025), frame),
        box((0, -0.012, 0.55), (0.02, 0.014, 0.48), frame),
        cylinder((0, -0.06, 1.16), 0.014, half + 0.28, darker(style.wood), axis="x"),
    ]
    for side in (-1, 1):
        parts.append(box((side * half, -0.012, 0.55), (0.025, 0.02, 0.5), frame))
        parts.append(box((side * (half + 0.1), -0.065, 0.52), (0.13, 0.025, 0.63), cloth, "curtain"))
    return FurnitureDesign(parts, walkable=True)


def picture(style: Style) -> FurnitureDesign:
    """Build a framed picture; hangs at a height of about 1.3."""
    half_x, half_z = style.between(0.22, 0.4), style.between(0.2, 0.28)
    frame = style.pick(style.dark_wood, style.wood, DARK, WHITE, (0.85, 0.66, 0.22))
    name = f"picture {int(style.rng.integers(PICTURES))}"
    parts = [
        box((0, 0.0, half_z), (half_x, 0.015, half_z), frame),
        box((0, -0.02, half_z), (half_x - 0.03, 0.006, half_z - 0.03), lighter(CREAM, 0.5)),
        box((0, -0.031, half_z), (half_x - 0.07, 0.006, half_z - 0.07), (1.0, 1.0, 1.0), name),
    ]
    return FurnitureDesign(parts, walkable=True)


def wall_clock(style: Style) -> FurnitureDesign:
    """Build a round clock; hangs at a height of about 1.6."""
    rim = style.pick(DARK, style.dark_wood, (0.75, 0.25, 0.2), STEEL)
    parts = [
        cylinder((0, 0, 0.18), 0.18, 0.02, rim, axis="y"),
        cylinder((0, -0.022, 0.18), 0.155, 0.008, WHITE, axis="y"),
        box((0, -0.036, 0.23), (0.009, 0.006, 0.055), DARK),
        box((0.035, -0.036, 0.18), (0.04, 0.006, 0.009), DARK),
    ]
    return FurnitureDesign(parts, walkable=True)


def wall_shelf(style: Style) -> FurnitureDesign:
    """Build a board with books and a vase, out of reach; hangs at a height of about 1.65."""
    parts = [
        box((0, 0, 0.012), (0.4, 0.11, 0.012), style.wood, "wood"),
        box((-0.14, 0.02, 0.144), (0.2, 0.08, 0.12), (1.0, 1.0, 1.0), "books"),
        cylinder((0.2, 0, 0.084), 0.04, 0.06, style.accent, 0.06),
        sphere((0.2, 0, 0.2), (0.09, 0.08, 0.08), (0.25, 0.50, 0.22)),
    ]
    return FurnitureDesign(parts, walkable=True)


def whiteboard(style: Style) -> FurnitureDesign:
    """Build a board with writing; hangs at a height of about 1.1."""
    parts = [
        box((0, 0, 0.35), (0.6, 0.012, 0.37), STEEL),
        box((0, -0.017, 0.36), (0.57, 0.006, 0.33), (1.0, 1.0, 1.0), "whiteboard"),
        box((0, -0.04, 0.0), (0.4, 0.03, 0.01), darker(STEEL)),
    ]
    del style
    return FurnitureDesign(parts, walkable=True)


def rug(style: Style) -> FurnitureDesign:
    """Build a rug 12 mm thick, to walk on."""
    half_x, half_y = style.between(0.8, 1.1), style.between(0.6, 0.8)
    colour = lighter(style.pick(style.accent, style.fabric, style.fabric_2), 0.25)
    name = f"rug {int(style.rng.integers(RUGS))}"
    return FurnitureDesign([box((0, 0, 0.006), (half_x, half_y, 0.006), colour, name)], walkable=True)


def bath_mat(style: Style) -> FurnitureDesign:
    """Build a small mat 12 mm thick."""
    return FurnitureDesign(
        [box((0, 0, 0.006), (0.4, 0.27, 0.006), lighter(style.accent, 0.3), "stripes")], walkable=True
    )


def plant(style: Style) -> FurnitureDesign:
    """Build a leafy plant in a pot on the floor."""
    pot = style.pick((0.72, 0.38, 0.24), WHITE, (0.30, 0.36, 0.42))
    green = style.pick((0.16, 0.46, 0.18), (0.30, 0.52, 0.20), (0.14, 0.40, 0.28))
    parts = [
        cylinder((0, 0, 0.16), 0.14, 0.16, pot, 0.19),
        cylinder((0, 0, 0.322), 0.165, 0.004, (0.25, 0.17, 0.11)),
        cylinder((0, 0, 0.5), 0.02, 0.2, (0.36, 0.25, 0.14)),
        sphere((0, 0, 0.85), (0.2, 0.2, 0.24), green),
        sphere((0.08, 0.05, 1.1), (0.14, 0.14, 0.16), lighter(green, 0.15)),
    ]
    parts += [
        sphere((x, y, 0.62), (0.13, 0.05, 0.03), lighter(green, 0.25), turn=angle)
        for x, y, angle in ((0.12, 0, 0.0), (-0.1, 0.07, 145.0), (-0.03, -0.12, 75.0))
    ]
    return FurnitureDesign(parts, clearance=0.1)


def coat_rack(style: Style) -> FurnitureDesign:
    """Build a stand with two coats."""
    parts = [
        cylinder((0, 0, 0.02), 0.2, 0.02, style.dark_wood),
        cylinder((0, 0, 0.88), 0.022, 0.86, style.dark_wood),
        box((0.1, 0, 1.25), (0.09, 0.13, 0.33), style.fabric, "fabric"),
        box((-0.1, 0.02, 1.2), (0.08, 0.12, 0.38), style.fabric_2, "fabric"),
        sphere((0, 0, 1.76), 0.035, style.dark_wood),
    ]
    return FurnitureDesign(parts, clearance=0.1)


def ceiling_lamp(style: Style) -> FurnitureDesign:
    """Build a shade under the ceiling; its origin is its lowest point."""
    parts = [
        cylinder((0, 0, 0.065), 0.22, 0.055, lighter(style.accent, 0.7), 0.12),
        cylinder((0, 0, 0.005), 0.2, 0.005, WHITE, lit=(1.0, 0.98, 0.9)),
    ]
    return FurnitureDesign(parts, walkable=True)


def bin_(style: Style) -> FurnitureDesign:
    """Build a waste bin with a lid."""
    colour = style.pick(STEEL, DARK, style.accent)
    parts = [
        cylinder((0, 0, 0.2), 0.13, 0.2, colour, 0.15),
        cylinder((0, 0, 0.42), 0.155, 0.025, darker(colour), 0.1),
    ]
    return FurnitureDesign(parts, clearance=0.1)
