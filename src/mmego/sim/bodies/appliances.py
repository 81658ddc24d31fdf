"""Lamps, the TV and the radio: things to switch on and off, most of them on other furniture."""

from __future__ import annotations

from mmego.sim.shapes.parts import BLACK, CREAM, DARK, GLOW, GOLD, STEEL, box, cylinder, darker, sphere
from mmego.sim.shapes.shapes import Colour, Part
from mmego.sim.shapes.style import FurnitureDesign, Style


def tv(style: Style) -> FurnitureDesign:
    """Build a flat screen on a foot; it shows a picture when on."""
    half = style.between(0.46, 0.5)
    parts = [
        box((0, 0, 0.012), (0.2, 0.09, 0.012), BLACK),
        box((0, 0.02, 0.06), (0.05, 0.02, 0.05), BLACK),
        box((0, 0, 0.4), (half, 0.028, 0.3), BLACK),
        box((0, -0.032, 0.4), (half - 0.025, 0.007, 0.275), (0.06, 0.07, 0.09), "screen", lit=(1.0, 1.0, 1.0)),
    ]
    return FurnitureDesign(parts, switchable=True, walkable=True)


def _lamp(height: float, base: float, shade: float, cloth: Colour, pole: Colour) -> list[Part]:
    return [
        cylinder((0, 0, 0.012), base, 0.012, darker(pole)),
        cylinder((0, 0, height / 2), 0.014, height / 2, pole),
        cylinder((0, 0, height - shade * 0.35), shade, shade * 0.75, cloth, shade * 0.65, lit=GLOW),
        cylinder((0, 0, height + shade * 0.41), shade * 0.5, 0.006, darker(cloth, 0.4), lit=(1.0, 1.0, 0.9)),
    ]


def floor_lamp(style: Style) -> FurnitureDesign:
    """Build a standing lamp with a shade at eye height."""
    cloth = darker(style.accent, 0.15)
    return FurnitureDesign(
        _lamp(1.5, 0.16, 0.22, cloth, style.pick(BLACK, GOLD, STEEL)), switchable=True, clearance=0.6
    )


def table_lamp(style: Style) -> FurnitureDesign:
    """Build a lamp with a round belly."""
    cloth = darker(style.fabric_2, 0.1)
    parts = [*_lamp(0.36, 0.08, 0.13, cloth, GOLD), sphere((0, 0, 0.1), (0.075, 0.075, 0.085), style.accent)]
    return FurnitureDesign(parts, switchable=True, walkable=True)


def bedside_lamp(style: Style) -> FurnitureDesign:
    """Build a small glass ball on a foot."""
    parts = [
        cylinder((0, 0, 0.03), 0.06, 0.03, style.dark_wood, 0.045),
        sphere((0, 0, 0.15), (0.085, 0.085, 0.09), (0.52, 0.52, 0.50), lit=GLOW),
    ]
    return FurnitureDesign(parts, switchable=True, walkable=True)


def desk_lamp(style: Style) -> FurnitureDesign:
    """Build a jointed lamp that leans over the desk."""
    colour = style.pick((0.75, 0.15, 0.12), (0.15, 0.30, 0.55), (0.16, 0.42, 0.26), BLACK)
    parts = [
        cylinder((0, 0, 0.015), 0.085, 0.015, colour),
        box((0, 0.01, 0.17), (0.011, 0.011, 0.15), STEEL),
        box((0, -0.05, 0.325), (0.011, 0.08, 0.011), STEEL),
        cylinder((0, -0.12, 0.31), 0.1, 0.05, colour, 0.035),
        cylinder((0, -0.12, 0.255), 0.09, 0.006, (0.4, 0.4, 0.36), lit=(1.0, 1.0, 0.85)),
        cylinder((0, -0.12, 0.365), 0.045, 0.012, darker(colour), lit=GLOW),
        cylinder((0, -0.12, 0.292), 0.105, 0.012, darker(colour, 0.2), lit=GLOW),
    ]
    return FurnitureDesign(parts, switchable=True, walkable=True)


def radio(style: Style) -> FurnitureDesign:
    """Build a radio with a loudspeaker, a dial that lights up and an aerial."""
    case = style.pick((0.72, 0.20, 0.16), (0.16, 0.42, 0.42), (0.86, 0.78, 0.60), style.dark_wood)
    parts = [
        box((0, 0, 0.1), (0.17, 0.055, 0.1), case),
        cylinder((-0.085, -0.058, 0.1), 0.07, 0.007, (0.25, 0.22, 0.2), axis="y"),
        box((0.07, -0.058, 0.135), (0.075, 0.008, 0.035), (0.16, 0.2, 0.16), lit=(0.55, 1.0, 0.45)),
        cylinder((0.035, -0.062, 0.055), 0.022, 0.012, CREAM, axis="y"),
        cylinder((0.11, -0.062, 0.055), 0.022, 0.012, CREAM, axis="y"),
        box((0, 0, 0.225), (0.12, 0.012, 0.012), DARK),
        box((0.15, 0.03, 0.3), (0.006, 0.006, 0.11), STEEL),
        box((0.15, 0.03, 0.415), (0.012, 0.012, 0.012), (0.3, 0.05, 0.05), lit=(1.0, 0.15, 0.1)),
    ]
    return FurnitureDesign(parts, switchable=True, walkable=True)
