"""The kinds of movable objects and their colours.

`ITEM_KINDS` enlarges them, so that a model can recognise them in a frame of 128 pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mmego.sim.bodies import items_carried, items_table
from mmego.sim.shapes.shapes import Colour, Part

COLOURS: dict[str, Colour] = {
    "red": (0.84, 0.07, 0.06),
    "blue": (0.08, 0.22, 0.86),
    "green": (0.08, 0.60, 0.14),
    "yellow": (0.98, 0.86, 0.06),
    "white": (0.95, 0.95, 0.94),
    "black": (0.06, 0.06, 0.07),
    "orange": (0.98, 0.46, 0.02),
    "purple": (0.46, 0.12, 0.66),
    "pink": (0.98, 0.52, 0.72),
    "brown": (0.38, 0.21, 0.10),
}


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of movable object: its builder from the main colour, its enlargement, and the colours it may have."""

    name: str
    build: Callable[[Colour], list[Part]]
    scale: float = 1.2
    colours: tuple[str, ...] = tuple(COLOURS)


_SHINY = ("red", "blue", "green", "yellow", "orange", "purple", "pink")

ITEM_KINDS: tuple[ItemKind, ...] = (
    ItemKind("mug", items_table.mug, 1.5),
    ItemKind("plate", items_table.plate, 1.05),
    ItemKind("bowl", items_table.bowl, 1.2),
    ItemKind("bottle", items_table.bottle, 1.25),
    ItemKind("book", items_carried.book, 1.1),
    ItemKind("phone", items_carried.phone, 1.55),
    ItemKind("key ring", items_carried.keys, 1.55),
    ItemKind("remote control", items_carried.remote, 1.35),
    ItemKind("knife", items_table.knife, 1.15),
    ItemKind("spoon", items_table.spoon, 1.15),
    ItemKind("apple", items_table.apple, 1.5, ("red", "green", "yellow")),
    ItemKind("teddy bear", items_carried.teddy, 1.15, tuple(c for c in COLOURS if c != "black")),
    ItemKind("pan", items_table.pan, 0.95),
    ItemKind("pair of scissors", items_carried.scissors, 1.25),
    ItemKind("hat", items_carried.hat, 1.0),
    ItemKind("shoe", items_carried.shoe, 1.05),
    ItemKind("ball", items_carried.ball, 1.0),
    ItemKind("camera", items_carried.camera, 1.3),
    ItemKind("candle", items_table.candle, 1.25),
    ItemKind("toothbrush", items_carried.toothbrush, 1.15),
    ItemKind("pair of glasses", items_carried.glasses, 1.25, (*_SHINY, "black", "brown", "white")),
    ItemKind("umbrella", items_carried.umbrella, 1.0),
    ItemKind("headset", items_carried.headphones, 1.1),
    ItemKind("flashlight", items_carried.flashlight, 1.3),
    ItemKind("hammer", items_carried.hammer, 1.2),
    ItemKind("toy car", items_carried.toy_car, 1.2),
    ItemKind("jar", items_table.jar, 1.3),
    ItemKind("watering can", items_table.watering_can, 1.0),
    ItemKind("alarm clock", items_carried.alarm_clock, 1.2),
    ItemKind("teapot", items_table.teapot, 1.15),
    ItemKind("cactus", items_table.cactus, 1.05),
    ItemKind("gift box", items_table.gift, 1.05),
    ItemKind("rubber duck", items_carried.duck, 1.2, (*_SHINY, "white", "black")),
    ItemKind("roll of tape", items_table.tape, 1.25),
)
