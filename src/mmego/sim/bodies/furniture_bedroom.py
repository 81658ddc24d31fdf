"""Furniture of bedrooms and offices. Every builder's front looks towards -y; the back is at +y, at the wall."""

from __future__ import annotations

from mmego.sim.shapes.parts import BLACK, DARK, GOLD, STEEL, WHITE, box, cylinder, darker, legs, lighter, sphere
from mmego.sim.shapes.shapes import Body, Colour, Joint, Point, Slot
from mmego.sim.shapes.style import FurnitureDesign, Style, row


def _drawer(name: str, half: Point, origin: Point, colour: Colour, knob: Colour, opened: float) -> Joint:
    """Build a drawer whose front has the half width and half height of `half`; half[1] is half its depth."""
    x, y, z = half
    wall, floor = lighter(colour, 0.4), (0.80, 0.66, 0.48)
    parts = [
        box((0, -0.012, 0), (x, 0.012, z), lighter(colour, 0.12)),
        box((0, y, -z + 0.03), (x - 0.04, y, 0.01), floor),
        box((-x + 0.035, y, 0.0), (0.01, y, z - 0.035), wall),
        box((x - 0.035, y, 0.0), (0.01, y, z - 0.035), wall),
        box((0, 2 * y, 0.0), (x - 0.04, 0.01, z - 0.035), wall),
        box((0, -0.035, 0), (x * 0.22, 0.012, 0.012), knob),
    ]
    return Joint(name, "slide", origin, Body(tuple(parts)), opened, (0, -0.035, 0))


def bed(style: Style) -> FurnitureDesign:
    """Build a wide bed with a quilt, its head at the wall."""
    half = style.between(0.68, 0.8)
    quilt = lighter(style.fabric_2, 0.2)
    frame = style.pick(style.wood, style.dark_wood, WHITE)
    parts = [
        box((0, 0, 0.2), (half, 0.98, 0.12), frame, "wood"),
        box((0, 0.98, 0.5), (half + 0.02, 0.03, 0.5), frame, "wood"),
        box((0, 0.0, 0.38), (half - 0.03, 0.94, 0.08), WHITE),
        box((0, -0.26, 0.42), (half, 0.71, 0.06), quilt, "quilt"),
        box((0, 0.4, 0.486), (half, 0.1, 0.012), lighter(quilt, 0.6)),
    ]
    parts += [box((x * half, y, 0.04), (0.04, 0.04, 0.04), darker(frame)) for x in (-0.9, 0.9) for y in (-0.9, 0.9)]
    parts += [sphere((x * half, 0.72, 0.5), (0.28, 0.19, 0.09), WHITE) for x in (-0.47, 0.47)]
    return FurnitureDesign(parts, row(3, 0.42, -0.68, 0.48))


def nightstand(style: Style) -> FurnitureDesign:
    """Build a small cupboard with a lace mat, a drawer front and room for a lamp."""
    wood = style.pick(style.wood, style.dark_wood)
    parts = [
        *legs(0.2, 0.17, 0.14, 0.02, wood),
        box((0, 0, 0.33), (0.24, 0.2, 0.19), wood, "wood"),
        box((0, 0, 0.533), (0.26, 0.22, 0.013), darker(wood, 0.25)),
        cylinder((0, -0.02, 0.549), 0.17, 0.004, WHITE),
        box((0, -0.206, 0.4), (0.2, 0.01, 0.085), lighter(wood, 0.2)),
        sphere((0, -0.228, 0.4), 0.018, GOLD),
    ]
    return FurnitureDesign(parts, [Slot((-0.06, -0.09, 0.553))], mount=(0.13, 0.1, 0.546))


def dresser(style: Style) -> FurnitureDesign:
    """Build a painted chest of drawers with a mirror; the top drawer opens."""
    colour, knob = style.cabinet, style.pick(GOLD, DARK)
    parts = [
        box((0, 0.01, 0.4), (0.52, 0.22, 0.4), darker(colour, 0.12)),
        box((0, 0.0, 0.815), (0.55, 0.245, 0.015), lighter(colour, 0.3)),
        box((0, -0.03, 0.834), (0.42, 0.11, 0.006), (0.97, 0.95, 0.98), "lace"),
        box((0, 0.225, 1.22), (0.36, 0.018, 0.36), style.wood, "wood"),
        box((0, 0.204, 1.24), (0.32, 0.008, 0.32), (0.80, 0.88, 0.94), "mirror"),
    ]
    for z in (0.14, 0.39):
        parts.append(box((0, -0.216, z), (0.48, 0.01, 0.105), colour))
        parts += [sphere((x, -0.238, z), 0.02, knob) for x in (-0.25, 0.25)]
    joint = _drawer("drawer of the dresser", (0.48, 0.18, 0.12), (0, -0.212, 0.65), colour, knob, 0.34)
    slots = [*row(3, 0.36, -0.1, 0.84), Slot((-0.2, -0.06, 0.57), "in", 0), Slot((0.2, -0.06, 0.57), "in", 0)]
    return FurnitureDesign(parts, slots, [joint], clearance=0.8)


def wardrobe(style: Style) -> FurnitureDesign:
    """Build a tall wardrobe: hanging clothes and a shelf behind its left door, the right one stays shut."""
    wood = style.pick(style.wood, style.dark_wood, style.cabinet)
    inner = darker(wood, 0.3)
    parts = [
        box((0, 0.27, 1.0), (0.58, 0.015, 1.0), inner),
        box((-0.565, 0, 1.0), (0.02, 0.26, 1.0), wood, "wood"),
        box((0.565, 0, 1.0), (0.02, 0.26, 1.0), wood, "wood"),
        box((0, 0, 1.98), (0.55, 0.26, 0.02), wood),
        box((0, 0, 0.05), (0.55, 0.26, 0.05), inner),
        box((0.02, 0.0, 1.0), (0.012, 0.25, 0.93), inner),
        box((-0.27, 0.0, 0.85), (0.27, 0.24, 0.012), lighter(wood, 0.2)),
        box((-0.27, 0.0, 0.4), (0.27, 0.24, 0.012), lighter(wood, 0.2)),
        box((0.295, -0.27, 1.0), (0.275, 0.014, 0.93), wood, "wood"),
        box((0.295, -0.29, 1.0), (0.2, 0.008, 0.8), lighter(wood, 0.18)),
        box((0.07, -0.305, 1.0), (0.012, 0.014, 0.08), GOLD),
        cylinder((-0.27, 0.05, 1.8), 0.014, 0.27, STEEL, axis="x"),
    ]
    clothes = (style.fabric, lighter(style.accent), style.fabric_2, lighter(style.fabric, 0.5))
    parts += [
        box((-0.47 + 0.13 * i, 0.07, 1.5), (0.045, 0.15, 0.27), cloth, "fabric") for i, cloth in enumerate(clothes)
    ]
    door = [
        box((0.28, -0.014, 0.93), (0.275, 0.014, 0.93), wood, "wood"),
        box((0.28, -0.034, 0.93), (0.2, 0.008, 0.8), lighter(wood, 0.18)),
        box((0.5, -0.049, 0.93), (0.012, 0.014, 0.08), GOLD),
    ]
    joint = Joint("wardrobe", "hinge", (-0.55, -0.256, 0.07), Body(tuple(door)), -120, (0.5, -0.049, 0.93))
    slots = [Slot((-0.4, -0.07, 0.862), "in", 0), Slot((-0.14, -0.07, 0.862), "in", 0)]
    return FurnitureDesign(parts, slots, [joint], clearance=0.85)


def trunk(style: Style) -> FurnitureDesign:
    """Build a travelling chest with iron bands."""
    leather = style.pick((0.50, 0.30, 0.18), (0.25, 0.36, 0.32), (0.45, 0.20, 0.20))
    parts = [
        box((0, 0, 0.21), (0.46, 0.25, 0.21), leather, "fabric"),
        box((0, 0, 0.45), (0.47, 0.26, 0.03), darker(leather, 0.25)),
    ]
    for x in (-0.38, 0.38):
        parts.append(box((x, 0, 0.2435), (0.03, 0.265, 0.2435), GOLD))
    parts.append(box((0, -0.265, 0.4), (0.045, 0.012, 0.05), GOLD))
    return FurnitureDesign(parts, row(2, 0.34, -0.06, 0.48))


def desk(style: Style) -> FurnitureDesign:
    """Build an office desk: computer screen, keyboard, a green or blue pad, a block of drawers."""
    top = style.pick((0.90, 0.89, 0.85), (0.86, 0.78, 0.66), (0.60, 0.60, 0.62))
    pad = style.pick((0.16, 0.38, 0.28), (0.18, 0.26, 0.44), (0.40, 0.18, 0.18))
    parts = [
        *legs(0.73, 0.32, 0.72, 0.025, DARK),
        box((0, 0, 0.735), (0.78, 0.37, 0.018), top),
        box((-0.5, 0.02, 0.42), (0.22, 0.3, 0.28), (0.62, 0.64, 0.66)),
        *[box((-0.5, -0.286, z), (0.19, 0.01, 0.08), (0.75, 0.77, 0.79)) for z in (0.25, 0.43, 0.61)],
        *[box((-0.5, -0.302, z), (0.06, 0.008, 0.01), BLACK) for z in (0.25, 0.43, 0.61)],
        box((0.05, 0.24, 0.762), (0.13, 0.08, 0.009), BLACK),
        box((0.05, 0.27, 0.87), (0.025, 0.015, 0.1), BLACK),
        box((0.05, 0.25, 1.06), (0.29, 0.018, 0.18), BLACK),
        box((0.05, 0.227, 1.06), (0.27, 0.007, 0.16), (0.62, 0.74, 0.92), "desktop"),
        box((0.05, 0.03, 0.762), (0.22, 0.075, 0.009), (0.9, 0.9, 0.9), "keyboard"),
        box((0.05, -0.2, 0.757), (0.6, 0.14, 0.005), pad),
    ]
    slots = [Slot((x, -0.19, 0.763)) for x in (-0.42, -0.1, 0.22, 0.54)]
    return FurnitureDesign(parts, slots, mount=(0.6, 0.17, 0.753))


def office_chair(style: Style) -> FurnitureDesign:
    """Build a swivel chair on a star foot."""
    cloth = style.pick((0.14, 0.30, 0.36), (0.16, 0.16, 0.18), (0.44, 0.16, 0.18), (0.20, 0.34, 0.22))
    parts = [
        box((0, 0, 0.06), (0.25, 0.03, 0.02), BLACK, turn=45),
        box((0, 0, 0.06), (0.25, 0.03, 0.019), BLACK, turn=-45),
        *[cylinder((x, y, 0.03), 0.03, 0.02, BLACK, axis="y") for x in (-0.17, 0.17) for y in (-0.17, 0.17)],
        cylinder((0, 0, 0.24), 0.03, 0.18, STEEL),
        box((0, -0.02, 0.455), (0.24, 0.23, 0.04), cloth, "fabric"),
        box((0, 0.23, 0.85), (0.21, 0.03, 0.28), cloth, "fabric"),
        box((0, 0.24, 0.5), (0.03, 0.015, 0.1), BLACK),
        box((-0.26, 0.0, 0.66), (0.025, 0.16, 0.02), BLACK),
        box((0.26, 0.0, 0.66), (0.025, 0.16, 0.02), BLACK),
        box((-0.26, 0.06, 0.55), (0.015, 0.02, 0.1), BLACK),
        box((0.26, 0.06, 0.55), (0.015, 0.02, 0.1), BLACK),
    ]
    return FurnitureDesign(parts, [Slot((0, -0.08, 0.495))])


def filing_cabinet(style: Style) -> FurnitureDesign:
    """Build a steel cabinet with labelled drawers; the top one opens."""
    colour = style.pick((0.36, 0.44, 0.40), (0.46, 0.50, 0.56), (0.70, 0.66, 0.56), (0.30, 0.36, 0.48))
    parts = [
        box((0, 0, 0.52), (0.26, 0.28, 0.52), colour),
        box((0, 0, 1.052), (0.27, 0.29, 0.012), darker(colour, 0.25)),
    ]
    for z in (0.2, 0.52):
        parts.append(box((0, -0.287, z), (0.23, 0.01, 0.145), lighter(colour, 0.15)))
        parts.append(box((0, -0.304, z + 0.05), (0.06, 0.008, 0.025), WHITE))
        parts.append(box((0, -0.306, z - 0.02), (0.06, 0.01, 0.012), STEEL))
    joint = _drawer("drawer of the filing cabinet", (0.23, 0.21, 0.145), (0, -0.283, 0.84), colour, STEEL, 0.38)
    slots = [Slot((0, -0.1, 1.064)), Slot((0, -0.1, 0.735), "in", 0)]
    return FurnitureDesign(parts, slots, [joint], clearance=0.8)


def storage_rack(style: Style) -> FurnitureDesign:
    """Build bare metal shelves with cardboard boxes at the bottom and the top."""
    metal = style.pick((0.55, 0.57, 0.60), (0.25, 0.32, 0.42), (0.75, 0.42, 0.18))
    parts = legs(0.45, 0.17, 1.8, 0.018, metal)
    parts += [box((0, 0, z), (0.47, 0.19, 0.014), darker(metal, 0.2)) for z in (0.15, 0.72, 1.12, 1.55)]
    card = (0.80, 0.64, 0.44)
    for x, z in ((-0.23, 0.33), (0.2, 0.3), (-0.1, 1.68)):
        parts.append(box((x, 0.01, z), (0.19, 0.15, z - (0.164 if z < 1 else 1.564)), card))
        parts.append(box((x, -0.142, z), (0.06, 0.006, 0.04), WHITE))
    slots = [Slot((x, -0.05, z)) for z in (0.734, 1.134) for x in (-0.22, 0.22)]
    return FurnitureDesign(parts, slots)


def printer_table(style: Style) -> FurnitureDesign:
    """Build a small table with a printer on it and a free half."""
    wood = style.pick(WHITE, style.wood)
    grey = style.pick((0.80, 0.81, 0.83), DARK)
    parts = [
        *legs(0.46, 0.2, 0.66, 0.02, STEEL),
        box((0, 0, 0.675), (0.5, 0.24, 0.015), wood),
        box((-0.22, 0.02, 0.78), (0.22, 0.18, 0.09), grey),
        box((-0.22, 0.0, 0.885), (0.18, 0.12, 0.015), darker(grey, 0.3)),
        box((-0.22, -0.2, 0.73), (0.14, 0.05, 0.01), WHITE),
        box((-0.1, -0.164, 0.83), (0.05, 0.008, 0.025), (0.3, 0.6, 0.8)),
        box((-0.05, 0, 0.3), (0.4, 0.18, 0.012), STEEL),
    ]
    return FurnitureDesign(parts, [Slot((0.12, -0.09, 0.69)), Slot((0.4, -0.09, 0.69))])
