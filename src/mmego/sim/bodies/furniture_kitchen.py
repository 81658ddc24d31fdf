"""Furniture of kitchens. Every builder's front looks towards -y; the back is at +y, at the wall."""

from __future__ import annotations

from mmego.sim.shapes.parts import BLACK, CREAM, DARK, STEEL, WHITE, box, cylinder, darker, legs, lighter
from mmego.sim.shapes.shapes import Body, Colour, Joint, Part, Slot
from mmego.sim.shapes.style import FurnitureDesign, Style, row


def chair(x: float, facing: int, colour: Colour, seat: Colour, back: float) -> list[Part]:
    """Build a chair at (x, 0) whose sitter looks along x towards `facing`."""
    chair = [
        box((x + part.centre[0], part.centre[1], part.centre[2]), part.size, part.colour)
        for part in legs(0.17, 0.17, 0.44, 0.02, colour)
    ]
    rear = x - facing * 0.175
    return [
        *chair,
        box((x, 0, 0.455), (0.2, 0.2, 0.02), seat),
        box((rear, 0.15, 0.46 + back / 2), (0.02, 0.02, back / 2), colour),
        box((rear, -0.15, 0.46 + back / 2), (0.02, 0.02, back / 2), colour),
        box((rear, 0, 0.46 + back * 0.75), (0.014, 0.17, back * 0.22), seat),
    ]


def kitchen_counter(style: Style) -> FurnitureDesign:
    """Build a stone worktop over cupboards, tiled up the wall."""
    half = style.between(0.85, 1.05)
    front, doors = style.cabinet, 4
    parts = [
        box((0, 0.02, 0.06), (half - 0.02, 0.25, 0.06), DARK),
        box((0, 0, 0.49), (half, 0.29, 0.37), darker(front, 0.15)),
        box((0, -0.01, 0.88), (half + 0.02, 0.31, 0.025), lighter(style.stone, 0.25), "granite"),
        box((0, 0.285, 1.14), (half + 0.02, 0.012, 0.235), lighter(style.accent, 0.55), "small tile"),
    ]
    step = 2 * half / doors
    for i in range(doors):
        x = -half + step * (i + 0.5)
        parts.append(box((x, -0.295, 0.43), (step / 2 - 0.025, 0.012, 0.28), front))
        parts.append(box((x, -0.295, 0.79), (step / 2 - 0.025, 0.012, 0.05), front))
        parts.append(box((x, -0.316, 0.79), (0.06, 0.009, 0.01), DARK))
        parts.append(box((x + step / 2 - 0.07, -0.316, 0.6), (0.01, 0.009, 0.06), DARK))
    return FurnitureDesign(parts, row(4, 0.42, -0.13, 0.905), mount=(half - 0.2, 0.14, 0.905))


def sink(style: Style) -> FurnitureDesign:
    """Build a steel sink with a tap and a ribbed draining board."""
    front = style.cabinet
    parts = [
        box((0, 0.02, 0.06), (0.48, 0.25, 0.06), DARK),
        box((0, 0, 0.4), (0.5, 0.29, 0.3), darker(front, 0.15)),
        box((-0.25, -0.295, 0.45), (0.22, 0.012, 0.28), front),
        box((0.25, -0.295, 0.45), (0.22, 0.012, 0.28), front),
        box((-0.06, -0.316, 0.6), (0.01, 0.009, 0.06), DARK),
        box((0.06, -0.316, 0.6), (0.01, 0.009, 0.06), DARK),
        box((0.27, -0.01, 0.8), (0.25, 0.31, 0.1), STEEL),
        box((-0.49, -0.01, 0.8), (0.03, 0.31, 0.1), STEEL),
        box((-0.22, 0.245, 0.8), (0.24, 0.055, 0.1), STEEL),
        box((-0.22, -0.29, 0.8), (0.24, 0.03, 0.1), STEEL),
        box((-0.22, -0.03, 0.72), (0.24, 0.23, 0.02), darker(STEEL, 0.35)),
        cylinder((-0.22, -0.03, 0.745), 0.035, 0.006, BLACK),
        cylinder((-0.22, 0.245, 1.02), 0.02, 0.12, lighter(STEEL, 0.3)),
        box((-0.22, 0.16, 1.14), (0.018, 0.105, 0.018), lighter(STEEL, 0.3)),
        cylinder((-0.22, 0.07, 1.11), 0.018, 0.03, lighter(STEEL, 0.3)),
        box((-0.13, 0.245, 0.93), (0.05, 0.012, 0.012), STEEL),
        box((0, 0.285, 1.14), (0.52, 0.012, 0.235), lighter(style.accent, 0.55), "small tile"),
    ]
    parts += [box((0.05 + 0.05 * i, 0.0, 0.905), (0.008, 0.22, 0.006), darker(STEEL, 0.25)) for i in range(9)]
    slots = [Slot((-0.24, -0.1, 0.74), "in"), Slot((0.25, -0.12, 0.911))]
    return FurnitureDesign(parts, slots)


def stove(style: Style) -> FurnitureDesign:
    """Build a cooker: black glass, four rings that glow when it is on, an oven window and knobs."""
    body = style.pick(WHITE, STEEL, DARK, CREAM)
    parts = [
        box((0, 0, 0.44), (0.3, 0.3, 0.44), body),
        box((0, -0.01, 0.895), (0.3, 0.3, 0.015), BLACK),
        box((0, 0.27, 1.0), (0.3, 0.025, 0.1), body),
        box((0, 0.238, 1.02), (0.08, 0.008, 0.035), (0.05, 0.12, 0.08), lit=(0.2, 1.0, 0.45)),
        box((0, -0.305, 0.42), (0.24, 0.012, 0.19), (0.12, 0.12, 0.13), lit=(1.0, 0.62, 0.2)),
        box((0, -0.32, 0.66), (0.24, 0.014, 0.014), STEEL),
    ]
    for x in (-0.15, 0.15):
        for y in (-0.15, 0.12):
            parts.append(cylinder((x, y, 0.913), 0.115, 0.004, (0.34, 0.34, 0.36)))
            parts.append(cylinder((x, y, 0.917), 0.1, 0.005, (0.2, 0.11, 0.11), lit=(1.0, 0.25, 0.05)))
    for x in (-0.22, -0.11, 0.11, 0.22):
        parts.append(cylinder((x, -0.31, 0.78), 0.028, 0.02, darker(STEEL), axis="y"))
    return FurnitureDesign(parts, [Slot((-0.15, -0.15, 0.922)), Slot((0.15, -0.15, 0.922))], switchable=True)


def fridge(style: Style) -> FurnitureDesign:
    """Build a tall fridge with shelves behind one door."""
    colour = style.pick(STEEL, WHITE, (0.75, 0.30, 0.28), (0.55, 0.75, 0.78))
    inner = (0.93, 0.96, 0.98)
    parts = [
        box((0, 0.29, 0.9), (0.36, 0.03, 0.9), colour),
        box((-0.345, 0, 0.9), (0.025, 0.28, 0.9), colour),
        box((0.345, 0, 0.9), (0.025, 0.28, 0.9), colour),
        box((0, 0, 1.775), (0.33, 0.28, 0.025), colour),
        box((0, 0, 0.05), (0.33, 0.28, 0.05), DARK),
        box((0, 0.245, 0.92), (0.32, 0.012, 0.82), inner),
        box((0, 0.03, 1.74), (0.1, 0.06, 0.012), (1.0, 1.0, 0.85)),
        box((0, 0.0, 0.2), (0.32, 0.22, 0.1), (0.70, 0.84, 0.74)),
    ]
    parts += [box((0, 0.0, z), (0.32, 0.23, 0.012), lighter(inner)) for z in (0.55, 0.9, 1.25)]
    parts += [box((0, -0.238, z), (0.32, 0.008, 0.02), (0.6, 0.75, 0.85)) for z in (0.55, 0.9, 1.25)]
    door = [
        box((0.37, -0.03, 0.84), (0.365, 0.03, 0.84), colour),
        box((0.68, -0.085, 0.95), (0.016, 0.014, 0.28), DARK),
        box((0.68, -0.065, 1.2), (0.012, 0.01, 0.02), DARK),
        box((0.68, -0.065, 0.7), (0.012, 0.01, 0.02), DARK),
        box((0.36, 0.04, 0.5), (0.28, 0.045, 0.04), inner),
        box((0.36, 0.04, 1.1), (0.28, 0.045, 0.04), inner),
    ]
    joint = Joint("fridge", "hinge", (-0.37, -0.29, 0.1), Body(tuple(door)), -125, (0.68, -0.085, 0.95))
    slots = [Slot((x, -0.06, z), "in", 0) for z in (0.912, 1.262) for x in (-0.15, 0.15)]
    return FurnitureDesign(parts, slots, [joint], clearance=0.9)


def wall_cabinet(style: Style) -> FurnitureDesign:
    """Build a hanging cupboard with one door, for z about 1.42."""
    colour = style.cabinet
    parts = [
        box((0, 0.155, 0.35), (0.42, 0.015, 0.35), darker(colour, 0.2)),
        box((-0.41, -0.01, 0.35), (0.015, 0.15, 0.35), colour),
        box((0.41, -0.01, 0.35), (0.015, 0.15, 0.35), colour),
        box((0, -0.01, 0.015), (0.395, 0.15, 0.015), colour),
        box((0, -0.01, 0.685), (0.395, 0.15, 0.015), colour),
        box((0, 0.0, 0.37), (0.395, 0.14, 0.01), colour),
    ]
    door = [
        box((0.42, -0.012, 0.34), (0.415, 0.012, 0.34), colour),
        box((0.42, -0.03, 0.34), (0.33, 0.008, 0.25), lighter(colour, 0.3)),
        box((0.77, -0.05, 0.12), (0.012, 0.012, 0.06), DARK),
    ]
    joint = Joint("wall cabinet", "hinge", (-0.425, -0.165, 0.01), Body(tuple(door)), -125, (0.77, -0.05, 0.12))
    slots = [Slot((x, -0.01, 0.03), "in", 0) for x in (-0.2, 0.2)]
    return FurnitureDesign(parts, slots, [joint], walkable=True)


def kitchen_table(style: Style) -> FurnitureDesign:
    """Build a table under a chequered cloth, a plain chair at each end."""
    half = style.between(0.55, 0.68)
    name = ("red", "blue", "green", "amber")[int(style.rng.integers(4))]
    cloth = lighter(WHITE, 0.8)
    seat = {
        "red": (0.85, 0.4, 0.38),
        "blue": (0.4, 0.52, 0.8),
        "green": (0.4, 0.6, 0.42),
        "amber": (0.9, 0.7, 0.35),
    }[name]
    parts = [
        *legs(half - 0.06, 0.34, 0.7, 0.03, style.wood),
        box((0, 0, 0.72), (half, 0.4, 0.02), style.wood, "wood"),
        box((0, 0, 0.745), (half + 0.006, 0.406, 0.006), cloth, f"gingham {name}"),
        box((0, -0.406, 0.68), (half + 0.006, 0.006, 0.07), cloth, f"gingham {name}"),
        box((0, 0.406, 0.68), (half + 0.006, 0.006, 0.07), cloth, f"gingham {name}"),
        *chair(-half - 0.1, 1, style.wood, seat, 0.42),
        *chair(half + 0.1, -1, style.wood, seat, 0.42),
    ]
    return FurnitureDesign(parts, row(3, 0.36, -0.18, 0.752))


def serving_trolley(style: Style) -> FurnitureDesign:
    """Build a trolley on wheels: two trays in a bright tube frame."""
    frame = style.pick((0.85, 0.66, 0.22), STEEL, (0.78, 0.30, 0.25))
    parts = legs(0.33, 0.2, 0.8, 0.014, frame)
    parts += [cylinder((x, y, 0.03), 0.03, 0.012, BLACK, axis="y") for x in (-0.33, 0.33) for y in (-0.225, 0.225)]
    for z in (0.3, 0.74):
        parts += [
            box((0, 0, z), (0.32, 0.21, 0.01), (0.85, 0.87, 0.88), "marble"),
            box((0, -0.215, z + 0.025), (0.33, 0.008, 0.012), frame),
            box((0, 0.215, z + 0.025), (0.33, 0.008, 0.012), frame),
        ]
    parts.append(cylinder((0.38, 0, 0.84), 0.014, 0.21, frame, axis="y"))
    return FurnitureDesign(parts, [*row(2, 0.32, -0.04, 0.75)])
