"""Furniture of bathrooms. Every builder's front looks towards -y; the back is at +y, at the wall."""

from __future__ import annotations

from mmego.sim.shapes.parts import BLACK, DARK, STEEL, WHITE, box, cylinder, legs, lighter, mix, sphere
from mmego.sim.shapes.shapes import Body, Joint, Slot
from mmego.sim.shapes.style import FurnitureDesign, Style, row


def bathtub(style: Style) -> FurnitureDesign:
    """Build a white tub with water in it and a board laid across."""
    half, water = style.between(0.76, 0.84), (0.55, 0.80, 0.88)
    panel = style.pick(WHITE, lighter(style.accent, 0.5))
    parts = [
        box((0, -0.335, 0.28), (half, 0.045, 0.28), panel),
        box((0, 0.335, 0.28), (half, 0.045, 0.28), WHITE),
        box((half - 0.05, 0, 0.28), (0.05, 0.29, 0.28), WHITE),
        box((-half + 0.05, 0, 0.28), (0.05, 0.29, 0.28), WHITE),
        box((0, 0, 0.4), (half - 0.1, 0.29, 0.012), water),
        box((0.2, 0, 0.575), (0.34, 0.34, 0.014), style.wood, "wood"),
        cylinder((-half + 0.06, 0, 0.66), 0.018, 0.1, STEEL),
        box((-half + 0.13, 0, 0.75), (0.085, 0.016, 0.016), STEEL),
        box((0, 0.375, 0.95), (half, 0.012, 0.35), lighter(style.accent, 0.6), "small tile"),
    ]
    return FurnitureDesign(parts, row(2, 0.34, -0.13, 0.589, 0.2))


def washbasin(style: Style) -> FurnitureDesign:
    """Build a white basin on a cupboard with a mirror above it."""
    front = style.pick(style.cabinet, style.wood)
    parts = [
        box((0, 0.02, 0.39), (0.46, 0.22, 0.39), front),
        box((-0.23, -0.205, 0.42), (0.2, 0.012, 0.3), lighter(front, 0.25)),
        box((0.23, -0.205, 0.42), (0.2, 0.012, 0.3), lighter(front, 0.25)),
        box((0, 0.01, 0.8), (0.48, 0.25, 0.025), WHITE, "marble"),
        cylinder((0, 0.0, 0.855), 0.13, 0.035, WHITE, 0.19),
        cylinder((0, 0.0, 0.889), 0.165, 0.005, (0.72, 0.80, 0.84)),
        cylinder((0, 0.0, 0.893), 0.025, 0.006, DARK),
        cylinder((0, 0.215, 0.93), 0.016, 0.1, STEEL),
        box((0, 0.15, 1.02), (0.014, 0.08, 0.014), STEEL),
        box((0, 0.245, 1.5), (0.36, 0.015, 0.38), style.wood),
        box((0, 0.227, 1.5), (0.32, 0.008, 0.34), (0.80, 0.88, 0.93), "mirror"),
    ]
    return FurnitureDesign(parts, [Slot((-0.34, -0.09, 0.825)), Slot((0.34, -0.09, 0.825))])


def washing_machine(style: Style) -> FurnitureDesign:
    """Build a white front loader with a round window."""
    body = style.pick(WHITE, (0.80, 0.82, 0.84), (0.30, 0.32, 0.35))
    parts = [
        box((0, 0.28, 0.42), (0.3, 0.02, 0.42), body),
        box((-0.29, 0, 0.42), (0.02, 0.26, 0.42), body),
        box((0.29, 0, 0.42), (0.02, 0.26, 0.42), body),
        box((0, 0, 0.83), (0.32, 0.3, 0.02), lighter(body, 0.4)),
        box((0, 0, 0.1), (0.27, 0.26, 0.1), body),
        box((0, -0.27, 0.1), (0.31, 0.02, 0.1), body),
        box((0, -0.27, 0.72), (0.31, 0.02, 0.09), body),
        box((-0.27, -0.27, 0.415), (0.04, 0.02, 0.215), body),
        box((0.27, -0.27, 0.415), (0.04, 0.02, 0.215), body),
        box((0, 0.0, 0.21), (0.26, 0.24, 0.01), (0.55, 0.58, 0.62)),
        box((0, 0.23, 0.42), (0.26, 0.012, 0.21), (0.40, 0.42, 0.46)),
        cylinder((0.2, -0.3, 0.72), 0.045, 0.015, STEEL, axis="y"),
        box((-0.16, -0.294, 0.72), (0.1, 0.008, 0.045), (0.6, 0.66, 0.72)),
        box((0.03, -0.294, 0.72), (0.06, 0.008, 0.03), (0.1, 0.25, 0.3)),
    ]
    door = [
        box((0.235, -0.012, 0), (0.235, 0.012, 0.215), body),
        cylinder((0.235, -0.035, 0), 0.2, 0.014, STEEL, axis="y"),
        cylinder((0.235, -0.053, 0), 0.155, 0.01, (0.18, 0.24, 0.32), axis="y"),
        box((0.42, -0.065, 0), (0.02, 0.012, 0.04), DARK),
    ]
    joint = Joint("washing machine", "hinge", (-0.235, -0.29, 0.415), Body(tuple(door)), -115, (0.42, -0.065, 0))
    slots = [*row(2, 0.3, -0.1, 0.85), Slot((0.0, -0.12, 0.22), "in", 0)]
    return FurnitureDesign(parts, slots, [joint], clearance=0.85)


def bathroom_shelf(style: Style) -> FurnitureDesign:
    """Build open shelves with rolled towels, on a thin metal frame."""
    metal = style.pick(STEEL, BLACK, WHITE)
    towel = style.accent
    parts = legs(0.34, 0.15, 1.5, 0.012, metal)
    parts += [box((0, 0, z), (0.36, 0.17, 0.012), WHITE, "marble") for z in (0.25, 0.7, 1.1, 1.49)]
    for x in (-0.22, -0.07, 0.08, 0.23):
        parts.append(cylinder((x, 0.02, 0.332), 0.07, 0.14, mix(towel, WHITE, 0.3 + x), axis="y"))
    parts += [cylinder((x, 0.02, 1.575), 0.07, 0.13, towel, axis="y") for x in (-0.1, 0.06)]
    slots = [Slot((x, -0.03, z)) for z in (0.712, 1.112) for x in (-0.17, 0.17)]
    return FurnitureDesign(parts, slots)


def laundry_basket(style: Style) -> FurnitureDesign:
    """Build a wicker basket full of clothes."""
    parts = [
        cylinder((0, 0, 0.3), 0.24, 0.3, (0.86, 0.72, 0.50), 0.29, texture="wicker"),
        cylinder((0, 0, 0.59), 0.3, 0.025, (0.60, 0.45, 0.28)),
        cylinder((0, 0, 0.61), 0.26, 0.012, style.fabric),
        sphere((0.12, 0.12, 0.61), (0.12, 0.1, 0.06), lighter(style.fabric_2, 0.3)),
        sphere((-0.12, 0.1, 0.61), (0.12, 0.11, 0.05), lighter(style.accent, 0.4)),
    ]
    return FurnitureDesign(parts, [Slot((0, -0.06, 0.622), "in")])


def toilet(style: Style) -> FurnitureDesign:
    """Build a toilet, without slots."""
    seat = style.pick(WHITE, style.wood)
    parts = [
        box((0, 0.24, 0.62), (0.2, 0.09, 0.2), WHITE),
        box((0, 0.24, 0.83), (0.21, 0.1, 0.015), WHITE),
        cylinder((0, -0.05, 0.2), 0.13, 0.2, WHITE, 0.2),
        cylinder((0, -0.06, 0.415), 0.21, 0.018, seat),
        box((0, 0.1, 0.2), (0.12, 0.1, 0.2), WHITE),
        cylinder((0.1, 0.24, 0.85), 0.02, 0.01, STEEL),
    ]
    return FurnitureDesign(parts, clearance=0.4)
