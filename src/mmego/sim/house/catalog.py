"""The catalogue: which furniture belongs in which room, where it may stand, and how it is built.

Movable objects are in `catalog_items`; this module offers its `COLOURS` and `ITEM_KINDS`, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mmego.sim.bodies import (
    appliances,
    decor,
    furniture_bathroom,
    furniture_bedroom,
    furniture_kitchen,
    furniture_living,
)
from mmego.sim.house.catalog_items import COLOURS, ITEM_KINDS, ItemKind
from mmego.sim.shapes.parts import scaled
from mmego.sim.shapes.shapes import Body
from mmego.sim.shapes.style import FurnitureDesign, Style

__all__ = [
    "COLOURS",
    "FURNITURE",
    "ITEM_KINDS",
    "ROOMS",
    "FurnitureKind",
    "ItemKind",
    "RoomKind",
    "item_body",
]

Placement = Literal["wall", "middle", "mount", "hang", "floor", "ceiling"]


@dataclass(frozen=True, slots=True)
class FurnitureKind:
    """A kind of furniture.

    `placement`: back against a wall, in the middle of the room, on another piece's mount, hanging on a wall at `height`
    metres (bottom edge), flat on the floor, or under the ceiling.
    """

    build: Callable[[Style], FurnitureDesign]
    placement: Placement = "wall"
    height: float = 0.0


FURNITURE: dict[str, FurnitureKind] = {
    "kitchen counter": FurnitureKind(furniture_kitchen.kitchen_counter),
    "sink": FurnitureKind(furniture_kitchen.sink),
    "stove": FurnitureKind(furniture_kitchen.stove),
    "fridge": FurnitureKind(furniture_kitchen.fridge),
    "wall cabinet": FurnitureKind(furniture_kitchen.wall_cabinet, "hang", 1.44),
    "kitchen table": FurnitureKind(furniture_kitchen.kitchen_table, "middle"),
    "serving trolley": FurnitureKind(furniture_kitchen.serving_trolley),
    "bathtub": FurnitureKind(furniture_bathroom.bathtub),
    "washbasin": FurnitureKind(furniture_bathroom.washbasin),
    "washing machine": FurnitureKind(furniture_bathroom.washing_machine),
    "bathroom shelf": FurnitureKind(furniture_bathroom.bathroom_shelf),
    "laundry basket": FurnitureKind(furniture_bathroom.laundry_basket),
    "toilet": FurnitureKind(furniture_bathroom.toilet),
    "sofa": FurnitureKind(furniture_living.sofa),
    "armchair": FurnitureKind(furniture_living.armchair),
    "coffee table": FurnitureKind(furniture_living.coffee_table, "middle"),
    "TV stand": FurnitureKind(furniture_living.tv_stand),
    "TV": FurnitureKind(appliances.tv, "mount"),
    "bookshelf": FurnitureKind(furniture_living.bookshelf),
    "piano": FurnitureKind(furniture_living.piano),
    "fireplace": FurnitureKind(furniture_living.fireplace),
    "side table": FurnitureKind(furniture_living.side_table),
    "stool": FurnitureKind(furniture_living.stool),
    "floor lamp": FurnitureKind(appliances.floor_lamp),
    "table lamp": FurnitureKind(appliances.table_lamp, "mount"),
    "radio": FurnitureKind(appliances.radio, "mount"),
    "dining table": FurnitureKind(furniture_living.dining_table, "middle"),
    "sideboard": FurnitureKind(furniture_living.sideboard),
    "console table": FurnitureKind(furniture_living.console_table),
    "shoe rack": FurnitureKind(furniture_living.shoe_rack),
    "bench": FurnitureKind(furniture_living.bench),
    "bed": FurnitureKind(furniture_bedroom.bed),
    "nightstand": FurnitureKind(furniture_bedroom.nightstand),
    "bedside lamp": FurnitureKind(appliances.bedside_lamp, "mount"),
    "dresser": FurnitureKind(furniture_bedroom.dresser),
    "wardrobe": FurnitureKind(furniture_bedroom.wardrobe),
    "trunk": FurnitureKind(furniture_bedroom.trunk),
    "desk": FurnitureKind(furniture_bedroom.desk),
    "desk lamp": FurnitureKind(appliances.desk_lamp, "mount"),
    "office chair": FurnitureKind(furniture_bedroom.office_chair),
    "filing cabinet": FurnitureKind(furniture_bedroom.filing_cabinet),
    "storage rack": FurnitureKind(furniture_bedroom.storage_rack),
    "printer table": FurnitureKind(furniture_bedroom.printer_table),
    "window": FurnitureKind(decor.window, "hang", 0.95),
    "picture": FurnitureKind(decor.picture, "hang", 1.32),
    "wall clock": FurnitureKind(decor.wall_clock, "hang", 1.6),
    "wall shelf": FurnitureKind(decor.wall_shelf, "hang", 1.62),
    "whiteboard": FurnitureKind(decor.whiteboard, "hang", 1.12),
    "rug": FurnitureKind(decor.rug, "floor"),
    "bath mat": FurnitureKind(decor.bath_mat, "floor"),
    "plant": FurnitureKind(decor.plant),
    "coat rack": FurnitureKind(decor.coat_rack),
    "bin": FurnitureKind(decor.bin_),
    "ceiling lamp": FurnitureKind(decor.ceiling_lamp, "ceiling"),
}


@dataclass(frozen=True, slots=True)
class RoomKind:
    """A kind of room: its area (square metres, low and high), its furniture and its look.

    `must` furniture is always there; `may` furniture is drawn as space allows; `decor` hangs on free walls. `floors`
    and `walls` name textures.
    """

    area: tuple[float, float]
    must: tuple[str, ...]
    may: tuple[str, ...]
    decor: tuple[str, ...]
    floors: tuple[str, ...]
    walls: tuple[str, ...]


ROOMS: dict[str, RoomKind] = {
    "kitchen": RoomKind(
        (13.5, 17.0),
        ("kitchen counter", "fridge", "sink", "stove", "kitchen table"),
        ("serving trolley", "bin", "stool"),
        ("wall clock", "picture", "wall shelf"),
        ("checker", "stone tile"),
        ("plain", "kitchen tile"),
    ),
    "living room": RoomKind(
        (18.0, 24.0),
        ("sofa", "TV stand", "coffee table", "bookshelf"),
        ("armchair", "fireplace", "piano", "side table", "floor lamp", "plant"),
        ("picture", "picture", "wall shelf"),
        ("planks", "parquet"),
        ("plain", "stripes wall", "damask"),
    ),
    "bedroom": RoomKind(
        (14.0, 18.5),
        ("bed", "wardrobe", "nightstand", "dresser"),
        ("trunk", "floor lamp", "plant", "stool"),
        ("picture", "picture", "wall shelf"),
        ("carpet", "planks"),
        ("plain", "dots wall", "stripes wall"),
    ),
    "office": RoomKind(
        (11.5, 15.5),
        ("desk", "filing cabinet", "storage rack"),
        ("office chair", "printer table", "plant", "floor lamp", "bin", "trunk"),
        ("whiteboard", "picture", "wall clock"),
        ("carpet tile", "planks"),
        ("plain", "panel"),
    ),
    "bathroom": RoomKind(
        (8.5, 11.5),
        ("bathtub", "washbasin", "washing machine"),
        ("toilet", "bathroom shelf", "laundry basket"),
        ("picture", "wall shelf"),
        ("bath floor",),
        ("bath tile",),
    ),
    "dining room": RoomKind(
        (13.5, 17.5),
        ("dining table", "sideboard"),
        ("piano", "fireplace", "serving trolley", "plant", "side table", "floor lamp"),
        ("picture", "picture", "wall clock"),
        ("parquet", "stone tile"),
        ("damask", "panel", "plain"),
    ),
    "hallway": RoomKind(
        (8.0, 11.0),
        ("shoe rack", "console table"),
        ("bench", "coat rack", "plant", "stool"),
        ("picture", "picture", "wall clock"),
        ("stone tile", "planks"),
        ("plain", "panel", "stripes wall"),
    ),
}

MOUNTED: dict[str, tuple[str, ...]] = {
    "TV stand": ("TV",),
    "desk": ("desk lamp",),
    "nightstand": ("bedside lamp",),
    "sideboard": ("table lamp", "radio"),
    "side table": ("table lamp",),
    "kitchen counter": ("radio",),
}
"""What may stand on the mount of a piece of furniture; each at most once a house."""


def item_body(kind: ItemKind, colour: str) -> Body:
    """Return the body of an object of this kind in the named colour of `COLOURS`."""
    return scaled(kind.build(COLOURS[colour]), kind.scale)
