"""Furniture of living rooms, dining rooms and hallways. Every builder's front looks towards -y."""

from __future__ import annotations

from mmego.sim.bodies.furniture_kitchen import chair
from mmego.sim.shapes.parts import (
    BLACK,
    CREAM,
    DARK,
    GOLD,
    STEEL,
    WHITE,
    box,
    cylinder,
    darker,
    legs,
    lighter,
    sphere,
)
from mmego.sim.shapes.shapes import Slot
from mmego.sim.shapes.style import FurnitureDesign, Style, row


def sofa(style: Style) -> FurnitureDesign:
    """Build a sofa: three seats, arms, a back and cushions."""
    half, cloth = style.between(0.92, 1.08), style.fabric
    seat = lighter(cloth, 0.22)
    inner = half - 0.2
    parts = [
        box((0, 0.02, 0.2), (half, 0.4, 0.14), cloth, "fabric"),
        box((0, 0.32, 0.56), (half, 0.1, 0.3), cloth, "fabric"),
        box((-half + 0.1, -0.02, 0.46), (0.1, 0.4, 0.16), darker(cloth, 0.12), "fabric"),
        box((half - 0.1, -0.02, 0.46), (0.1, 0.4, 0.16), darker(cloth, 0.12), "fabric"),
    ]
    for i in (-1, 0, 1):
        x = i * inner * 2 / 3
        parts.append(box((x, -0.1, 0.39), (inner / 3 - 0.012, 0.31, 0.055), seat, "fabric"))
        parts.append(box((x, 0.19, 0.6), (inner / 3 - 0.02, 0.05, 0.17), seat, "fabric"))
    for side in (-1, 1):
        parts.append(sphere((side * (inner - 0.1), 0.1, 0.6), (0.17, 0.08, 0.15), style.accent))
        parts += [box((side * (half - 0.08), y, 0.03), (0.03, 0.03, 0.03), DARK) for y in (-0.34, 0.34)]
    return FurnitureDesign(parts, row(3, inner * 2 / 3, -0.2, 0.446))


def armchair(style: Style) -> FurnitureDesign:
    """Build a round-backed chair on short legs, in a second cloth."""
    cloth = style.fabric_2
    parts = [
        *legs(0.3, 0.28, 0.16, 0.025, style.dark_wood),
        box((0, 0, 0.27), (0.38, 0.36, 0.11), cloth, "fabric"),
        box((0, -0.05, 0.42), (0.26, 0.28, 0.045), lighter(cloth, 0.25), "fabric"),
        box((0, 0.29, 0.65), (0.3, 0.08, 0.27), cloth, "fabric"),
        cylinder((0, 0.29, 0.9), 0.3, 0.08, cloth, axis="y"),
        cylinder((-0.32, -0.02, 0.48), 0.075, 0.34, darker(cloth, 0.15), axis="y"),
        cylinder((0.32, -0.02, 0.48), 0.075, 0.34, darker(cloth, 0.15), axis="y"),
    ]
    return FurnitureDesign(parts, [Slot((0, -0.14, 0.466))])


def coffee_table(style: Style) -> FurnitureDesign:
    """Build a low plank table with a shelf and two magazines beneath."""
    half = style.between(0.5, 0.6)
    parts = [
        *legs(half - 0.05, 0.24, 0.36, 0.035, darker(style.wood, 0.25)),
        box((0, 0, 0.385), (half, 0.3, 0.025), style.wood, "planks"),
        box((0, 0, 0.14), (half - 0.07, 0.23, 0.012), darker(style.wood, 0.15)),
        box((-0.2, 0, 0.16), (0.11, 0.15, 0.008), style.accent),
        box((0.16, 0, 0.16), (0.11, 0.15, 0.008), style.fabric_2),
    ]
    return FurnitureDesign(parts, row(3, 0.33, -0.06, 0.41))


def tv_stand(style: Style) -> FurnitureDesign:
    """Build a long low cabinet; the TV stands in its middle."""
    parts = [
        box((0, 0, 0.27), (0.85, 0.21, 0.21), style.dark_wood, "wood"),
        box((0, 0, 0.03), (0.78, 0.17, 0.03), DARK),
        box((0, -0.006, 0.495), (0.87, 0.225, 0.015), darker(style.dark_wood, 0.35)),
    ]
    parts += [box((x, -0.212, 0.27), (0.25, 0.008, 0.17), lighter(style.dark_wood, 0.15)) for x in (-0.56, 0, 0.56)]
    parts += [box((x, -0.226, 0.27), (0.07, 0.01, 0.012), STEEL) for x in (-0.56, 0, 0.56)]
    return FurnitureDesign(parts, row(2, 1.36, -0.04, 0.51), mount=(0, 0.05, 0.51))


def bookshelf(style: Style) -> FurnitureDesign:
    """Build a tall shelf: two rows of books, two rows free."""
    wood = style.wood
    parts = [
        box((0, 0.15, 0.95), (0.48, 0.012, 0.95), darker(wood, 0.3)),
        box((-0.485, 0, 0.95), (0.016, 0.16, 0.95), wood, "wood"),
        box((0.485, 0, 0.95), (0.016, 0.16, 0.95), wood, "wood"),
    ]
    parts += [box((0, -0.005, z), (0.469, 0.148, 0.015), wood, "wood") for z in (0.06, 0.42, 0.78, 1.18, 1.56, 1.88)]
    for z, left, right in ((0.075, -0.46, 0.45), (0.435, -0.46, 0.2), (1.575, -0.3, 0.46)):
        parts.append(
            box(
                ((left + right) / 2, 0.02, z + 0.13),
                ((right - left) / 2, 0.11, 0.13),
                (1.0, 1.0, 1.0),
                "books",
            )
        )
    slots = [Slot((x, -0.02, z), "on") for z in (0.795, 1.195) for x in (-0.23, 0.23)]
    return FurnitureDesign(parts, slots)


def piano(style: Style) -> FurnitureDesign:
    """Build an upright piano with its keyboard and a book of notes."""
    case = style.pick(BLACK, darker(style.dark_wood, 0.2), (0.30, 0.12, 0.08))
    parts = [
        box((0, 0.12, 0.55), (0.72, 0.18, 0.55), case),
        box((0, 0.11, 1.11), (0.74, 0.2, 0.015), lighter(case, 0.12)),
        box((0, -0.16, 0.66), (0.72, 0.13, 0.045), case),
        box((0, -0.19, 0.712), (0.66, 0.09, 0.008), (1.0, 1.0, 1.0), "piano keys"),
        box((-0.69, -0.16, 0.72), (0.03, 0.13, 0.03), case),
        box((0.69, -0.16, 0.72), (0.03, 0.13, 0.03), case),
        box((-0.67, -0.25, 0.3), (0.03, 0.03, 0.3), case),
        box((0.67, -0.25, 0.3), (0.03, 0.03, 0.3), case),
        box((0, -0.07, 0.9), (0.2, 0.008, 0.13), lighter(CREAM)),
        box((0, -0.07, 0.76), (0.25, 0.02, 0.012), case),
        box((0.04, -0.08, 0.06), (0.02, 0.03, 0.012), GOLD),
        box((-0.04, -0.08, 0.06), (0.02, 0.03, 0.012), GOLD),
    ]
    return FurnitureDesign(parts, row(3, 0.42, 0.04, 1.125))


def fireplace(style: Style) -> FurnitureDesign:
    """Build a brick fireplace with a mantelpiece."""
    brick = style.pick((0.80, 0.42, 0.32), (0.85, 0.82, 0.78), (0.55, 0.50, 0.48))
    parts = [
        box((-0.5, 0.02, 0.55), (0.15, 0.18, 0.55), brick, "brick"),
        box((0.5, 0.02, 0.55), (0.15, 0.18, 0.55), brick, "brick"),
        box((0, 0.02, 0.92), (0.35, 0.18, 0.18), brick, "brick"),
        box((0, 0.17, 0.37), (0.35, 0.03, 0.37), (0.10, 0.08, 0.08)),
        box((0, -0.02, 1.125), (0.72, 0.23, 0.025), style.wood, "wood"),
        box((0, -0.05, 0.02), (0.35, 0.16, 0.02), (0.25, 0.24, 0.24)),
        cylinder((0, 0.02, 0.09), 0.05, 0.24, (0.35, 0.22, 0.12), axis="x"),
        cylinder((0, -0.08, 0.08), 0.04, 0.2, (0.42, 0.27, 0.15), axis="x"),
        sphere((-0.08, 0.02, 0.2), (0.06, 0.05, 0.13), (1.0, 0.55, 0.1), lit=(1.0, 0.55, 0.1)),
        sphere((0.07, 0.02, 0.18), (0.06, 0.05, 0.1), (1.0, 0.75, 0.2), lit=(1.0, 0.8, 0.25)),
    ]
    return FurnitureDesign(parts, row(3, 0.45, -0.08, 1.15))


def dining_table(style: Style) -> FurnitureDesign:
    """Build a long dark table with a striped runner and high-backed chairs at its ends."""
    half, wood = style.between(0.7, 0.85), style.dark_wood
    runner = style.accent
    parts = [
        box((-half + 0.3, 0, 0.35), (0.06, 0.25, 0.35), darker(wood, 0.2)),
        box((half - 0.3, 0, 0.35), (0.06, 0.25, 0.35), darker(wood, 0.2)),
        box((0, 0, 0.3), (half - 0.3, 0.03, 0.03), darker(wood, 0.2)),
        box((0, 0, 0.725), (half, 0.44, 0.025), wood, "wood"),
        box((0, 0.05, 0.756), (half + 0.006, 0.13, 0.006), lighter(runner, 0.25), "runner"),
        cylinder((0, 0.1, 0.79), 0.05, 0.028, GOLD, 0.09),
        *chair(-half - 0.12, 1, wood, style.fabric_2, 0.62),
        *chair(half + 0.12, -1, wood, style.fabric_2, 0.62),
    ]
    return FurnitureDesign(parts, row(4, 0.36, -0.24, 0.75))


def sideboard(style: Style) -> FurnitureDesign:
    """Build a waist-high cupboard with panelled doors."""
    wood = style.pick(style.wood, style.cabinet)
    parts = [
        *legs(0.7, 0.16, 0.14, 0.025, darker(wood, 0.3)),
        box((0, 0, 0.48), (0.76, 0.21, 0.34), wood, "wood"),
        box((0, -0.006, 0.835), (0.79, 0.23, 0.015), darker(wood, 0.25), "wood"),
    ]
    for i in range(4):
        x = -0.57 + 0.38 * i
        parts.append(box((x, -0.213, 0.46), (0.165, 0.01, 0.27), lighter(wood, 0.2)))
        parts.append(box((x, -0.228, 0.46), (0.11, 0.008, 0.19), darker(wood, 0.08)))
        parts.append(sphere((x + (0.14 if i % 2 == 0 else -0.14), -0.235, 0.5), 0.016, GOLD))
    return FurnitureDesign(parts, row(3, 0.4, -0.07, 0.85, -0.3), mount=(0.58, 0.03, 0.85))


def console_table(style: Style) -> FurnitureDesign:
    """Build a narrow table on thin metal legs, a mirror on the wall above."""
    metal = style.pick(BLACK, GOLD, WHITE)
    parts = [
        *legs(0.48, 0.13, 0.8, 0.014, metal),
        box((0, 0, 0.815), (0.52, 0.17, 0.015), WHITE, "marble"),
        box((0, 0, 0.2), (0.48, 0.13, 0.01), metal),
        cylinder((0, 0.152, 1.5), 0.34, 0.014, metal, axis="y"),
        cylinder((0, 0.134, 1.5), 0.3, 0.008, (0.78, 0.87, 0.93), axis="y"),
    ]
    return FurnitureDesign(parts, row(3, 0.34, -0.02, 0.83))


def shoe_rack(style: Style) -> FurnitureDesign:
    """Build slatted shelves, low and wide."""
    wood = lighter(style.wood, 0.2)
    parts = legs(0.4, 0.14, 0.6, 0.02, darker(wood, 0.2))
    for z in (0.15, 0.58):
        parts += [box((0, y, z), (0.42, 0.022, 0.012), wood) for y in (-0.12, -0.06, 0.0, 0.06, 0.12)]
    parts += [sphere((x, -0.02, 0.22), (0.045, 0.12, 0.055), style.dark_wood) for x in (-0.2, -0.08)]
    return FurnitureDesign(parts, row(2, 0.36, -0.02, 0.592))


def bench(style: Style) -> FurnitureDesign:
    """Build a padded bench with turned-out ends."""
    cloth = style.fabric_2
    parts = [
        *legs(0.48, 0.15, 0.36, 0.025, style.dark_wood),
        box((0, 0, 0.38), (0.55, 0.19, 0.025), style.dark_wood),
        box((0, 0, 0.435), (0.53, 0.18, 0.03), cloth, "stripes"),
    ]
    return FurnitureDesign(parts, row(3, 0.36, -0.03, 0.465))


def side_table(style: Style) -> FurnitureDesign:
    """Build a small round table on one foot, for a lamp and one thing."""
    wood = style.pick(style.dark_wood, WHITE, BLACK)
    parts = [
        cylinder((0, 0, 0.012), 0.18, 0.012, darker(wood, 0.2)),
        cylinder((0, 0, 0.28), 0.03, 0.26, darker(wood, 0.2)),
        cylinder((0, 0, 0.555), 0.3, 0.018, wood),
        cylinder((0, 0, 0.576), 0.27, 0.006, lighter(wood, 0.25)),
    ]
    return FurnitureDesign(parts, [Slot((-0.06, -0.13, 0.582))], mount=(0.06, 0.15, 0.573))


def stool(style: Style) -> FurnitureDesign:
    """Build a round three-legged stool."""
    seat = style.pick(style.accent, style.wood, (0.80, 0.28, 0.24), (0.24, 0.44, 0.66))
    parts = [cylinder((0, 0, 0.475), 0.19, 0.025, seat), cylinder((0, 0, 0.2), 0.13, 0.01, DARK)]
    parts += [cylinder((x, y, 0.225), 0.018, 0.225, darker(style.wood, 0.2)) for x, y in _TRIANGLE]
    return FurnitureDesign(parts, [Slot((0, 0, 0.5))])


_TRIANGLE = ((0.0, 0.13), (-0.115, -0.07), (0.115, -0.07))
